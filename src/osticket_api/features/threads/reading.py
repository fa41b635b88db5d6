"""The conversation of a ticket or a task that the caller may see: entries, events, files."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, func, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.files.api import open_content
from osticket_api.features.threads import events, queries
from osticket_api.features.threads.requests import CursorQuery, EventsQuery, PageQuery, ThreadQuery
from osticket_api.features.threads.responses import Attachment, Entry, Event, TimelineItem
from osticket_api.features.threads.timeline import ENTRIES, EVENTS, Conversation, by_number, only
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.paging import Page
from osticket_api.web.results import Download


@dataclass(frozen=True)
class Place:
    """A conversation: its thread, what it belongs to (`ticket` or `task`), the path of that,
    and how addresses of files leave.
    """

    thread_id: int
    owner: str
    path: str
    urls: FileUrls = plain

    def attachment_url(self, attachment_id: int) -> str:
        return self.urls(f"{self.path}/attachments/{attachment_id}")


def list_entries(tx: Read, principal: Principal, place: Place, query: ThreadQuery) -> Page[Entry]:
    conversation = Conversation(principal, place.thread_id, place.attachment_url, ENTRIES, query.type)
    if not query.goes_by_page:
        return only(conversation.page(tx, query), attrgetter("entry"))
    rows = queries.read_page(tx, principal, place.thread_id, query)
    entries = queries.to_entries(tx, principal, rows, place.attachment_url)
    total = _total(query, len(entries), lambda: queries.count_entries(tx, principal, place.thread_id, query))
    return by_number(conversation, query, entries[::-1] if query.newest_first else entries, total)


def list_timeline(tx: Read, principal: Principal, place: Place, query: CursorQuery) -> Page[TimelineItem]:
    return Conversation(principal, place.thread_id, place.attachment_url).page(tx, query)


def _total(query: EventsQuery, found: int, count: Callable[[], int]) -> int:
    """How many there are: not counted where the first page has them all."""
    return found if query.page_number == 1 and found < query.per_page else count()


def get_entry(tx: Read, principal: Principal, place: Place, entry_id: int) -> Entry:
    """Raises: NotFound."""
    rows = queries.read_entries(tx, principal, place.thread_id, entry_id=entry_id)
    entries = queries.to_entries(tx, principal, rows, place.attachment_url)
    if not entries:
        raise NotFound.because(f"The {place.owner} has no entry {entry_id}.")
    return entries[0]


def list_events(tx: Read, principal: Principal, place: Place, query: EventsQuery) -> Page[Event]:
    conversation = Conversation(principal, place.thread_id, place.attachment_url, EVENTS)
    if not query.goes_by_page:
        return only(conversation.page(tx, query), attrgetter("event"))
    rows = events.read_page(tx, principal, place.thread_id, query)
    total = _total(query, len(rows), lambda: events.count_events(tx, principal, place.thread_id))
    return by_number(conversation, query, events.to_events(tx, principal, rows), total)


def list_attachments(tx: Read, principal: Principal, place: Place, query: PageQuery) -> Page[Attachment]:
    statement = queries.select_attachments(principal, place.thread_id)
    rows = tx.rows(_page(statement, query.page, query.per_page))
    attachments = [queries.to_attachment(row, place.attachment_url) for row in rows]
    return Page(attachments, query.per_page, query.page, _count(tx, statement))


def open_attachment(tx: Read, principal: Principal, place: Place, attachment_id: int) -> Download:
    """A file of the visible conversation. Raises: NotFound, NotAvailable."""
    statement = queries.select_attachments(principal, place.thread_id).where(t.attachment.c.id == attachment_id)
    row = tx.row(statement.order_by(None))
    if row is None:
        raise NotFound.because(f"The {place.owner} has no attachment {attachment_id}.")
    found = queries.to_attachment(row, place.attachment_url)
    return Download(open_content(tx, row.file_id), found.name, found.content_type)


def _page(statement: Select[Any], page: int, per_page: int) -> Select[Any]:
    return statement.limit(per_page).offset((page - 1) * per_page)


def _count(tx: Read, statement: Select[Any]) -> int:
    return int(tx.scalar(select(func.count()).select_from(statement.order_by(None).subquery())))
