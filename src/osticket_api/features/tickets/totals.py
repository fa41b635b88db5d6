"""How many tickets a list has, where an agent may see hundreds of thousands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, select, true

from osticket_api.access.principal import Staff
from osticket_api.access.scope import listed_beyond_departments, scope_of, tickets_of_departments
from osticket_api.db import tables as t
from osticket_api.db.caches import BEYOND_DEPARTMENTS, MANY_TICKETS, PLACE_TOTALS, TOTALS, Cached
from osticket_api.db.statements import listed_ids
from osticket_api.db.unit import Read
from osticket_api.query.listing import Counting

_MANY: Final = 20_000
_MOST_LISTED: Final = 10_000
_NONE: Final = false()
_EVERYTHING: Final = ("", "")
"""The key of no filters at all."""


@dataclass(frozen=True)
class Counted:
    """The filters of the tickets that a list counts.

    `key` is equal for equal filters, for any caller. `is_common`: other agents ask for the same filters.
    `statuses`: the statuses that are wanted, where nothing else is filtered.
    """

    filters: Sequence[ColumnElement[bool]]
    key: tuple[str, str]
    is_common: bool = False
    statuses: Collection[int] | None = None


def counted(
    tx: Read,
    filters: Sequence[ColumnElement[bool]],
    *,
    is_common: bool = False,
    statuses: Collection[int] | None = None,
) -> Counted:
    """What a list with these filters counts."""
    compiled = and_(true(), *filters).compile(dialect=tx.dialect)
    return Counted(filters, (str(compiled), repr(compiled.params)), is_common, statuses)


@dataclass(frozen=True)
class TicketTotal:
    """How the tickets of an agent's list are counted: in one statement, or where there are many tickets, in parts."""

    staff: Staff
    counted: Counted

    def __call__(self, tx: Read, count_at_once: Counting) -> Cached[int]:
        return self._count_in_parts(tx) if are_many(tx) else count_at_once(tx)

    def _count_in_parts(self, tx: Read) -> Cached[int]:
        """Count those of the agent's departments by an index alone, and then the others, which are few.

        Asking each ticket of the help desk whether it is referred to the agent takes ten times as long.
        """
        own, beyond = self.parts(tx)
        others = 0 if beyond.value is None else _count(tx, beyond.value, *self.counted.filters)
        return Cached(own.value + others, min(own.begun_at, beyond.begun_at), own.took + beyond.took)

    def parts(self, tx: Read) -> Sequence[Cached[Any]]:
        """How many are in the agent's departments, and which are beyond: both at once, unless they are known."""
        parts = (self._of_departments, self._beyond)
        if tx.find_recent(BEYOND_DEPARTMENTS, scope_of(self.staff)) is None:
            return tx.gather(*parts)
        return [part(tx) for part in parts]

    def _beyond(self, tx: Read) -> Cached[Any]:
        return tx.recent(BEYOND_DEPARTMENTS, scope_of(self.staff), lambda unit: _find_beyond(unit, self.staff))

    def _of_departments(self, tx: Read) -> Cached[int]:
        """How many are in the agent's departments. Common filters are counted once for the agents of all of them."""
        asked = self.counted
        if not asked.is_common or self.staff.assigned_only:
            whose = (scope_of(self.staff), asked.key)
            return tx.recent(
                TOTALS, whose, lambda unit: _count(unit, tickets_of_departments(self.staff), *asked.filters)
            )
        key, filters = (asked.key, asked.filters) if asked.statuses is None else (_EVERYTHING, ())
        places = tx.recent(PLACE_TOTALS, key, lambda unit: _count_by_place(unit, filters))
        own = sum(
            count
            for (status, department), count in places.value.items()
            if department in self.staff.department_ids and (asked.statuses is None or status in asked.statuses)
        )
        return Cached(own, places.begun_at, places.took)


def are_many(tx: Read) -> bool:
    """Whether there are many tickets, by the newest id: counting all of them would cost what this is meant to save."""
    return tx.cached(MANY_TICKETS, None, lambda: (tx.scalar(select(func.max(t.ticket.c.ticket_id))) or 0) > _MANY)


def beyond_departments(tx: Read, staff: Staff) -> ColumnElement[bool]:
    """The condition that holds for tickets that the agent sees outside their departments, as known since the agent's
    own last change.
    """
    found = tx.cached(BEYOND_DEPARTMENTS, scope_of(staff), lambda: _find_beyond(tx, staff))
    return _NONE if found is None else found


def _find_beyond(tx: Read, staff: Staff) -> ColumnElement[bool] | None:
    """The condition that holds for tickets outside the agent's departments; None where there are none."""
    others = listed_beyond_departments(staff)
    ids = tx.scalars(others.limit(_MOST_LISTED + 1))
    if len(ids) > _MOST_LISTED:
        return t.ticket.c.ticket_id.in_(others)
    return listed_ids(t.ticket.c.ticket_id, ids) if ids else None


def _count(tx: Read, *conditions: ColumnElement[bool]) -> int:
    return int(tx.scalar(select(func.count()).select_from(t.ticket).where(*conditions)))


def _count_by_place(tx: Read, filters: Sequence[ColumnElement[bool]]) -> Mapping[tuple[int, int], int]:
    """How many there are of each status and department: in the order of an index, which spares a temporary table."""
    ticket = t.ticket.c
    places = (ticket.status_id, ticket.dept_id)
    counted = select(*places, func.count().label("found")).select_from(t.ticket).where(*filters).group_by(*places)
    return {(row.status_id, row.dept_id): row.found for row in tx.rows(counted)}
