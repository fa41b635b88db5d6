"""Response models for help topics."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.web.responses import NamedRef, StaffRef


class AskedForm(msgspec.Struct):
    """A form that a topic asks."""

    id: int
    disabled_field_ids: list[int]
    """Fields of the form that this topic does not ask for."""


class Topic(msgspec.Struct, kw_only=True):
    """A help topic. Users get what it takes to choose one; the rest is for agents."""

    id: int
    name: str
    full_name: str
    """The name with those of all topics above: `Parent / Child`."""
    parent_id: int | None
    position: int
    is_default: bool | UnsetType = UNSET
    """Whether tickets that name no topic get this one."""
    is_public: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    is_archived: bool | UnsetType = UNSET
    department: NamedRef | UnsetType | None = UNSET
    """null: the help desk's default."""
    priority: NamedRef | UnsetType | None = UNSET
    status: NamedRef | UnsetType | None = UNSET
    sla: NamedRef | UnsetType | None = UNSET
    staff: StaffRef | UnsetType | None = UNSET
    """The agent who gets new tickets of this topic."""
    team: NamedRef | UnsetType | None = UNSET
    sends_auto_response: bool | UnsetType = UNSET
    number_format: str | UnsetType | None = UNSET
    """How tickets of this topic are numbered, where not as all others."""
    sequence_id: int | UnsetType | None = UNSET
    page_id: int | UnsetType | None = UNSET
    form_ids: list[int] | UnsetType = UNSET
    """The forms it asks, in this order."""
    forms: list[AskedForm] | UnsetType = UNSET
    """The forms, each with the fields that the topic leaves out."""
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    created_at: datetime | UnsetType | None = UNSET
    updated_at: datetime | UnsetType | None = UNSET
