"""Routes of a ticket's collaborators, who take part besides the owner."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.collaborators.api import (
    AddCollaborator,
    ChooseCollaborators,
    Collaborator,
    CollaboratorUpdate,
    all_shown,
    check_unchanged,
    choose,
    get_collaborator,
    get_for_update,
    invite,
    shown,
)
from osticket_api.features.threads.api import PageQuery
from osticket_api.features.tickets.collaborators import list_of_ticket
from osticket_api.features.tickets.reference import TicketRef
from osticket_api.features.tickets.state import get_ticket
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="collaborators", prefix="/tickets/{ticket}/collaborators")


@router.get("", access=SIGNED_IN)
def get_collaborators(unit: Read, caller: Staff | User, ticket: TicketRef, query: PageQuery) -> Page[Collaborator]:
    """The collaborators, in the order in which they were added. Of the users, only the ticket's owner may list them."""
    return list_of_ticket(unit, caller, ticket, query)


@router.post("", access=STAFF)
def post_collaborator(unit: Write, caller: Staff, ticket: TicketRef, body: AddCollaborator) -> Created[Collaborator]:
    """Add a user as a collaborator. A user who does not exist yet is created, which needs `user.create`."""
    target = get_ticket(unit, caller, ticket)
    check_unchanged(unit, target.thread_id)
    return Created(shown(invite(unit, target.subject, caller, target.user_id, body.invitation())))


@router.put("", access=STAFF)
def put_collaborators(unit: Write, caller: Staff, ticket: TicketRef, body: ChooseCollaborators) -> list[Collaborator]:
    """Remove some collaborators, and choose who of the others gets mail."""
    target = get_ticket(unit, caller, ticket)
    check_unchanged(unit, target.thread_id)
    choose(unit, target.subject, caller, active=body.active, removed=body.remove)
    return all_shown(unit, target.thread_id)


@router.patch("/{collaborator}", access=STAFF)
def update_collaborator(
    unit: Write, caller: Staff, ticket: TicketRef, collaborator: PathId, body: CollaboratorUpdate
) -> Collaborator:
    """Switch mail to a collaborator on or off."""
    target = get_ticket(unit, caller, ticket)
    collaborators.set_active(unit, get_for_update(unit, target.thread_id, collaborator), body.is_active)
    return shown(get_collaborator(unit, target.thread_id, collaborator))


@router.delete("/{collaborator}", access=STAFF)
def delete_collaborator(unit: Write, caller: Staff, ticket: TicketRef, collaborator: PathId) -> None:
    """Remove a collaborator from the ticket."""
    target = get_ticket(unit, caller, ticket)
    collaborators.remove(unit, target.subject, caller, get_for_update(unit, target.thread_id, collaborator))
