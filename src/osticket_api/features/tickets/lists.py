"""Lists of tickets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, or_

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import (
    Scope,
    StaffScope,
    kept_scope,
    listed_tickets,
    reads_as_agents,
    scope_of,
    tickets_of_departments,
    view_of,
)
from osticket_api.db import indexes
from osticket_api.db import tables as t
from osticket_api.db.caches import BOUNDS, STATEMENTS
from osticket_api.db.prepared import Kept
from osticket_api.db.unit import Read
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.bounds import DEEPEST, Bound, bound_of
from osticket_api.features.tickets.columns import (
    audience_of,
    has_cdata,
    one_per_ticket,
    select_tickets,
    subject_and_priority,
    ticket_fields,
    with_cdata,
)
from osticket_api.features.tickets.filters import TicketQuery, chosen_statuses, conditions, depends_on, is_common
from osticket_api.features.tickets.inclusions import INCLUDED, include
from osticket_api.features.tickets.paging import sort_columns
from osticket_api.features.tickets.relevance import is_by_relevance, rank, rows_at
from osticket_api.features.tickets.responses import TicketSummary
from osticket_api.features.tickets.totals import Counted, TicketTotal, are_many, beyond_departments, counted
from osticket_api.features.tickets.urgent import most_urgent
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import SortKey, after, place_of, sort_keys
from osticket_api.web.fields import included
from osticket_api.web.paging import Labels, Page


def list_tickets(
    tx: Read, principal: Principal, query: TicketQuery, *narrowing: ColumnElement[bool]
) -> Page[TicketSummary]:
    """The page of tickets that the query asks for, among those the caller may see.

    Raises: Invalid naming every parameter at fault.
    """
    if is_by_relevance(query):
        ranked = rank(tx, principal, query, narrowing)
        shown = ranked.part(query)
        wanted = included(query.include, INCLUDED)
        found = ranked.page(query, shown, _tickets(tx, principal, rows_at(tx, shown), wanted))
        return found.labelled(_labels(principal))
    keys = sort_keys(query.sort, sort_columns(for_users=not reads_as_agents(principal)))
    if narrowing or query.custom():
        return list_in_order(tx, principal, query, keys, *narrowing)
    kept, caller = _kept_list(tx, principal, query, keys)
    listing = _listing(principal, query, keys, kept.filters, kept.counted)
    rows = _rows_far_down(tx, principal, kept, listing) or kept.selects.rows(tx, caller)
    return _page(tx, principal, query, listing, rows)


def list_in_order(
    tx: Read, principal: Principal, query: TicketQuery, keys: list[SortKey], *narrowing: ColumnElement[bool]
) -> Page[TicketSummary]:
    """List tickets in an order other than the query's."""
    scope = scope_of(principal)
    filters = conditions(tx, principal, query)
    listing = _listing(principal, query, keys, filters, _counted(tx, query, filters, narrowing), narrowing)
    shortened = replace(listing, narrowing=[*narrowing, *most_urgent(tx, scope, listing)])
    rows = _selects(tx, scope, query, shortened).rows(tx, {})
    return _page(tx, principal, query, listing, rows)


def _rows_far_down(tx: Read, principal: Principal, kept: "_KeptList", listing: Listing) -> Sequence[Any]:
    """The rows of a page far from the top, for an agent who may see many; none where the usual way has to be taken.

    To ask each ticket on the way down whether it is referred to the agent takes ten times as long as to find the page
    by the departments and by the ids of the others, which are known for a few seconds. Whether the agent sees what is
    on the page is asked again; if a ticket is missing then, the ids are no longer right.
    """
    query = listing.query
    if not isinstance(principal, Staff) or principal.assigned_only or query.cursor or not are_many(tx):
        return ()
    if isinstance(kept.selects, _Bounded) or (query.page or 1) * query.per_page < DEEPEST:
        return ()
    if query.total:
        # Both parts of the total are read at the same time: the page needs one of them, the total needs both.
        TicketTotal(principal, kept.counted).parts(tx)
    beyond = beyond_departments(tx, principal)

    def build() -> Kept:
        is_listed, *filters = listing.wanted
        near = replace(listing, wanted=[or_(tickets_of_departments(principal), beyond), *filters])
        return tx.prepare(_select_page(tx, near).where(is_listed))

    rows = tx.prepared(tx.cached(STATEMENTS, (kept, view_of(principal), beyond), build), {})
    return rows if len({row.ticket_id for row in rows}) > query.per_page else ()


def _page(
    tx: Read, principal: Principal, query: TicketQuery, listing: Listing, rows: Sequence[Any]
) -> Page[TicketSummary]:
    wanted = included(query.include, INCLUDED)
    page = listing.page(tx, one_per_ticket(rows), lambda shown: _tickets(tx, principal, shown, wanted))
    return page.labelled(_labels(principal))


def _labels(principal: Principal) -> Labels:
    return forms.custom_field_labels("T", audience_of(principal))


@dataclass(frozen=True, eq=False)
class _Bounded:
    """The SELECTs of a page that a moment bounds: of the moment, of what lies within it, and where there is none.

    `length`: how many tickets are asked for: those of the page, and one more.
    """

    moment: Kept
    within: Kept
    where_few: Select[Any]
    length: int

    def prepared(self, tx: Read) -> "_Bounded":
        """Compile the two SELECTs that nearly every agent needs, so that they can be kept."""
        return replace(self, moment=tx.prepare(self.moment), within=tx.prepare(self.within))

    def rows(self, tx: Read, caller: Mapping[str, Any]) -> Sequence[Any]:
        """The rows. What lies within a moment of a while ago holds the page too, unless tickets have left it.

        Where there was none, everything was asked for.
        """
        known = tx.find_cached(BOUNDS, self)
        if known is not None:
            found = self._rows_within(tx, caller, known.value)
            if known.value is None or len({row.ticket_id for row in found}) == self.length:
                return found
        moment = tx.make_cached(BOUNDS, self, lambda: tx.prepared_scalar(self.moment, {}))
        return self._rows_within(tx, caller, moment.value)

    def _rows_within(self, tx: Read, caller: Mapping[str, Any], moment: Any) -> Sequence[Any]:
        if moment is None:
            return tx.prepared(self.where_few, caller)
        return tx.prepared(self.within, {**caller, "bound": moment})


