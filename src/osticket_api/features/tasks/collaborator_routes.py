"""Routes of a task's collaborators: users who get and answer mails about the task, but never see it here."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.collaborators.api import (
    AddCollaborator,
    ChooseCollaborators,
    Collaborator,
    all_shown,
    check_unchanged,
    choose,
    get_for_update,
    invite,
    list_of_thread,
    shown,
)
from osticket_api.features.tasks.detail import find_place
from osticket_api.features.tasks.reference import TaskRef
from osticket_api.features.tasks.state import get_task
from osticket_api.features.threads.api import PageQuery
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="tasks", prefix="/tasks/{task}/collaborators")


@router.get("", access=STAFF)
def get_task_collaborators(unit: Read, caller: Staff, task: TaskRef, query: PageQuery) -> Page[Collaborator]:
    """The collaborators, in the order in which they were added."""
    return list_of_thread(unit, caller, find_place(unit, caller, task).thread_id, query)


@router.post("", access=STAFF)
def post_task_collaborator(unit: Write, caller: Staff, task: TaskRef, body: AddCollaborator) -> Created[Collaborator]:
    """Add a user as a collaborator. A user who does not exist yet is created, which needs `user.create`."""
    target = get_task(unit, caller, task)
    check_unchanged(unit, target.thread_id)
    return Created(shown(invite(unit, target.subject, caller, None, body.invitation())))


@router.put("", access=STAFF)
def put_task_collaborators(unit: Write, caller: Staff, task: TaskRef, body: ChooseCollaborators) -> list[Collaborator]:
    """Remove some collaborators, and choose who of the others gets mail."""
    target = get_task(unit, caller, task)
    check_unchanged(unit, target.thread_id)
    choose(unit, target.subject, caller, active=body.active, removed=body.remove)
    return all_shown(unit, target.thread_id)


@router.delete("/{collaborator}", access=STAFF)
def delete_task_collaborator(unit: Write, caller: Staff, task: TaskRef, collaborator: PathId) -> None:
    """Remove a collaborator from the task."""
    target = get_task(unit, caller, task)
    collaborators.remove(unit, target.subject, caller, get_for_update(unit, target.thread_id, collaborator))
