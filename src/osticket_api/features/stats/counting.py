"""The statements that count: each over all tickets concerned, grouped by what an index over tickets holds.

Days and users are too many to group by. They come as lists, as do durations, for averages and medians of any group.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    String,
    Subquery,
    cast,
    func,
    literal,
    literal_column,
    select,
)

from osticket_api.db import tables as t
from osticket_api.db.dialect import seconds_between
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read
from osticket_api.features.stats.days import Days
from osticket_api.features.stats.parts import AMOUNT, Part, listed, read_list, read_part
from osticket_api.features.tickets.api import all_statuses

_COLUMNS: Final[dict[str, ColumnElement[Any]]] = {
    "status": t.ticket.c.status_id,
    "department": t.ticket.c.dept_id,
    "staff": t.ticket.c.staff_id,
    "team": t.ticket.c.team_id,
    "topic": t.ticket.c.topic_id,
}

_NEVER: Final = -1
"""Stands for the seconds to something that did not happen."""

_MOST_IN_AN_INDEX: Final = 2
"""With up to this many columns in GROUP BY, MySQL may choose an index in their order."""

_AS_WRITTEN: Final = "STRAIGHT_JOIN"
"""Keep the order of the join as it is written: from the few events to their tickets, not from all tickets to their
events.
"""


@dataclass(frozen=True)
class Counting:
    """Counts the `wanted` tickets in a range of days, by groups."""

    tx: Read
    wanted: Sequence[ColumnElement[bool]]
    days: Days
    groups: Sequence[str]

    def on(self, tx: Read) -> "Counting":
        """This counting over another connection."""
        return replace(self, tx=tx)

    def exceeds(self, most: int) -> bool:
        """Whether anybody created more tickets in the range: what looking at each of them would cost."""
        some = select(literal(1).label("one")).select_from(t.ticket).where(*self.days.hold(t.ticket.c.created))
        found = some.limit(most + 1).subquery()
        return bool(self.tx.scalar(select(func.count()).select_from(found)) > most)

    def created(self, has_responses: bool) -> list[Part]:
        """Tickets created in the range, and the seconds to their first responses where that is wanted."""
        created = t.ticket.c.created
        if not has_responses:
            return self._parts(self._counted(created))
        return self._parts(self._counted(created, seconds=self._seconds_to(_first_response())))

    def closed(self) -> list[Part]:
        """Tickets that are closed, since a moment in the range, and the seconds to that."""
        closed = t.ticket.c.closed
        return self._parts(self._counted(closed, seconds=self._seconds_to(closed)).where(~self._is_open()))

    def _seconds_to(self, moment: ColumnElement[Any]) -> ColumnElement[int]:
        return func.coalesce(seconds_between(self.tx, t.ticket.c.created, moment), _NEVER)

    def reopened(self) -> list[Part]:
        """Reopenings in the range. They are events, since a ticket knows only of the last."""
        event, thread = t.thread_event.c, t.thread.c
        found = self._reopenings()
        source = (
            found.join(t.thread_event, event.id == found.c.id)
            .join(t.thread, thread.id == event.thread_id)
            .join(t.ticket, t.ticket.c.ticket_id == thread.object_id)
        )
        counted = self._counted(event.timestamp, source).where(in_literals(thread.object_type, ("T", "C")))
        return self._parts(counted.prefix_with(_AS_WRITTEN, dialect="mysql"))

    def _reopenings(self) -> Subquery:
        """The ids of events, which an index gives without a look at the events. DISTINCT keeps it a step of its own."""
        event = t.thread_event.c
        name = select(t.event.c.id).where(t.event.c.name == "reopened").scalar_subquery()
        wanted = [event.event_id == name, *self.days.hold(event.timestamp)]
        return select(event.id).where(*wanted).distinct().subquery("reopenings")

    def current(self) -> list[Part]:
        """Tickets that are open now: all of them, the overdue, and those without an answer."""
        overdue, unanswered = cast(t.ticket.c.isoverdue, Integer), 1 - cast(t.ticket.c.isanswered, Integer)
        return self._parts(self._counted(None, overdue=overdue, unanswered=unanswered).where(self._is_open()))

    def _is_open(self) -> ColumnElement[bool]:
        """The condition for open tickets, by ids of statuses, which an index can serve."""
        return in_literals(t.ticket.c.status_id, [each.id for each in all_statuses(self.tx) if each.state == "open"])

    def _counted(
        self, moment: ColumnElement[Any] | None, source: FromClause = t.ticket, **lists: ColumnElement[int]
    ) -> Select[Any]:
        """How many tickets of each group are wanted, with the moment in the range, and lists about them."""
        groups = [column.label(name) for name, column in _COLUMNS.items() if name in self.groups]
        if "day" in self.groups and moment is not None:
            lists["day"] = self.days.number_of(self.tx, moment)
        if "organization" in self.groups:
            lists["user"] = t.ticket.c.user_id
        columns = [listed(name, numbers) for name, numbers in lists.items()]
        held = [] if moment is None else self.days.hold(moment)
        counted = select(*groups, func.count().label(AMOUNT), *columns).select_from(source)
        return counted.where(*self.wanted, *held).group_by(*_ranged(groups))

    def _parts(self, counted: Select[Any]) -> list[Part]:
        return [read_part(row) for row in self.tx.rows(counted)]

    def organizations(self) -> dict[int, int]:
        """The organization of each user who has one, where organizations are a group."""
        if "organization" not in self.groups:
            return {}
        user = t.user.c
        ids = func.group_concat(user.id, type_=String).label("ids")
        members = select(user.org_id, ids).where(user.org_id != 0).group_by(user.org_id)
        return {user_id: row.org_id for row in self.tx.rows(members) for user_id in read_list(row.ids)}


def _ranged(groups: Sequence[ColumnElement[Any]]) -> Sequence[ColumnElement[Any]]:
    """The column to group by so that MySQL reads only the range: by an index in the groups' order it would read all
    tickets.
    """
    if len(groups) > _MOST_IN_AN_INDEX:
        return groups
    return [group + literal_column("0") for group in groups]


def _first_response() -> ScalarSelect[Any]:
    """Select when an agent first responded to each ticket."""
    thread, entry = t.thread.c, t.thread_entry.c
    return (
        select(func.min(entry.created))
        .join_from(t.thread, t.thread_entry, entry.thread_id == thread.id)
        .where(
            thread.object_id == t.ticket.c.ticket_id,
            in_literals(thread.object_type, ("T", "C")),
            in_literals(entry.type, ("R",)),
        )
        .correlate(t.ticket)
        .scalar_subquery()
    )
