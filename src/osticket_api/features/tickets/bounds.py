"""The moment of the last ticket on a page: what makes the newest pages of long lists cheap.

An agent's list holds the tickets of their departments and a few others. Whether a ticket is one of these few has to be
asked of each ticket that is not in their departments, and when something last happened to a ticket no index tells. An
index does tell soon how old the page's last ticket is, if only the departments and the ticket's own moment are looked
at. The page can hold nothing older, so the list is asked for what is not older alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, select, union, union_all

from osticket_api.access.scope import StaffScope, listed_beyond_departments, tickets_of_departments
from osticket_api.db import tables as t
from osticket_api.db.statements import in_literals
from osticket_api.query.ordering import SortKey

DEEPEST: Final = 1000
"""How far from the top a page may end, in tickets. Further down, reading all of them costs as much."""
_DEEPEST_BY_ACTIVITY: Final = 5000
"""When something last happened takes ten times as long to find out."""
_MOST_RANGES: Final = 64
_BOUND: Final = bindparam("bound", type_=t.ticket.c.created.type)


@dataclass(frozen=True)
class Bound:
    """How the moment is found, and what a list is narrowed by once it is.

    `select_moment` gives none where the departments have fewer tickets than the page ends with.
    """

    select_moment: Select[Any]
    since: ColumnElement[bool]
    where_few: ColumnElement[bool]


def bound_of(
    staff: StaffScope,
    statuses: Sequence[int],
    keys: Sequence[SortKey],
    filters: Sequence[ColumnElement[bool]],
    length: int,
    until: datetime | None = None,
) -> Bound | None:
    """The bound of a page that ends so many tickets from the top; None for orders and agents that have none.

    `until`: the moment of the page's cursor, which `filters` heed. With it the top is there.
    """
    order = _ORDERS.get(keys[0].name) if keys[0].descending and len(keys) == 2 else None
    ranges = len(statuses) * len(staff.department_ids)
    if order is None or staff.assigned_only or not 0 < ranges <= _MOST_RANGES or length > order.deepest:
        return None
    not_newer = [] if until is None else [order.own <= until]
    moment = _select_moment(order.own, staff, statuses, [*filters, *not_newer], length)
    return Bound(moment, order.since(until), _one_of_few(staff, filters))


def _select_moment(
    own: ColumnElement[Any],
    staff: StaffScope,
    statuses: Sequence[int],
    filters: Sequence[ColumnElement[bool]],
    length: int,
) -> Select[Any]:
    """Select the moment of a ticket at a place in the list: each status of each department is a range of an index that
    ends with the moment.
    """
    ticket = t.ticket.c
    ranges = (
        select(own.label("moment"))
        .where(ticket.status_id == status, ticket.dept_id == department, *filters)
        .order_by(own.desc())
        .limit(length)
        .subquery()
        for status, department in product(statuses, staff.department_ids)
    )
    newest = union_all(*(select(each.c.moment) for each in ranges)).subquery("newest")
    return select(newest.c.moment).order_by(newest.c.moment.desc()).offset(length - 1).limit(1)


def _one_of_few(staff: StaffScope, filters: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    own = select(t.ticket.c.ticket_id).where(tickets_of_departments(staff), *filters)
    few = union(own, *listed_beyond_departments(staff).selects).subquery("few")
    return t.ticket.c.ticket_id.in_(select(few.c[0]))


def _created_since(until: datetime | None) -> ColumnElement[bool]:
    return _is_within(t.ticket.c.created, until)


def _active_since(until: datetime | None) -> ColumnElement[bool]:
    """A superset of what happened since: each moment that `last_activity_at` is the latest of has an index."""
    ticket, thread = t.ticket.alias("active").c, t.thread.alias("active_thread").c
    ways: list[Select[Any]] = [
        select(ticket.ticket_id).where(_is_within(moment, until)) for moment in (ticket.lastupdate, ticket.created)
    ]
    ways += [
        select(thread.object_id).where(_is_within(moment, until), in_literals(thread.object_type, ("T", "C")))
        for moment in (thread.lastmessage, thread.lastresponse)
    ]
    active = union(*ways).subquery("active_since")
    return t.ticket.c.ticket_id.in_(select(active.c[0]))


def _is_within(moment: ColumnElement[Any], until: datetime | None) -> ColumnElement[bool]:
    since = moment >= _BOUND
    return since if until is None else and_(since, moment <= until)


@dataclass(frozen=True)
class _Order:
    """An order, newest first, whose pages a moment bounds.

    `own`: the moment that the ticket itself holds, never later than the one that the list is sorted by.
    `since`: what the list is narrowed by.
    """

    own: ColumnElement[Any]
    since: Callable[[datetime | None], ColumnElement[bool]]
    deepest: int


_ORDERS: Final = {
    "created_at": _Order(t.ticket.c.created, _created_since, DEEPEST),
    "last_activity_at": _Order(t.ticket.c.lastupdate, _active_since, _DEEPEST_BY_ACTIVITY),
}