@dataclass(frozen=True)
class _Whole:
    """The SELECT of a page."""

    page: Kept

    def prepared(self, tx: Read) -> "_Whole":
        """Compile the SELECT, so that it can be kept."""
        return _Whole(tx.prepare(self.page))

    def rows(self, tx: Read, caller: Mapping[str, Any]) -> Sequence[Any]:
        return tx.prepared(self.page, caller)


@dataclass(frozen=True, eq=False)
class _KeptList:
    """What is built once for a list: its filters, what it counts, and the SELECTs of its page."""

    filters: Sequence[ColumnElement[bool]]
    counted: Counted
    selects: _Whole | _Bounded


def _kept_list(
    tx: Read, principal: Principal, query: TicketQuery, keys: list[SortKey]
) -> tuple[_KeptList, Mapping[str, Any]]:
    """The list, and the parameters that stand for the caller. Front ends ask for the same few lists again and again.

    Callers who see alike share it, where the filters say nothing of a person.
    Raises: Invalid naming every parameter whose value is wrong.
    """
    scope, caller = kept_scope(principal) if is_common(query) else (scope_of(principal), {})

    def build() -> _KeptList:
        filters = conditions(tx, principal, query)
        counted = _counted(tx, query, filters)
        listing = _listing(principal, query, keys, filters, counted)
        return _KeptList(filters, counted, _selects(tx, scope, query, listing).prepared(tx))

    key = (scope, None if caller else view_of(principal), query, depends_on(tx, principal, query), has_cdata(tx))
    return tx.cached(STATEMENTS, key, build), caller


def _counted(
    tx: Read,
    query: TicketQuery,
    filters: Sequence[ColumnElement[bool]],
    narrowing: Sequence[ColumnElement[bool]] = (),
) -> Counted:
    return counted(
        tx, [*filters, *narrowing], is_common=is_common(query), statuses=_only_statuses(tx, query, narrowing)
    )


def _listing(
    principal: Principal,
    query: TicketQuery,
    keys: list[SortKey],
    filters: Sequence[ColumnElement[bool]],
    counted: Counted,
    narrowing: Sequence[ColumnElement[bool]] = (),
) -> Listing:
    total = TicketTotal(principal, counted) if isinstance(principal, Staff) else None
    wanted = [listed_tickets(principal), *filters]
    return Listing(principal, query, t.ticket.c.ticket_id, keys, wanted, narrowing, total)


def _selects(tx: Read, scope: Scope, query: TicketQuery, listing: Listing) -> _Whole | _Bounded:
    """How the page of a list is selected for callers of this scope."""
    _, *filters = listing.wanted
    seen = replace(listing, wanted=[listed_tickets(scope), *filters])
    bound = None
    if isinstance(scope, StaffScope) and not listing.narrowing:
        bound = _bound_of(tx, scope, query, listing.keys, filters)
    if bound is None:
        return _Whole(_select_page(tx, seen))
    within, few = (_select_page(tx, replace(seen, narrowing=[each])) for each in (bound.within, bound.where_few))
    return _Bounded(bound.select_moment, within, few, query.per_page + 1)


def _only_statuses(tx: Read, query: TicketQuery, narrowing: Sequence[ColumnElement[bool]]) -> Collection[int] | None:
    """The statuses that are asked for, where nothing else is."""
    filters = query.filtering.keys()
    return chosen_statuses(tx, query) if filters and filters <= {"status", "state"} and not narrowing else None


def _bound_of(
    tx: Read, staff: StaffScope, query: TicketQuery, keys: list[SortKey], filters: Sequence[ColumnElement[bool]]
) -> Bound | None:
    if not is_common(query) or not indexes.are_present(tx):
        return None
    statuses = chosen_statuses(tx, query)
    if not query.cursor:
        return bound_of(staff, statuses, keys, filters, (query.page or 1) * query.per_page + 1)
    beyond, start = after(keys, query.cursor), place_of(keys, query.cursor)[0]
    return bound_of(staff, statuses, keys, [*filters, beyond], query.per_page + 1, start)


def _select_page(tx: Read, listing: Listing) -> Select[Any]:
    page = listing.ids(_sorted_source(tx, listing.keys))
    return (
        select_tickets(tx)
        .add_columns(*listing.places(page))
        .join(page, page.c.page_id == t.ticket.c.ticket_id)
        .order_by(*listing.order(page))
    )


def _sorted_source(tx: Read, keys: list[SortKey]) -> FromClause:
    if all(key.name != "priority" for key in keys):
        return t.ticket
    _, priority_id = subject_and_priority(tx)
    return with_cdata(tx, t.ticket).outerjoin(t.ticket_priority, t.ticket_priority.c.priority_id == priority_id)


def _tickets(tx: Read, principal: Principal, rows: Sequence[Any], wanted: frozenset[str]) -> list[TicketSummary]:
    fields = ticket_fields(tx, principal)
    answers = forms.read_answers(tx, "T", [row.ticket_id for row in rows], audience=audience_of(principal))
    tickets = [TicketSummary(**fields(row), custom_fields=answers.get(row.ticket_id, {})) for row in rows]
    include(tx, principal, tickets, rows, wanted)
    return tickets
