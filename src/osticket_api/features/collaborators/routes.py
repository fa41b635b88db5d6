"""Who takes part in a ticket beside its owner, over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.db.engine import Write
from osticket_api.features.collaborators import service
from osticket_api.features.collaborators.listing import all_shown, list_of_ticket, shown
from osticket_api.features.collaborators.participation import Invitation, choose, get_collaborator, invite
from osticket_api.features.collaborators.schemas import AddCollaborator, ChooseCollaborators, CollaboratorUpdate
from osticket_api.features.threads.schemas import PageQuery
from osticket_api.features.tickets.shapes import Collaborator
from osticket_api.features.tickets.state import TicketState, get_ticket
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="collaborators", prefix="/tickets/{ticket}/collaborators")


@router.read("", access=SIGNED_IN, returns=Page[Collaborator])
async def get_collaborators(
    call: CallDependency, ticket: str, query: Annotated[PageQuery, query(PageQuery)]
) -> Response:
    """Who takes part, in the order they came. Of the users, the ticket's owner may ask."""
    return call.listed(await call.read(list_of_ticket, ticket, query))


@router.create("", access=STAFF, returns=Collaborator)
async def post_collaborator(
    call: CallDependency, ticket: str, body: Annotated[AddCollaborator, payload(AddCollaborator)]
) -> Response:
    """Let a user take part. Somebody new is created, which needs `user.create`."""

    def answer(added: Collaborator) -> Response:
        return call.one(added, status=201, location=f"/api/v2/tickets/{ticket}/collaborators/{added.id}")

    return await call.change(answer, _add, call.precondition, ticket, body.invitation())


@router.replace("", access=STAFF, returns=list[Collaborator])
async def put_collaborators(
    call: CallDependency, ticket: str, body: Annotated[ChooseCollaborators, payload(ChooseCollaborators)]
) -> Response:
    """Remove some collaborators, and choose who of the others gets mail."""
    return await call.change(call.one, _choose, call.precondition, ticket, body)


@router.update("/{collaborator}", access=STAFF, returns=Collaborator)
async def update_collaborator(
    call: CallDependency,
    ticket: str,
    collaborator: PathId,
    body: Annotated[CollaboratorUpdate, payload(CollaboratorUpdate)],
) -> Response:
    """Let one of them get mail, or not."""
    return await call.change(call.one, _update, call.precondition, ticket, collaborator, body.is_active)


@router.remove("/{collaborator}", access=STAFF)
async def delete_collaborator(call: CallDependency, ticket: str, collaborator: PathId) -> Response:
    """Let one of them take part no longer."""
    return await call.change(lambda _: call.nothing(), _remove, call.precondition, ticket, collaborator)


def _add(tx: Write, principal: Principal, precondition: Precondition, reference: str, who: Invitation) -> Collaborator:
    ticket = _get_ticket(tx, principal, precondition, reference)
    return shown(invite(tx, ticket.subject, principal, ticket.user_id, who))


def _choose(
    tx: Write, principal: Principal, precondition: Precondition, reference: str, body: ChooseCollaborators
) -> list[Collaborator]:
    ticket = _get_ticket(tx, principal, precondition, reference)
    choose(tx, ticket.subject, principal, active=body.active, removed=body.remove)
    return all_shown(tx, ticket.thread_id)


def _get_ticket(tx: Write, principal: Principal, precondition: Precondition, reference: str) -> TicketState:
    """A ticket whose collaborators are still as the caller has read them."""
    ticket = get_ticket(tx, principal, reference)
    if precondition.is_set:
        precondition.check(all_shown(tx, ticket.thread_id))
    return ticket


def _update(
    tx: Write,
    principal: Principal,
    precondition: Precondition,
    reference: str,
    collaborator_id: int,
    is_active: bool,
) -> Collaborator:
    ticket = get_ticket(tx, principal, reference)
    service.set_active(tx, _get_one(tx, ticket, precondition, collaborator_id), is_active)
    return shown(get_collaborator(tx, ticket.thread_id, collaborator_id))


def _remove(tx: Write, principal: Principal, precondition: Precondition, reference: str, collaborator_id: int) -> None:
    ticket = get_ticket(tx, principal, reference)
    service.remove(tx, ticket.subject, principal, _get_one(tx, ticket, precondition, collaborator_id))


def _get_one(tx: Write, ticket: TicketState, precondition: Precondition, collaborator_id: int) -> service.Collaborator:
    """A collaborator who is still as the caller has read them."""
    collaborator = get_collaborator(tx, ticket.thread_id, collaborator_id)
    precondition.check(shown(collaborator))
    return collaborator
