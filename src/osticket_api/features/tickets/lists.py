"""Lists of tickets: a page of ids on an index first, then the rest for those ids only."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import listed_tickets
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.features.forms import service as forms
from osticket_api.features.tickets.columns import (
    audience_of,
    one_per_ticket,
    select_tickets,
    subject_and_priority,
    ticket_fields,
    with_cdata,
)
from osticket_api.features.tickets.filters import TicketQuery, conditions
from osticket_api.features.tickets.paging import SortKey, after, cursor_at, sort_keys
from osticket_api.features.tickets.shapes import Ticket
from osticket_api.web.paging import Page

_SECONDS_COUNTED = 5
"""How long a total is believed, unless we write: other programs' tickets may be missing from it for that long."""


def list_tickets(tx: Read, principal: Principal, query: TicketQuery, *narrowing: ColumnElement[bool]) -> Page[Ticket]:
    """The page of tickets that the query asks for, among those the caller may see.

    Raises: Invalid naming every parameter at fault.
    """
    keys = sort_keys(query.sort)
    wanted = [listed_tickets(principal), *conditions(tx, principal, query), *narrowing]
    rows = _page_rows(tx, query, keys, wanted)
    shown = rows[: query.per_page]
    more = len(rows) > query.per_page
    number = None if query.cursor else query.page or 1
    return Page(
        items=_tickets(tx, principal, shown),
        per_page=query.per_page,
        page=number,
        total=_total(tx, principal, query, wanted, number, rows) if query.total else None,
        next_cursor=cursor_at(keys, [getattr(shown[-1], f"k{i}") for i in range(len(keys))]) if more else None,
    )


def _page_rows(tx: Read, query: TicketQuery, keys: list[SortKey], wanted: list[ColumnElement[bool]]) -> list[Any]:
    """The rows of the page and one more, which tells whether there is a next page."""
    ordered = [key.column.label(f"k{i}") for i, key in enumerate(keys)]
    ids = (
        select(t.ticket.c.ticket_id.label("page_id"), *ordered)
        .select_from(_sorted_source(tx, keys))
        .where(and_(*wanted))
        .order_by(*(key.ordering for key in keys))
        .limit(query.per_page + 1)
    )
    if query.cursor:
        ids = ids.where(after(keys, query.cursor))
    elif query.page and query.page > 1:
        ids = ids.offset((query.page - 1) * query.per_page)
    page = ids.subquery("page")
    source = page.join(t.ticket, t.ticket.c.ticket_id == page.c.page_id)
    order = [page.c[f"k{i}"].desc() if key.descending else page.c[f"k{i}"] for i, key in enumerate(keys)]
    places = [page.c[f"k{i}"] for i in range(len(keys))]
    return one_per_ticket(tx.rows(select_tickets(tx, source, *places).order_by(*order)))


def _sorted_source(tx: Read, keys: list[SortKey]) -> FromClause:
    if all(key.name != "priority" for key in keys):
        return t.ticket
    _, priority_id = subject_and_priority(tx)
    return with_cdata(tx, t.ticket).outerjoin(t.ticket_priority, t.ticket_priority.c.priority_id == priority_id)


def _tickets(tx: Read, principal: Principal, rows: list[Any]) -> list[Ticket]:
    if not rows:
        return []
    fields = ticket_fields(tx, principal)
    answers = forms.read_answers(tx, "T", [row.ticket_id for row in rows], audience=audience_of(principal))
    return [Ticket(**fields(row), custom_fields=answers.get(row.ticket_id, {})) for row in rows]


def _total(
    tx: Read,
    principal: Principal,
    query: TicketQuery,
    wanted: list[ColumnElement[bool]],
    number: int | None,
    rows: list[Any],
) -> int:
    """How many tickets match: known without counting on the last page, else counted and kept for a few seconds."""
    if number is not None and rows and len(rows) <= query.per_page:
        return (number - 1) * query.per_page + len(rows)
    key = ("total", principal.key, repr(query.filtering()), tx.write_count)
    total: int | None = tx.memory.get(key)
    if total is None:
        total = tx.scalar(select(func.count()).select_from(t.ticket).where(and_(*wanted)))
        tx.memory.put(key, total, _SECONDS_COUNTED)
    return total
