"""Lists of tickets."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import listed_tickets, view_of
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.features.forms import service as forms
from osticket_api.features.tickets.columns import (
    audience_of,
    has_cdata,
    one_per_ticket,
    select_tickets,
    subject_and_priority,
    ticket_fields,
    with_cdata,
)
from osticket_api.features.tickets.filters import TicketQuery, all_statuses, conditions
from osticket_api.features.tickets.paging import sort_columns
from osticket_api.features.tickets.shapes import Ticket
from osticket_api.web.listing import Listing
from osticket_api.web.ordering import SortKey, sort_keys
from osticket_api.web.paging import Page

_SECONDS_PREPARED = 300


def list_tickets(tx: Read, principal: Principal, query: TicketQuery, *narrowing: ColumnElement[bool]) -> Page[Ticket]:
    """The page of tickets that the query asks for, among those the caller may see.

    Raises: Invalid naming every parameter at fault.
    """
    return _page(tx, principal, _prepared(tx, principal, query, narrowing))


def list_in_order(
    tx: Read, principal: Principal, query: TicketQuery, keys: list[SortKey], *narrowing: ColumnElement[bool]
) -> Page[Ticket]:
    """The same in an order that is not the query's."""
    return _page(tx, principal, _prepare(tx, principal, query, narrowing, keys))


Prepared = tuple[Listing, Select[Any]]


def _page(tx: Read, principal: Principal, prepared: Prepared) -> Page[Ticket]:
    listing, statement = prepared
    return listing.page(tx, one_per_ticket(tx.rows(statement)), lambda shown: _tickets(tx, principal, shown))


def _prepared(tx: Read, principal: Principal, query: TicketQuery, narrowing: Sequence[ColumnElement[bool]]) -> Prepared:
    """The list and its SELECT. A front end asks for the same few lists again and again: theirs are built once."""
    if narrowing or query.depends_on_rows:
        return _prepare(tx, principal, query, narrowing, sort_keys(query.sort, sort_columns()))
    key = (view_of(principal), query.model_dump_json(), tuple(all_statuses(tx)), has_cdata(tx))
    kept: Prepared | None = tx.statements.get(key)
    if kept is None:
        kept = _prepare(tx, principal, query, narrowing, sort_keys(query.sort, sort_columns()))
        tx.statements.put(key, kept, _SECONDS_PREPARED)
    return kept


def _prepare(
    tx: Read,
    principal: Principal,
    query: TicketQuery,
    narrowing: Sequence[ColumnElement[bool]],
    keys: list[SortKey],
) -> Prepared:
    wanted = [listed_tickets(principal), *conditions(tx, principal, query)]
    listing = Listing(principal, query, t.ticket.c.ticket_id, keys, wanted, narrowing)
    page = listing.ids(_sorted_source(tx, keys))
    statement = (
        select_tickets(tx)
        .add_columns(*listing.places(page))
        .join(page, page.c.page_id == t.ticket.c.ticket_id)
        .order_by(*listing.order(page))
    )
    return listing, statement


def _sorted_source(tx: Read, keys: list[SortKey]) -> FromClause:
    if all(key.name != "priority" for key in keys):
        return t.ticket
    _, priority_id = subject_and_priority(tx)
    return with_cdata(tx, t.ticket).outerjoin(t.ticket_priority, t.ticket_priority.c.priority_id == priority_id)


def _tickets(tx: Read, principal: Principal, rows: Sequence[Any]) -> list[Ticket]:
    fields = ticket_fields(tx, principal)
    answers = forms.read_answers(tx, "T", [row.ticket_id for row in rows], audience=audience_of(principal))
    return [Ticket(**fields(row), custom_fields=answers.get(row.ticket_id, {})) for row in rows]
