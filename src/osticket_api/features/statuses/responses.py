"""Response models for ticket statuses."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.kit.enumerations import one_of


class TicketStatus(msgspec.Struct, kw_only=True):
    """A status of tickets. Users get `id`, `name` and `state`; the rest is for agents."""

    id: int
    name: str
    state: Annotated[str, one_of(("open", "closed", "archived", "deleted"))]
    """open, closed, archived or deleted."""
    description: str | UnsetType | None = UNSET
    position: int | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    is_built_in: bool | UnsetType = UNSET
    """Cannot be renamed, deleted, or given another state."""
    is_default: bool | UnsetType = UNSET
    """Whether new tickets get this status."""
    allows_reopening: bool | UnsetType = UNSET
    reopen_status_id: int | UnsetType | None = UNSET
    """The status that a reopened ticket gets; null: the default status."""
