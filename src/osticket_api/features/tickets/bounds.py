"""The moment of the last ticket on a page: what makes the pages of long lists cheap.

An agent's list holds the tickets of their departments and a few others. Whether a ticket is one of these few has to be
asked of each ticket that is not in their departments, and when something last happened to a ticket no index tells. An
index does tell soon how old the last ticket of a page is at most, if only the departments and the ticket's own moment
are looked at. The page can hold nothing older, so the list is asked for what is not older alone; where the oldest come
first, for what is not newer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, union, union_all

from osticket_api.access.scope import StaffScope, listed_beyond_departments, tickets_of_departments
from osticket_api.db import tables as t
from osticket_api.db.statements import in_literals
from osticket_api.query.ordering import SortKey

DEEPEST: Final = 1000
"""How far from the top a page may end, in tickets. Further down, reading all of them costs as much."""
_DEEPEST_BY_ACTIVITY: Final = 5000
"""When something last happened takes ten times as long to find out."""
_MOST_RANGES: Final = 64
_SPARE: Final = 50
"""How many tickets more are looked at where the oldest come first: something may have happened to some just now."""
_BOUND: Final = bindparam("bound", type_=t.ticket.c.created.type)

_Edge = datetime | ColumnElement[Any]


@dataclass(frozen=True)
class Bound:
    """How the moment is found, and what a list is narrowed by once it is.

    `select_moment` gives none where the departments have fewer tickets than the page ends with.
    """

    select_moment: Select[Any]
    within: ColumnElement[bool]
    where_few: ColumnElement[bool]


def bound_of(
    staff: StaffScope,
    statuses: Sequence[int],
    keys: Sequence[SortKey],
    filters: Sequence[ColumnElement[bool]],
    length: int,
    start: datetime | None = None,
) -> Bound | None:
    """The bound of a page that ends so many tickets from the top; None for orders and agents that have none.

    `start`: the moment of the page's cursor, which `filters` heed. With it the top is there.
    """
    order = _ORDERS.get(keys[0].name) if len(keys) == 2 else None
    ranges = len(statuses) * len(staff.department_ids)
    if order is None or staff.assigned_only or not 0 < ranges <= _MOST_RANGES or length > order.deepest:
        return None
    places = [
        and_(t.ticket.c.status_id == status, t.ticket.c.dept_id == department, *filters)
        for status, department in product(statuses, staff.department_ids)
    ]
    few = _one_of_few(staff, filters)
    if keys[0].descending:
        return Bound(_moment_of_newest(order, places, length, start), order.happened(_BOUND, start), few)
    return Bound(_moment_of_oldest(order, keys[0], places, length, start), _not_newer(order, keys[0], start), few)


def _moment_of_newest(
    order: "_Order", places: Sequence[ColumnElement[bool]], length: int, start: datetime | None
) -> Select[Any]:
    """Select the own moment of a ticket at a place in the list: each status of each department is a range of an index
    that ends with the moment.
    """
    not_newer = [] if start is None else [order.own <= start]
    newest = _first(order.own, places, not_newer, order.own.desc(), length)
    return newest.order_by(newest.selected_columns[0].desc()).offset(length - 1).limit(1)


def _moment_of_oldest(
    order: "_Order", key: SortKey, places: Sequence[ColumnElement[bool]], length: int, start: datetime | None
) -> Select[Any]:
    """Select the moment by which the list is sorted, of those tickets that hold the oldest moments themselves."""
    not_older = [] if start is None else [order.own >= start]
    oldest = _first(key.column, places, not_older, order.own.asc(), length + _SPARE)
    return oldest.order_by(oldest.selected_columns[0].asc()).offset(length - 1).limit(1)


def _first(
    moment: ColumnElement[Any],
    places: Sequence[ColumnElement[bool]],
    edge: Sequence[ColumnElement[bool]],
    ordering: ColumnElement[Any],
    length: int,
) -> Select[Any]:
    """Select the moment of the first tickets of each place."""
    ranges = (select(moment.label("moment")).where(each, *edge).order_by(ordering).limit(length) for each in places)
    first = union_all(*(select(each.c.moment) for each in (range.subquery() for range in ranges))).subquery("first")
    return select(first.c.moment)


def _one_of_few(staff: StaffScope, filters: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    own = select(t.ticket.c.ticket_id).where(tickets_of_departments(staff), *filters)
    few = union(own, *listed_beyond_departments(staff).selects).subquery("few")
    return t.ticket.c.ticket_id.in_(select(few.c[0]))


def _not_newer(order: "_Order", key: SortKey, start: datetime | None) -> ColumnElement[bool]:
    """Exactly the tickets from the start to the moment. The own moments and `happened` find them soon."""
    near = or_(order.own <= _BOUND, order.own.is_(None)) if start is None else order.happened(start, _BOUND)
    return and_(near, key.column <= _BOUND)


def _created(since: _Edge, until: _Edge | None) -> ColumnElement[bool]:
    return _is_between(t.ticket.c.created, since, until)


def _active(since: _Edge, until: _Edge | None) -> ColumnElement[bool]:
    """A superset of what was last active then: each moment that `last_activity_at` is the latest of has an index."""
    ticket, thread = t.ticket.alias("active").c, t.thread.alias("active_thread").c
    ways: list[Select[Any]] = [
        select(ticket.ticket_id).where(_is_between(moment, since, until))
        for moment in (ticket.lastupdate, ticket.created)
    ]
    ways += [
        select(thread.object_id).where(_is_between(moment, since, until), in_literals(thread.object_type, ("T", "C")))
        for moment in (thread.lastmessage, thread.lastresponse)
    ]
    active = union(*ways).subquery("active_then")
    return t.ticket.c.ticket_id.in_(select(active.c[0]))


def _is_between(moment: ColumnElement[Any], since: _Edge, until: _Edge | None) -> ColumnElement[bool]:
    return moment >= since if until is None else and_(moment >= since, moment <= until)


@dataclass(frozen=True)
class _Order:
    """An order whose pages a moment bounds.

    `own`: the moment that the ticket itself holds, never later than the one that the list is sorted by.
    `happened`: holds for what the list is sorted by between two moments, or since one.
    """

    own: ColumnElement[Any]
    happened: Callable[[_Edge, _Edge | None], ColumnElement[bool]]
    deepest: int


_ORDERS: Final = {
    "created_at": _Order(t.ticket.c.created, _created, DEEPEST),
    "last_activity_at": _Order(t.ticket.c.lastupdate, _active, _DEEPEST_BY_ACTIVITY),
}
