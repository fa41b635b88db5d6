"""The conversation of a ticket or a task that the caller may see: entries, events, files."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.errors import NotFound
from osticket_api.features.files.content import Content, open_content
from osticket_api.features.threads import queries
from osticket_api.features.threads.schemas import PageQuery, ThreadQuery
from osticket_api.features.threads.shapes import Attachment, Entry, Event
from osticket_api.web.paging import Page


@dataclass(frozen=True)
class Place:
    """A conversation: its thread, what it belongs to (`ticket` or `task`), and the URL of that."""

    thread_id: int
    owner: str
    url: str

    def attachment_url(self, attachment_id: int) -> str:
        return f"{self.url}/attachments/{attachment_id}"


def list_entries(tx: Read, principal: Principal, place: Place, query: ThreadQuery) -> Page[Entry]:
    rows = queries.read_page(tx, principal, place.thread_id, query)
    entries = queries.to_entries(tx, principal, rows, place.attachment_url)
    is_whole = query.page == 1 and len(entries) < query.per_page
    total = len(entries) if is_whole else queries.count_entries(tx, principal, place.thread_id, query)
    return Page(entries[::-1] if query.newest_first else entries, query.per_page, query.page, total)


def get_entry(tx: Read, principal: Principal, place: Place, entry_id: int) -> Entry:
    """Raises: NotFound."""
    rows = queries.read_entries(tx, principal, place.thread_id, entry_id=entry_id)
    entries = queries.to_entries(tx, principal, rows, place.attachment_url)
    if not entries:
        raise NotFound.because(f"The {place.owner} has no entry {entry_id}.")
    return entries[0]


def list_events(tx: Read, principal: Principal, place: Place, query: PageQuery) -> Page[Event]:
    statement = queries.select_events(principal, place.thread_id)
    rows = tx.rows(_page(statement, query.page, query.per_page))
    return Page(queries.to_events(tx, principal, rows), query.per_page, query.page, _count(tx, statement))


def list_attachments(tx: Read, principal: Principal, place: Place, query: PageQuery) -> Page[Attachment]:
    statement = queries.select_attachments(principal, place.thread_id)
    rows = tx.rows(_page(statement, query.page, query.per_page))
    attachments = [queries.to_attachment(row, place.attachment_url) for row in rows]
    return Page(attachments, query.per_page, query.page, _count(tx, statement))


def open_attachment(tx: Read, principal: Principal, place: Place, attachment_id: int) -> tuple[Attachment, Content]:
    """A file of the visible conversation, with its content to be read. Raises: NotFound, NotAvailable."""
    statement = queries.select_attachments(principal, place.thread_id).where(t.attachment.c.id == attachment_id)
    row = tx.row(statement.order_by(None))
    if row is None:
        raise NotFound.because(f"The {place.owner} has no attachment {attachment_id}.")
    return queries.to_attachment(row, place.attachment_url), open_content(tx, row.file_id)


def _page(statement: Select[Any], page: int, per_page: int) -> Select[Any]:
    return statement.limit(per_page).offset((page - 1) * per_page)


def _count(tx: Read, statement: Select[Any]) -> int:
    return int(tx.scalar(select(func.count()).select_from(statement.order_by(None).subquery())))
