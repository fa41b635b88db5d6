"""What comes of actions on a ticket, as it leaves."""

from datetime import datetime

import msgspec

from osticket_api.features.tickets.shapes import Lock
from osticket_api.web.shapes import Named


class OwnLock(Lock):
    """A lock as its holder gets it."""

    code: str
    """What osTicket's panel wants from whoever writes under the lock."""


class Referral(msgspec.Struct):
    """Access to a ticket for exactly one of an agent, a team and a department."""

    id: int
    staff: Named | None
    team: Named | None
    department: Named | None
    created_at: datetime
