"""Reading who is at a ticket."""

from sqlalchemy import select

from osticket_api.access.principal import Staff
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.events import presence
from osticket_api.events.presence import PresentStaff
from osticket_api.features.tickets.api import missing, named


def list_present(tx: Read, ticket_id: int) -> list[PresentStaff]:
    """The agents who are at a ticket now."""
    return list(presence.present(tx).get(ticket_id, ()))


def find_ticket_id(tx: Read, caller: Staff, reference: str) -> int:
    """The id of a ticket that the caller may see. Raises: NotFound, NotAvailable."""
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and does not store who is looking at a ticket.")
    ticket = t.ticket.c.ticket_id
    ticket_id: int | None = tx.scalar(select(ticket).where(named(reference), reachable_ticket(caller)))
    if ticket_id is None:
        raise missing(reference)
    return ticket_id
