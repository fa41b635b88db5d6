"""Ticket statuses over HTTP."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import ADMINISTRATOR, SIGNED_IN
from osticket_api.db.unit import Read, Write
from osticket_api.features.statuses.queries import StatusQuery, get_status, list_statuses
from osticket_api.features.statuses.requests import StatusCreate, StatusUpdate
from osticket_api.features.statuses.responses import TicketStatus
from osticket_api.features.statuses.service import STATUSES, add_status, delete_status, edit_status
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="statuses", prefix="/statuses")


@router.get("", access=SIGNED_IN)
def get_statuses(unit: Read, caller: Staff | User, query: StatusQuery) -> Page[TicketStatus]:
    """The statuses of tickets. Users see open and closed ones."""
    return list_statuses(unit, caller, query)


@router.get("/{status}", access=SIGNED_IN)
def get_status_detail(unit: Read, caller: Staff | User, status: PathId) -> TicketStatus:
    """A status."""
    return get_status(unit, caller, status)


@router.post("", access=ADMINISTRATOR)
def post_status_of_tickets(unit: Write, caller: Staff, body: StatusCreate) -> Created[TicketStatus]:
    """Add a status that tickets can have."""
    status_id = add_status(unit, caller, body.given())
    return Created(STATUSES.get(unit, caller, status_id))


@router.patch("/{status}", access=ADMINISTRATOR)
def update_status(unit: Write, caller: Staff, status: PathId, body: StatusUpdate) -> TicketStatus:
    """Change a status. Built-in ones keep their name and their state."""
    edit_status(unit, caller, STATUSES.get_for_update(unit, caller, status), body.given())
    return STATUSES.get(unit, caller, status)


@router.delete("/{status}", access=ADMINISTRATOR)
def delete_status_route(unit: Write, caller: Staff, status: PathId) -> None:
    """Delete a status that no ticket has; with 409 the answer tells what has it."""
    delete_status(unit, caller, STATUSES.get_for_update(unit, caller, status))
    STATUSES.note_deleted(unit, status)
