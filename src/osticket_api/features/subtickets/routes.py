"""The parent of a ticket over HTTP. Its children are listed with the tickets."""

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import SIGNED_IN
from osticket_api.db.engine import Read
from osticket_api.errors import NotFound
from osticket_api.features.subtickets.queries import find_parent, find_ticket
from osticket_api.features.tickets.detail import get_detail
from osticket_api.features.tickets.reference import missing, named
from osticket_api.features.tickets.shapes import TicketDetail
from osticket_api.web.call import CallDependency
from osticket_api.web.router import Router

router = Router(tag="tickets", prefix="/tickets")


@router.read("/{ticket}/parent", access=SIGNED_IN, returns=TicketDetail)
async def get_parent(call: CallDependency, ticket: str) -> Response:
    """The ticket above this one, linked or merged. 404 where it has none that the caller may see."""
    return call.one(await call.read(_get_parent, ticket))


def _get_parent(tx: Read, principal: Principal, reference: str) -> TicketDetail:
    child = find_ticket(tx, principal, named(reference))
    if child is None:
        raise missing(reference)
    parent = find_parent(tx, principal, child)
    if parent is None:
        raise NotFound.because(f"Ticket #{child.number} has no parent.", code="no_parent")
    return get_detail(tx, principal, str(parent.id))
