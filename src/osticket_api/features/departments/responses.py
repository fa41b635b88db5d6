"""Response models for departments."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef, StaffRef


class Department(msgspec.Struct, kw_only=True):
    """A department. Users get `id` and `name`; the rest is for agents."""

    id: int
    name: str
    full_name: str | UnsetType = UNSET
    """The name with those of all departments above: `Parent / Child`."""
    parent_id: int | UnsetType | None = UNSET
    is_default: bool | UnsetType = UNSET
    """Whether tickets go here that nothing else routes."""
    manager: StaffRef | UnsetType | None = UNSET
    sla: NamedRef | UnsetType | None = UNSET
    schedule: NamedRef | UnsetType | None = UNSET
    """The schedule of business hours, which goes before that of the SLA plan."""
    email_id: int | UnsetType | None = UNSET
    """The address that mail is sent from; null: the help desk's."""
    auto_response_email_id: int | UnsetType | None = UNSET
    template_group_id: int | UnsetType | None = UNSET
    is_public: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    is_archived: bool | UnsetType = UNSET
    assigns_to_members_only: bool | UnsetType = UNSET
    assigns_to_primary_members_only: bool | UnsetType = UNSET
    claims_on_reply: bool | UnsetType = UNSET
    """Whether an unassigned ticket is claimed by the agent who replies to it."""
    assigns_on_reopen: bool | UnsetType = UNSET
    """Whether a reopened ticket goes back to its last agent."""
    responds_to_tickets: bool | UnsetType = UNSET
    responds_to_messages: bool | UnsetType = UNSET
    alert_recipients: Annotated[str, one_of(("primary_members", "members", "nobody"))] | UnsetType = UNSET
    """primary_members, members (with extended access too) or nobody."""
    member_count: int | UnsetType = UNSET
    signature: str | UnsetType | None = UNSET
    created_at: datetime | UnsetType | None = UNSET
    updated_at: datetime | UnsetType | None = UNSET
