"""The statements that count: each over all tickets concerned, grouped by everything that was asked for at once.

Durations come as one text of seconds per group, from which averages and medians of any larger group follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Integer, ScalarSelect, Select, String, Subquery, cast, func, select

from osticket_api.access.scope import is_open
from osticket_api.db import tables as t
from osticket_api.db.dialect import seconds_between
from osticket_api.db.engine import Read
from osticket_api.db.statements import among
from osticket_api.features.stats.days import Days

_COLUMNS: Final[dict[str, ColumnElement[Any]]] = {
    "status": t.ticket.c.status_id,
    "department": t.ticket.c.dept_id,
    "staff": t.ticket.c.staff_id,
    "team": t.ticket.c.team_id,
    "topic": t.ticket.c.topic_id,
    "organization": t.user.c.org_id,
}

_AS_WRITTEN: Final = "STRAIGHT_JOIN"
"""From the few events to their tickets, and not from all tickets to their events."""


@dataclass(frozen=True)
class Counting:
    """What is counted: the tickets that are `wanted`, in a range of days, by groups."""

    tx: Read
    wanted: Sequence[ColumnElement[bool]]
    days: Days
    groups: Sequence[str]

    def size(self) -> Select[Any]:
        """How many tickets anybody created in the range: what looking at each of them would cost."""
        return select(func.count()).select_from(t.ticket).where(*self.days.hold(t.ticket.c.created))

    def created(self, has_responses: bool) -> Select[Any]:
        """Tickets created in the range, and the seconds to their first responses where that is wanted."""
        created = t.ticket.c.created
        tickets = self._rows(created)
        if not has_responses:
            return _grouped(tickets)
        seconds = seconds_between(self.tx, created, _first_response())
        return _grouped(tickets.add_columns(seconds.label("seconds")), seconds=_listed)

    def closed(self) -> Select[Any]:
        """Tickets that are closed, since a moment in the range, and the seconds to that."""
        created, closed = t.ticket.c.created, t.ticket.c.closed
        seconds = seconds_between(self.tx, created, closed)
        return _grouped(self._rows(closed).where(~is_open()).add_columns(seconds.label("seconds")), seconds=_listed)

    def reopened(self) -> Select[Any]:
        """Reopenings in the range. They are events, since a ticket knows only of the last."""
        event, thread = t.thread_event.c, t.thread.c
        found = self._reopenings()
        source = (
            found.join(t.thread_event, event.id == found.c.id)
            .join(t.thread, thread.id == event.thread_id)
            .join(t.ticket, t.ticket.c.ticket_id == thread.object_id)
        )
        rows = self._rows(event.timestamp, source).where(among(thread.object_type, ("T", "C")))
        return _grouped(rows).prefix_with(_AS_WRITTEN, dialect="mysql")

    def _reopenings(self) -> Subquery:
        """The ids of events, which an index gives without a look at the events. DISTINCT keeps it a step of its own."""
        event = t.thread_event.c
        name = self.tx.scalar(select(t.event.c.id).where(t.event.c.name == "reopened"))
        wanted = [event.event_id == name, *self.days.hold(event.timestamp)]
        return select(event.id).where(*wanted).distinct().subquery("reopenings")

    def current(self) -> Select[Any]:
        """Tickets that are open now: all of them, the overdue, and those without an answer."""
        overdue, unanswered = cast(t.ticket.c.isoverdue, Integer), 1 - cast(t.ticket.c.isanswered, Integer)
        tickets = self._rows(None).where(is_open())
        return _grouped(
            tickets.add_columns(overdue.label("overdue"), unanswered.label("unanswered")),
            overdue=func.sum,
            unanswered=func.sum,
        )

    def _rows(self, moment: ColumnElement[Any] | None, source: FromClause = t.ticket) -> Select[Any]:
        """The groups of each ticket that is wanted, whose moment is in the range."""
        columns = [t.ticket.c.ticket_id, *(_COLUMNS[group].label(group) for group in self.groups if group in _COLUMNS)]
        if "organization" in self.groups:
            source = source.outerjoin(t.user, t.user.c.id == t.ticket.c.user_id)
        if moment is None:
            return select(*columns).select_from(source).where(*self.wanted)
        if "day" in self.groups:
            columns.append(self.days.day_of(self.tx, moment).label("day"))
        return select(*columns).select_from(source).where(*self.wanted, *self.days.hold(moment))


def _grouped(tickets: Select[Any], **told: Any) -> Select[Any]:
    """How many there are in each group, and what is told of them by a function over a column."""
    rows = tickets.subquery("counted")
    groups = [column for column in rows.c if column.name not in ("ticket_id", *told)]
    values = (function(rows.c[name]).label(name) for name, function in told.items())
    return select(*groups, func.count().label("amount"), *values).select_from(rows).group_by(*groups)


def _listed(seconds: ColumnElement[int]) -> ColumnElement[str]:
    return func.group_concat(seconds, type_=String)


def _first_response() -> ScalarSelect[Any]:
    """When an agent first responded to a ticket."""
    thread, entry = t.thread.c, t.thread_entry.c
    return (
        select(func.min(entry.created))
        .join_from(t.thread, t.thread_entry, entry.thread_id == thread.id)
        .where(
            thread.object_id == t.ticket.c.ticket_id, among(thread.object_type, ("T", "C")), among(entry.type, ("R",))
        )
        .correlate(t.ticket)
        .scalar_subquery()
    )
