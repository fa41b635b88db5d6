"""Response models for users."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec

from osticket_api.features.forms.api import NamedField, with_plain_urls
from osticket_api.web.responses import NamedRef


class TicketCounts(msgspec.Struct):
    """Tickets that the caller may see."""

    open: int = 0
    closed: int = 0


class UserEmail(msgspec.Struct):
    id: int
    email: str
    is_default: bool


class Account(msgspec.Struct):
    """The account of a user. The password is never shown."""

    username: str | None
    timezone: str | None
    language: str | None
    is_confirmed: bool
    is_locked: bool
    must_change_password: bool
    may_change_password: bool
    registered_at: datetime | None


class UserSummary(msgspec.Struct, kw_only=True):
    """A person who asks, as lists show them."""

    RESOURCE: ClassVar = "user"

    id: int
    name: str
    email: str | None
    emails: list[UserEmail]
    phone: str | None
    organization: NamedRef | None
    is_primary_contact: bool
    is_registered: bool
    is_locked: bool
    is_active: bool
    """Whether the user may sign in: registered, confirmed, and not locked."""
    ticket_counts: TicketCounts
    created_at: datetime | None
    updated_at: datetime | None
    custom_fields: dict[str, Any] = {}


class UserDetail(UserSummary, kw_only=True):
    """A user by themselves. `account` is for agents and for the user."""

    phone_text: str | None
    """The phone number as osTicket shows it: `(555) 555-1234 x12`."""
    account: Account | None = None
    named_fields: list[NamedField] | msgspec.UnsetType = msgspec.UNSET
    """The custom fields with their labels, in the order of the forms; `include=custom_fields`."""

    def plain(self) -> "UserDetail":
        """The user without what `include` adds, and with the addresses of files that are the same for everybody: what
        its ETag is made from.
        """
        custom_fields = with_plain_urls(self.RESOURCE, self.id, self.custom_fields)
        return msgspec.structs.replace(self, named_fields=msgspec.UNSET, custom_fields=custom_fields)
