"""Response models for SLA plans."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.web.responses import NamedRef


class Sla(msgspec.Struct, kw_only=True):
    id: int
    name: str
    is_active: bool
    is_default: bool
    grace_hours: int
    """The grace period until a ticket is overdue, in hours of the schedule."""
    schedule: NamedRef | None
    """Business hours; null: the help desk's."""
    is_transient: bool
    """Gives way to the SLA of a department or topic that a ticket moves to."""
    sends_overdue_alerts: bool
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    created_at: datetime | None
    updated_at: datetime | None
