"""Who takes part in a task, over HTTP: users who get mail about it and can answer that, but never see the task here."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import STAFF
from osticket_api.db.engine import Read, Write
from osticket_api.features.collaborators import service
from osticket_api.features.collaborators.listing import all_shown, list_of_thread, shown
from osticket_api.features.collaborators.participation import Invitation, choose, get_collaborator, invite
from osticket_api.features.collaborators.schemas import AddCollaborator, ChooseCollaborators
from osticket_api.features.tasks.acting import in_thread
from osticket_api.features.tasks.state import TaskState, get_task
from osticket_api.features.threads.reading import Place
from osticket_api.features.threads.schemas import PageQuery
from osticket_api.features.tickets.shapes import Collaborator
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="tasks", prefix="/tasks/{task}/collaborators")


@router.read("", access=STAFF, returns=Page[Collaborator])
async def get_task_collaborators(
    call: CallDependency, task: str, query: Annotated[PageQuery, query(PageQuery)]
) -> Response:
    """Who takes part, in the order they came."""
    return call.listed(await call.read(in_thread, task, _list, query))


@router.create("", access=STAFF, returns=Collaborator)
async def post_task_collaborator(
    call: CallDependency, task: str, body: Annotated[AddCollaborator, payload(AddCollaborator)]
) -> Response:
    """Let a user take part. Somebody new is created, which needs `user.create`."""

    def answer(added: Collaborator) -> Response:
        return call.one(added, status=201, location=f"/api/v2/tasks/{task}/collaborators/{added.id}")

    return await call.change(answer, _add, call.precondition, task, body.invitation())


@router.replace("", access=STAFF, returns=list[Collaborator])
async def put_task_collaborators(
    call: CallDependency, task: str, body: Annotated[ChooseCollaborators, payload(ChooseCollaborators)]
) -> Response:
    """Remove some collaborators, and choose who of the others gets mail."""
    return await call.change(call.one, _choose, call.precondition, task, body)


@router.remove("/{collaborator}", access=STAFF)
async def delete_task_collaborator(call: CallDependency, task: str, collaborator: PathId) -> Response:
    """Let one of them take part no longer."""
    return await call.change(lambda _: call.nothing(), _remove, call.precondition, task, collaborator)


def _list(tx: Read, principal: Principal, place: Place, query: PageQuery) -> Page[Collaborator]:
    return list_of_thread(tx, place.thread_id, query)


def _add(tx: Write, principal: Principal, precondition: Precondition, reference: str, who: Invitation) -> Collaborator:
    task = _get_task(tx, principal, precondition, reference)
    return shown(invite(tx, task.subject, principal, None, who))


def _choose(
    tx: Write, principal: Principal, precondition: Precondition, reference: str, body: ChooseCollaborators
) -> list[Collaborator]:
    task = _get_task(tx, principal, precondition, reference)
    choose(tx, task.subject, principal, active=body.active, removed=body.remove)
    return all_shown(tx, task.thread_id)


def _get_task(tx: Write, principal: Principal, precondition: Precondition, reference: str) -> TaskState:
    """A task whose collaborators are still as the caller has read them."""
    task = get_task(tx, principal, reference)
    if precondition.is_set:
        precondition.check(all_shown(tx, task.thread_id))
    return task


def _remove(tx: Write, principal: Principal, precondition: Precondition, reference: str, collaborator_id: int) -> None:
    task = get_task(tx, principal, reference)
    collaborator = get_collaborator(tx, task.thread_id, collaborator_id)
    precondition.check(shown(collaborator))
    service.remove(tx, task.subject, principal, collaborator)
