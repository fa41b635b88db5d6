"""The tickets of a user, over HTTP."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.tickets.api import TicketQuery, TicketSummary
from osticket_api.features.user_tickets.queries import list_tickets_of
from osticket_api.features.user_tickets.service import delete_with_tickets
from osticket_api.features.users.api import DeleteQuery, delete_user, get_for_update
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="users", prefix="/users/{user}")


@router.get("/tickets", access=SIGNED_IN)
def get_tickets_of_user(unit: Read, caller: Staff | User, user: PathId, query: TicketQuery) -> Page[TicketSummary]:
    """The user's tickets that the caller may see, with all that lists of tickets offer."""
    return list_tickets_of(unit, caller, user, query)


@router.delete("", access=STAFF)
def delete_user_route(unit: Write, caller: Staff, user: PathId, query: DeleteQuery) -> None:
    """Delete a user, for good. 409 while they have tickets, unless `tickets=delete` deletes those too."""
    target = get_for_update(unit, caller, user)
    delete = delete_with_tickets if query.tickets == "delete" else delete_user
    delete(unit, caller, target)
