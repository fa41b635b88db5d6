"""Response models for presence."""

from datetime import datetime

import msgspec

from osticket_api.events.presence import PresentStaff


class TicketPresence(msgspec.Struct):
    """The agents who are at a ticket just now."""

    ticket_id: int
    present: list[PresentStaff]
    expires_at: datetime | None = None
    """Until when the caller counts as present; null where they do not."""
