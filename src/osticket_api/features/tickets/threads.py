"""The conversation of a ticket the caller may see: entries, events, files."""

from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Select, bindparam, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import Scope, kept_scope, reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read
from osticket_api.features.threads.api import (
    Attachment,
    CursorQuery,
    Entry,
    Event,
    EventsQuery,
    PageQuery,
    Place,
    ThreadQuery,
    TimelineItem,
    reading,
)
from osticket_api.features.tickets.reference import missing
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.paging import Page
from osticket_api.web.reference import parse
from osticket_api.web.results import Download


def place_of(ticket_id: int, thread_id: int, urls: FileUrls = plain) -> Place:
    """The conversation of a ticket, whoever may see it."""
    return Place(thread_id, "ticket", f"/api/v2/tickets/{ticket_id}", urls)


def _find(tx: Read, principal: Principal, reference: str, urls: FileUrls = plain) -> Place:
    """Raises: NotFound."""
    found = parse(reference)
    if found is None:
        raise missing(reference)
    scope, parameters = kept_scope(principal)
    rows = tx.prepared(_select_place(scope, found[0]), {**parameters, "reference": found[1]})
    if not rows:
        raise missing(reference)
    return place_of(rows[0].ticket_id, rows[0].thread_id, urls)


@lru_cache(maxsize=256)
def _select_place(scope: Scope, column: Literal["id", "number"]) -> Select[Any]:
    """A ticket and its thread, with the parameter `reference` and those of the scope."""
    ticket, thread = t.ticket.c, t.thread.c
    named = ticket.ticket_id if column == "id" else ticket.number
    return (
        select(ticket.ticket_id, func.coalesce(thread.id, 0).label("thread_id"))
        .outerjoin_from(
            t.ticket, t.thread, (thread.object_id == ticket.ticket_id) & in_literals(thread.object_type, ("T", "C"))
        )
        .where(named == bindparam("reference"), reachable_ticket(scope))
        .order_by(thread.object_type.desc())
    )


def list_entries(
    tx: Read, principal: Principal, reference: str, query: ThreadQuery, urls: FileUrls = plain
) -> Page[Entry]:
    return reading.list_entries(tx, principal, _find(tx, principal, reference, urls), query)


def get_entry(tx: Read, principal: Principal, reference: str, entry_id: int, urls: FileUrls = plain) -> Entry:
    return reading.get_entry(tx, principal, _find(tx, principal, reference, urls), entry_id)


def read_entry(tx: Read, principal: Principal, thread_id: int, ticket_id: int, entry_id: int, urls: FileUrls) -> Entry:
    """An entry of a thread that is known to be visible. Raises: NotFound."""
    return reading.get_entry(tx, principal, place_of(ticket_id, thread_id, urls), entry_id)


def list_events(tx: Read, principal: Principal, reference: str, query: EventsQuery) -> Page[Event]:
    return reading.list_events(tx, principal, _find(tx, principal, reference), query)


def list_timeline(
    tx: Read, principal: Principal, reference: str, query: CursorQuery, urls: FileUrls = plain
) -> Page[TimelineItem]:
    return reading.list_timeline(tx, principal, _find(tx, principal, reference, urls), query)


def list_attachments(
    tx: Read, principal: Principal, reference: str, query: PageQuery, urls: FileUrls = plain
) -> Page[Attachment]:
    return reading.list_attachments(tx, principal, _find(tx, principal, reference, urls), query)


def open_attachment(tx: Read, principal: Principal, reference: str, attachment_id: int) -> Download:
    """A file of the ticket's visible conversation. Raises: NotFound, NotAvailable."""
    return reading.open_attachment(tx, principal, _find(tx, principal, reference), attachment_id)
