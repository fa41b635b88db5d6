"""Presence: which agent is looking at which ticket now, in rows of our own that expire and are not part of the feed.

Listeners are told the state of a ticket, not its history: who is there now, even if that is nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Select, bindparam, delete, select

from osticket_api.db import tables as t
from osticket_api.db.dialect import upsert
from osticket_api.db.tables.own_attention import api_presence
from osticket_api.db.types import UtcMoment
from osticket_api.db.unit import Read, Write

Activity = Literal["viewing", "replying"]

SECONDS: Final = 30
"""How long an agent counts as present after the last report."""
TYPE: Final = "ticket.presence"
_presence: Final = api_presence.c


class PresentStaff(msgspec.Struct, frozen=True):
    """An agent who is at a ticket."""

    id: int
    name: str
    activity: Activity


Presences = Mapping[int, tuple[PresentStaff, ...]]
"""The agents who are at each ticket, by its id."""
NOBODY: Final[Presences] = {}


def stay(tx: Write, staff_id: int, ticket_id: int, activity: Activity) -> datetime:
    """Note that an agent is at a ticket. Returns until when that holds."""
    expires_at = tx.now + timedelta(seconds=SECONDS)
    key = {"ticket_id": ticket_id, "staff_id": staff_id}
    upsert(tx, api_presence, key, {"activity": activity, "expires_at": expires_at})
    return expires_at


def leave(tx: Write, staff_id: int, ticket_id: int) -> bool:
    """Forget that an agent is at a ticket. Returns whether they were."""
    mine = (_presence.ticket_id == ticket_id, _presence.staff_id == staff_id)
    return bool(tx.change(delete(api_presence).where(*mine)))


def present(tx: Read) -> Presences:
    """The agents who are at each ticket, in an order that stays the same."""
    found: dict[int, list[PresentStaff]] = defaultdict(list)
    for row in tx.prepared(_present(), {"now": tx.now}):
        name = f"{row.firstname or ''} {row.lastname or ''}".strip()
        found[row.ticket_id].append(PresentStaff(row.staff_id, name, row.activity))
    return {ticket_id: tuple(staff) for ticket_id, staff in found.items()}


@lru_cache(maxsize=1)
def _present() -> Select[Any]:
    return (
        select(
            _presence.ticket_id, _presence.staff_id, _presence.activity,
            t.staff.c.firstname, t.staff.c.lastname,
        )
        .outerjoin_from(api_presence, t.staff, t.staff.c.staff_id == _presence.staff_id)
        .where(_presence.expires_at > bindparam("now", type_=UtcMoment()))
        .order_by(_presence.ticket_id, _presence.staff_id)
    )  # fmt: skip


def changed(before: Presences, after: Presences) -> Collection[int]:
    """The tickets at which somebody came, left, or does something else."""
    return sorted(ticket for ticket in {*before, *after} if before.get(ticket) != after.get(ticket))


def clear_ended(tx: Write) -> int:
    """Forget who has been away for a while. Returns how many."""
    return tx.change(delete(api_presence).where(_presence.expires_at < tx.now - timedelta(seconds=SECONDS)))
