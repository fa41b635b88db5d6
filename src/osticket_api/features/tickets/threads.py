"""The conversation of a ticket the caller may see: entries, events, files."""

from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Select, bindparam, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import Scope, kept_scope, reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.db.statements import among
from osticket_api.features.files.content import Content
from osticket_api.features.threads import reading
from osticket_api.features.threads.reading import Place
from osticket_api.features.threads.schemas import PageQuery, ThreadQuery
from osticket_api.features.threads.shapes import Attachment, Entry, Event
from osticket_api.features.tickets.reference import missing
from osticket_api.web.paging import Page
from osticket_api.web.reference import parse


def place_of(ticket_id: int, thread_id: int) -> Place:
    """The conversation of a ticket, whoever may see it."""
    return Place(thread_id, "ticket", f"/api/v2/tickets/{ticket_id}")


def _find(tx: Read, principal: Principal, reference: str) -> Place:
    """Raises: NotFound."""
    found = parse(reference)
    if found is None:
        raise missing(reference)
    scope, parameters = kept_scope(principal)
    rows = tx.often(_select_place(scope, found[0]), {**parameters, "reference": found[1]})
    if not rows:
        raise missing(reference)
    return place_of(rows[0].ticket_id, rows[0].thread_id)


@lru_cache(maxsize=256)
def _select_place(scope: Scope, column: Literal["id", "number"]) -> Select[Any]:
    """A ticket and its thread, with the parameter `reference` and those of the scope."""
    ticket, thread = t.ticket.c, t.thread.c
    named = ticket.ticket_id if column == "id" else ticket.number
    return (
        select(ticket.ticket_id, func.coalesce(thread.id, 0).label("thread_id"))
        .outerjoin_from(
            t.ticket, t.thread, (thread.object_id == ticket.ticket_id) & among(thread.object_type, ("T", "C"))
        )
        .where(named == bindparam("reference"), reachable_ticket(scope))
        .order_by(thread.object_type.desc())
    )


def list_entries(tx: Read, principal: Principal, reference: str, query: ThreadQuery) -> Page[Entry]:
    return reading.list_entries(tx, principal, _find(tx, principal, reference), query)


def get_entry(tx: Read, principal: Principal, reference: str, entry_id: int) -> Entry:
    return reading.get_entry(tx, principal, _find(tx, principal, reference), entry_id)


def read_entry(tx: Read, principal: Principal, thread_id: int, ticket_id: int, entry_id: int) -> Entry:
    """An entry of a thread that is known to be visible. Raises: NotFound."""
    return reading.get_entry(tx, principal, place_of(ticket_id, thread_id), entry_id)


def list_events(tx: Read, principal: Principal, reference: str, query: PageQuery) -> Page[Event]:
    return reading.list_events(tx, principal, _find(tx, principal, reference), query)


def list_attachments(tx: Read, principal: Principal, reference: str, query: PageQuery) -> Page[Attachment]:
    return reading.list_attachments(tx, principal, _find(tx, principal, reference), query)


def open_attachment(tx: Read, principal: Principal, reference: str, attachment_id: int) -> tuple[Attachment, Content]:
    """A file of the ticket's visible conversation, with its content to be read. Raises: NotFound, NotAvailable."""
    return reading.open_attachment(tx, principal, _find(tx, principal, reference), attachment_id)
