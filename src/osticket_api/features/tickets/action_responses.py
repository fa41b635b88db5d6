"""Response models for actions on a ticket."""

from datetime import datetime

import msgspec

from osticket_api.features.tickets.responses import TicketLock
from osticket_api.web.responses import NamedRef


class OwnLock(TicketLock):
    """A lock as its holder gets it."""

    code: str
    """The code that osTicket's panel sends with whatever is written under the lock."""


class Referral(msgspec.Struct):
    """Access to a ticket for exactly one of an agent, a team and a department."""

    id: int
    staff: NamedRef | None
    team: NamedRef | None
    department: NamedRef | None
    created_at: datetime
