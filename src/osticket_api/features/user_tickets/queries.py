"""Reading the tickets of a user."""

from sqlalchemy import select

from osticket_api.access.people import visible_users
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.tickets.api import TicketQuery, TicketSummary, list_tickets
from osticket_api.features.users.api import missing
from osticket_api.web.paging import Page


def list_tickets_of(tx: Read, principal: Principal, user_id: int, query: TicketQuery) -> Page[TicketSummary]:
    """The tickets of a user the caller may see. Raises: NotFound, Invalid."""
    if tx.scalar(select(t.user.c.id).where(t.user.c.id == user_id, visible_users(principal))) is None:
        raise missing(user_id)
    return list_tickets(tx, principal, query, t.ticket.c.user_id == user_id)
