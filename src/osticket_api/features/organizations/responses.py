"""Response models for organizations."""

from datetime import datetime
from typing import Any, ClassVar, Literal

import msgspec

from osticket_api.features.forms.api import NamedField, with_plain_urls
from osticket_api.features.users.api import TicketCounts
from osticket_api.web.responses import NamedRef


class Manager(msgspec.Struct):
    """The agent or team that looks after an organization."""

    kind: Literal["staff", "team"]
    id: int
    name: str


class OrganizationSummary(msgspec.Struct, kw_only=True):
    RESOURCE: ClassVar = "organization"

    id: int
    name: str
    manager: Manager | None
    """The agent or team that manages the organization. Shown to agents only."""
    domain: list[str]
    """Mail domains: new users with an address in one of them become members."""
    user_count: int
    ticket_counts: TicketCounts
    share_everything: bool
    """Whether all members see all tickets of the organization."""
    share_primary_contacts: bool
    """Primary contacts see all tickets."""
    adds_members: bool
    """Whether all members become collaborators of new tickets."""
    adds_primary_contacts: bool
    """Primary contacts take part in new tickets."""
    assigns_to_manager: bool | None
    """New tickets go to the manager. Only agents see this."""
    created_at: datetime | None
    updated_at: datetime | None
    custom_fields: dict[str, Any] = {}


class OrganizationDetail(OrganizationSummary, kw_only=True):
    primary_contacts: list[NamedRef] = []
    named_fields: list[NamedField] | msgspec.UnsetType = msgspec.UNSET
    """The custom fields with their labels, in the order of the forms; `include=custom_fields`."""

    def plain(self) -> "OrganizationDetail":
        """The organization without what `include` adds, and with the addresses of files that are the same for
        everybody: what its ETag is made from.
        """
        custom_fields = with_plain_urls(self.RESOURCE, self.id, self.custom_fields)
        return msgspec.structs.replace(self, named_fields=msgspec.UNSET, custom_fields=custom_fields)
