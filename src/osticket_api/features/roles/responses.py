"""Response models for roles."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType


class Role(msgspec.Struct, kw_only=True):
    """A role: the permissions of agents in a department where they have it."""

    id: int
    name: str
    is_active: bool
    """Offered for choice. Agents who have a disabled role keep it."""
    permissions: list[str]
    """osTicket's keys, such as `ticket.reply`."""
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    created_at: datetime | None
    updated_at: datetime | None
