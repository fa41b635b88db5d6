"""The tickets below another one."""

from sqlalchemy import select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.lists import list_tickets
from osticket_api.features.tickets.reference import missing, named
from osticket_api.features.tickets.responses import TicketSummary
from osticket_api.web.paging import Page


def list_children(tx: Read, principal: Principal, reference: str, query: TicketQuery) -> Page[TicketSummary]:
    """The children the caller may see, of a ticket the caller may see. Raises: NotFound."""
    parent = select(t.ticket.c.ticket_id).where(named(reference), reachable_ticket(principal))
    ticket_id = tx.scalar(parent)
    if ticket_id is None:
        raise missing(reference)
    return list_tickets(tx, principal, query, t.ticket.c.ticket_pid == ticket_id)
