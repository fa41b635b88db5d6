"""Tasks over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import STAFF
from osticket_api.db.engine import Write
from osticket_api.features.files.download import Download
from osticket_api.features.tasks.acting import find_to_change, in_thread, on_task, to_thread
from osticket_api.features.tasks.detail import INCLUDES, get_detail, plain
from osticket_api.features.tasks.lists import TaskQuery, list_tasks, list_tasks_of_ticket
from osticket_api.features.tasks.schemas import (
    TaskAssign,
    TaskChangeStatus,
    TaskCommented,
    TaskCreate,
    TaskDelete,
    TaskNoteCreate,
    TaskReplyCreate,
    TaskTransfer,
    TaskUpdate,
)
from osticket_api.features.tasks.service.assignment import assign, claim
from osticket_api.features.tasks.service.create import NewTask, create_task
from osticket_api.features.tasks.service.delete import delete_task
from osticket_api.features.tasks.service.edit import edit_task
from osticket_api.features.tasks.service.notes import Note, note
from osticket_api.features.tasks.service.reply import Reply, reply
from osticket_api.features.tasks.service.status import change_status
from osticket_api.features.tasks.service.transfer import transfer
from osticket_api.features.tasks.shapes import Task, TaskDetail
from osticket_api.features.tasks.state import TaskState
from osticket_api.features.threads import reading
from osticket_api.features.threads.posting import posted
from osticket_api.features.threads.schemas import DetailQuery, PageQuery, ThreadQuery
from osticket_api.features.threads.shapes import Attachment, Entry, Event
from osticket_api.features.tickets.service.assignees import get_assignee
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.download import download
from osticket_api.web.fields import included, select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="tasks")


def _url(task: str | int) -> str:
    return f"/api/v2/tasks/{task}"


@router.read("/tasks", access=STAFF, returns=Page[Task])
async def get_tasks(call: CallDependency, query: Annotated[TaskQuery, query(TaskQuery)]) -> Response:
    """The tasks of the caller's departments, teams and tickets, filtered, sorted, page by page.

    A task that is there only because its ticket is the caller's has no custom fields here and cannot be opened.
    """
    page = await call.read(list_tasks, query)
    return call.listed(page, select_fields(page.items, Task, query.fields))


@router.read("/tickets/{ticket}/tasks", access=STAFF, returns=Page[Task])
async def get_ticket_tasks(
    call: CallDependency, ticket: str, query: Annotated[TaskQuery, query(TaskQuery)]
) -> Response:
    """All tasks of a ticket. Those the caller may not open are there without custom fields."""
    page = await call.read(list_tasks_of_ticket, ticket, query)
    return call.listed(page, select_fields(page.items, Task, query.fields))


@router.create("/tasks", access=STAFF, returns=TaskDetail)
async def post_task(call: CallDependency, body: Annotated[TaskCreate, payload(TaskCreate, multipart=True)]) -> Response:
    """Create a task, on a ticket or by itself.

    Needs `task.create` in any department, on a ticket in the ticket's; with an assignee also `task.assign` in the
    department of the task.
    """

    def answer(detail: TaskDetail) -> Response:
        return call.one(detail, status=201, location=_url(detail.id))

    return await call.change(answer, _create, body.new_task())


def _create(tx: Write, principal: Principal, new: NewTask) -> TaskDetail:
    return get_detail(tx, principal, str(create_task(tx, principal, new)), visible=True)


@router.read("/tasks/{task}", access=STAFF, returns=TaskDetail)
async def get_task_detail(
    call: CallDependency, task: str, query: Annotated[DetailQuery, query(DetailQuery)]
) -> Response:
    """A task by id, or by `number:<number>`. Closed tasks can be read by every agent, as in osTicket."""
    detail = await call.read(get_detail, task, included(query.include, INCLUDES))
    shown = select_fields([detail], TaskDetail, query.fields)[0]
    return call.one(shown, state=plain(detail) if query.include or query.fields else None)


@router.update("/tasks/{task}", access=STAFF, returns=TaskDetail)
async def update_task(call: CallDependency, task: str, body: Annotated[TaskUpdate, payload(TaskUpdate)]) -> Response:
    """Change a task. One field is osTicket's quick edit, several are its edit form."""
    return await call.change(call.one, on_task, call.precondition, task, edit_task, body.changes())


@router.remove("/tasks/{task}", access=STAFF)
async def delete_task_route(
    call: CallDependency, task: str, body: Annotated[TaskDelete, payload(TaskDelete, optional=True)]
) -> Response:
    """Delete a task with its conversation, for good."""
    return await call.change(lambda _: call.nothing(), _delete, call.precondition, task, body.comment)


