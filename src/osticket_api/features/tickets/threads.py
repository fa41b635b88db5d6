"""The conversation of a ticket the caller may see: entries, events, files."""

from typing import Any

from sqlalchemy import Select, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.errors import NotFound
from osticket_api.features.files.content import Content, open_content
from osticket_api.features.threads import queries
from osticket_api.features.threads.shapes import Attachment, Entry, Event
from osticket_api.features.tickets.detail import attachment_url
from osticket_api.features.tickets.reference import missing, named
from osticket_api.features.tickets.schemas import PageQuery, ThreadQuery
from osticket_api.web.paging import Page


def _place(tx: Read, principal: Principal, reference: str) -> tuple[int, int]:
    """Ticket id and thread id. Raises: NotFound."""
    thread = t.thread.c
    row = tx.row(
        select(t.ticket.c.ticket_id, func.coalesce(thread.id, 0).label("thread_id"))
        .outerjoin_from(
            t.ticket, t.thread, (thread.object_id == t.ticket.c.ticket_id) & thread.object_type.in_(("T", "C"))
        )
        .where(named(reference), reachable_ticket(principal))
        .order_by(thread.object_type.desc())
    )
    if row is None:
        raise missing(reference)
    return row.ticket_id, row.thread_id


def list_entries(tx: Read, principal: Principal, reference: str, query: ThreadQuery) -> Page[Entry]:
    ticket_id, thread_id = _place(tx, principal, reference)
    entry = t.thread_entry.c
    wanted = [entry.thread_id == thread_id, queries.visible_entries(principal)]
    if query.type is not None:
        wanted.append(entry.type == queries.TYPE_LETTERS[query.type])
    newest_first = query.sort.startswith("-")
    order = [entry.created.desc(), entry.id.desc()] if newest_first else [entry.created, entry.id]
    page = select(entry.id).where(*wanted).order_by(*order)
    ids = tx.scalars(_page(page, query.page, query.per_page))
    rows = tx.rows(queries.select_entries(principal, thread_id, ids=ids)) if ids else []
    entries = queries.to_entries(tx, principal, rows, attachment_url(ticket_id))
    total = tx.scalar(select(func.count()).select_from(t.thread_entry).where(*wanted))
    return Page(entries[::-1] if newest_first else entries, query.per_page, query.page, total)


def get_entry(tx: Read, principal: Principal, reference: str, entry_id: int) -> Entry:
    ticket_id, thread_id = _place(tx, principal, reference)
    return read_entry(tx, principal, thread_id, ticket_id, entry_id)


def read_entry(tx: Read, principal: Principal, thread_id: int, ticket_id: int, entry_id: int) -> Entry:
    """An entry of a thread that is known to be visible. Raises: NotFound."""
    rows = tx.rows(queries.select_entries(principal, thread_id, ids=[entry_id]))
    entries = queries.to_entries(tx, principal, rows, attachment_url(ticket_id))
    if not entries:
        raise NotFound.because(f"The ticket has no entry {entry_id}.")
    return entries[0]


def list_events(tx: Read, principal: Principal, reference: str, query: PageQuery) -> Page[Event]:
    _, thread_id = _place(tx, principal, reference)
    statement = queries.select_events(principal, thread_id)
    rows = tx.rows(_page(statement, query.page, query.per_page))
    return Page(queries.to_events(tx, principal, rows), query.per_page, query.page, _count(tx, statement))


def list_attachments(tx: Read, principal: Principal, reference: str, query: PageQuery) -> Page[Attachment]:
    ticket_id, thread_id = _place(tx, principal, reference)
    statement = queries.select_attachments(principal, thread_id)
    rows = tx.rows(_page(statement, query.page, query.per_page))
    url = attachment_url(ticket_id)
    return Page([queries.to_attachment(row, url) for row in rows], query.per_page, query.page, _count(tx, statement))


def open_attachment(tx: Read, principal: Principal, reference: str, attachment_id: int) -> tuple[Attachment, Content]:
    """A file of the ticket's visible conversation, with its content to be read. Raises: NotFound, NotAvailable."""
    ticket_id, thread_id = _place(tx, principal, reference)
    row = tx.row(
        queries.select_attachments(principal, thread_id).where(t.attachment.c.id == attachment_id).order_by(None)
    )
    if row is None:
        raise NotFound.because(f"The ticket has no attachment {attachment_id}.")
    return queries.to_attachment(row, attachment_url(ticket_id)), open_content(tx, row.file_id)


def _page(statement: Select[Any], page: int, per_page: int) -> Select[Any]:
    return statement.limit(per_page).offset((page - 1) * per_page)


def _count(tx: Read, statement: Select[Any]) -> int:
    return int(tx.scalar(select(func.count()).select_from(statement.order_by(None).subquery())))
