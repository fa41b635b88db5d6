"""The parent of a ticket over HTTP. Its children are listed with the tickets."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import SIGNED_IN
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.subtickets.queries import find_parent, find_ticket
from osticket_api.features.tickets.api import TicketDetail, TicketRef, get_detail, missing, named
from osticket_api.web.router import Router

router = Router(tag="tickets", prefix="/tickets")


@router.get("/{ticket}/parent", access=SIGNED_IN)
def get_parent(unit: Read, caller: Staff | User, ticket: TicketRef) -> TicketDetail:
    """The ticket above this one, linked or merged. 404 where it has none that the caller may see."""
    child = find_ticket(unit, caller, named(ticket))
    if child is None:
        raise missing(ticket)
    parent = find_parent(unit, caller, child)
    if parent is None:
        raise NotFound.because(f"Ticket #{child.number} has no parent.", code="no_parent")
    return get_detail(unit, caller, str(parent.id))
