"""When something last happened to a ticket.

`last_activity_at`: what its user can see happen, such as a message, a reply, or its closing. osTicket's own column does
not move when an agent replies, the conversation's do. Source: tickets.md 0.3.

`updated_after` hears of anything: changes of the ticket, entries of every kind, and events.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, case, func, or_, select, union

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reads_as_agents
from osticket_api.db import tables as t
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read

_DISORDER: Final = timedelta(days=1)
"""How much younger an entry may be than one with a greater id."""


def last_activity(row: Row[Any]) -> datetime | None:
    """The moment of the last activity, for a row of `select_tickets`."""
    return max(filter(None, (row.lastupdate, row.lastmessage, row.lastresponse)), default=None)


def last_activity_column() -> ColumnElement[Any]:
    """`last_activity` as a column in SQL."""
    ticket, thread = t.ticket.c, t.thread.c
    own = func.coalesce(ticket.lastupdate, ticket.created)
    spoken = _later(thread.lastmessage, thread.lastresponse)
    of_thread = (
        select(func.max(spoken))
        .where(thread.object_id == ticket.ticket_id, in_literals(thread.object_type, ("T", "C")))
        .correlate(t.ticket)
        .scalar_subquery()
    )
    return _later(own, of_thread)


def _later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two moments, of which either may be missing."""
    return case((one.is_(None), other), (other > one, other), else_=one)


def changed_since(tx: Read, principal: Principal, moment: datetime) -> ColumnElement[bool]:
    """Something happened to the ticket at this moment or later. Users hear of what they can see."""
    if not reads_as_agents(principal):
        return last_activity_column() >= moment
    ticket, thread, entry, event = t.ticket.c, t.thread.c, t.thread_entry.c, t.thread_event.c
    first_id = _first_entry_since(tx, moment - _DISORDER)
    written = select(entry.thread_id).where(entry.id >= first_id, or_(entry.created >= moment, entry.updated >= moment))
    happened = select(event.thread_id).where(event.timestamp >= moment)
    recent = union(written, happened).subquery("recent")
    of_thread = select(thread.object_id).where(
        thread.id.in_(select(recent.c.thread_id)), in_literals(thread.object_type, ("T", "C"))
    )
    return or_(ticket.updated >= moment, ticket.ticket_id.in_(of_thread))


def _first_entry_since(tx: Read, moment: datetime) -> int:
    """An id below which all entries are older: ids grow with time, and no index tells when an entry was written.

    An edited entry is a new one that has the moment of the old one; when it was edited tells its place.
    """
    entry = t.thread_entry.c
    low, high = 0, int(tx.scalar(select(func.coalesce(func.max(entry.id), 0)))) + 1
    while low < high:
        middle = (low + high) // 2
        row = tx.row(
            select(entry.id, entry.created, entry.updated).where(entry.id >= middle).order_by(entry.id).limit(1)
        )
        if row is not None and max(row.created, row.updated or row.created) < moment:
            low = row.id + 1
        else:
            high = middle
    return low