def _delete(tx: Write, principal: Principal, precondition: Precondition, reference: str, comment: str | None) -> None:
    delete_task(tx, principal, find_to_change(tx, principal, precondition, reference), comment)


@router.create("/tasks/{task}/reply", access=STAFF, returns=Entry)
async def post_task_reply(
    call: CallDependency, task: str, body: Annotated[TaskReplyCreate, payload(TaskReplyCreate, multipart=True)]
) -> Response:
    """Tell how the task goes, and close or reopen it with that. A status it cannot take is told as a warning."""
    new = Reply(body=body.body, format=body.format, status=body.status, files=body.files())
    return await call.change(posted(call, _url(task)), to_thread, call.precondition, task, reply, new)


@router.create("/tasks/{task}/note", access=STAFF, returns=Entry)
async def post_task_note(
    call: CallDependency, task: str, body: Annotated[TaskNoteCreate, payload(TaskNoteCreate, multipart=True)]
) -> Response:
    """Add an internal note. Every agent who may open the task may."""
    new = Note(body=body.body, format=body.format, status=body.status, title=body.title, files=body.files())
    return await call.change(posted(call, _url(task)), to_thread, call.precondition, task, note, new)


@router.act("/tasks/{task}/assign", access=STAFF, returns=TaskDetail)
async def post_task_assign(
    call: CallDependency, task: str, body: Annotated[TaskAssign, payload(TaskAssign)]
) -> Response:
    """Give the task to an agent or a team."""
    return await call.change(call.one, on_task, call.precondition, task, _assign, body)


def _assign(tx: Write, actor: Principal, task: TaskState, body: TaskAssign) -> None:
    assign(tx, actor, task, get_assignee(tx, staff_id=body.staff_id, team_id=body.team_id), comment=body.comment)


@router.act("/tasks/{task}/claim", access=STAFF, returns=TaskDetail)
async def post_task_claim(
    call: CallDependency, task: str, body: Annotated[TaskCommented, payload(TaskCommented, optional=True)]
) -> Response:
    """Take a task that no agent has. Of two who try at once, one gets it, the other 409."""
    return await call.change(call.one, on_task, call.precondition, task, claim, comment=body.comment)


@router.act("/tasks/{task}/transfer", access=STAFF, returns=TaskDetail)
async def post_task_transfer(
    call: CallDependency, task: str, body: Annotated[TaskTransfer, payload(TaskTransfer)]
) -> Response:
    """Move the task to another department. Whoever has it keeps it."""
    return await call.change(
        call.one, on_task, call.precondition, task, transfer, body.department_id, comment=body.comment
    )


@router.act("/tasks/{task}/status", access=STAFF, returns=TaskDetail)
async def post_task_status(
    call: CallDependency, task: str, body: Annotated[TaskChangeStatus, payload(TaskChangeStatus)]
) -> Response:
    """Close the task, or reopen it, and with it its ticket. 409 names everything that stands in the way of closing."""
    return await call.change(
        call.one, on_task, call.precondition, task, change_status, body.status, comment=body.comment
    )


@router.read("/tasks/{task}/thread", access=STAFF, returns=Page[Entry])
async def get_task_thread(
    call: CallDependency, task: str, query: Annotated[ThreadQuery, query(ThreadQuery)]
) -> Response:
    """The conversation, oldest first. It opens with the description."""
    return call.listed(await call.read(in_thread, task, reading.list_entries, query))


@router.read("/tasks/{task}/thread/{entry}", access=STAFF, returns=Entry)
async def get_task_entry(call: CallDependency, task: str, entry: PathId) -> Response:
    """One entry of the conversation."""
    return call.one(await call.read(in_thread, task, reading.get_entry, entry))


@router.read("/tasks/{task}/events", access=STAFF, returns=Page[Event])
async def get_task_events(call: CallDependency, task: str, query: Annotated[PageQuery, query(PageQuery)]) -> Response:
    """What happened to the task, oldest first."""
    return call.listed(await call.read(in_thread, task, reading.list_events, query))


@router.read("/tasks/{task}/attachments", access=STAFF, returns=Page[Attachment])
async def get_task_attachments(
    call: CallDependency, task: str, query: Annotated[PageQuery, query(PageQuery)]
) -> Response:
    """The files of the conversation."""
    return call.listed(await call.read(in_thread, task, reading.list_attachments, query))


@router.read("/tasks/{task}/attachments/{attachment}", access=STAFF, returns=bytes)
async def get_task_attachment(call: CallDependency, task: str, attachment: PathId) -> Response:
    """A file's content, whole or in ranges."""
    found, content = await call.read(in_thread, task, reading.open_attachment, attachment)
    return download(call, Download(call.database, content), name=found.name, content_type=found.content_type)
