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
from osticket_api.features.tickets.filters import TicketQuery, conditions, depends_on
from osticket_api.features.tickets.paging import sort_columns
from osticket_api.features.tickets.shapes import Ticket
from osticket_api.web.listing import Listing
from osticket_api.web.ordering import SortKey, sort_keys
from osticket_api.web.paging import Page

_SECONDS_KEPT = 300


def list_tickets(tx: Read, principal: Principal, query: TicketQuery, *narrowing: ColumnElement[bool]) -> Page[Ticket]:
    """The page of tickets that the query asks for, among those the caller may see.

    Raises: Invalid naming every parameter at fault.
    """
    if narrowing or query.custom():
        return list_in_order(tx, principal, query, sort_keys(query.sort, sort_columns()), *narrowing)
    listing, statement = _kept(tx, principal, query)
    return _page(tx, principal, listing, tx.often(statement, {}))


def list_in_order(
    tx: Read, principal: Principal, query: TicketQuery, keys: list[SortKey], *narrowing: ColumnElement[bool]
) -> Page[Ticket]:
    """The same in an order that is not the query's."""
    listing, statement = _build(tx, principal, query, narrowing, keys)
    return _page(tx, principal, listing, tx.rows(statement))


def _page(tx: Read, principal: Principal, listing: Listing, rows: Sequence[Any]) -> Page[Ticket]:
    return listing.page(tx, one_per_ticket(rows), lambda shown: _tickets(tx, principal, shown))


def _kept(tx: Read, principal: Principal, query: TicketQuery) -> tuple[Listing, Select[Any]]:
    """The list and its SELECT. A front end asks for the same few lists again and again: theirs are built once."""
    key = (view_of(principal), query, depends_on(tx, principal, query), has_cdata(tx))
    kept: tuple[Listing, Select[Any]] | None = tx.statements.get(key)
    if kept is None:
        kept = _build(tx, principal, query, (), sort_keys(query.sort, sort_columns()))
        tx.statements.put(key, kept, _SECONDS_KEPT)
    return kept


def _build(
    tx: Read,
    principal: Principal,
    query: TicketQuery,
    narrowing: Sequence[ColumnElement[bool]],
    keys: list[SortKey],
) -> tuple[Listing, Select[Any]]:
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
