"""Tasks over HTTP."""

from osticket_api.access.field_rules import ANYWHERE
from osticket_api.access.principal import Staff
from osticket_api.access.rules import FETCHES_TASK_FILES, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.forms.api import FormSchema, schema_of_new
from osticket_api.features.tasks.changing import get_for_update, show, show_entry
from osticket_api.features.tasks.detail import INCLUDES, find_place, get_detail, get_form, open_answer_file
from osticket_api.features.tasks.lists import TaskQuery, list_tasks, list_tasks_of_ticket
from osticket_api.features.tasks.reference import TaskRef
from osticket_api.features.tasks.requests import (
    NewTaskFormQuery,
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
from osticket_api.features.tasks.responses import TaskDetail, TaskSummary
from osticket_api.features.tasks.service.assignment import assign_to, claim
from osticket_api.features.tasks.service.create import create_task
from osticket_api.features.tasks.service.delete import delete_task
from osticket_api.features.tasks.service.edit import edit_task
from osticket_api.features.tasks.service.notes import Note, note
from osticket_api.features.tasks.service.reply import Reply, reply
from osticket_api.features.tasks.service.status import change_status
from osticket_api.features.tasks.service.transfer import transfer
from osticket_api.features.threads.api import (
    Attachment,
    AttachmentsQuery,
    CursorQuery,
    DetailQuery,
    Entry,
    Event,
    EventsQuery,
    ThreadQuery,
    TimelineItem,
    reading,
)
from osticket_api.features.tickets.api import TicketRef
from osticket_api.web.fields import included
from osticket_api.web.file_urls import FileUrlsQuery, SignatureQuery, Urls
from osticket_api.web.input import OptionalBody, PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Download
from osticket_api.web.router import Router

router = Router(tag="tasks")

_ENTRY = "/tasks/{task}/thread/{id}"


@router.get("/tasks", access=STAFF)
def get_tasks(unit: Read, caller: Staff, query: TaskQuery) -> Page[TaskSummary]:
    """The tasks of the caller's departments, teams and tickets, filtered, sorted, page by page.

    A task that is listed only because its ticket is assigned to the caller has no custom fields here and cannot be
    opened.
    """
    return list_tasks(unit, caller, query)


@router.get("/tickets/{ticket}/tasks", access=STAFF)
def get_ticket_tasks(unit: Read, caller: Staff, ticket: TicketRef, query: TaskQuery) -> Page[TaskSummary]:
    """All tasks of a ticket. Tasks that the caller may not open are listed without custom fields."""
    return list_tasks_of_ticket(unit, caller, ticket, query)


@router.post("/tasks", access=STAFF)
def post_task(unit: Write, caller: Staff, body: TaskCreate) -> Created[TaskDetail]:
    """Create a task, on a ticket or by itself.

    Needs `task.create` in any department, on a ticket in the ticket's; with an assignee also `task.assign` in the
    department of the task.
    """
    task_id = create_task(unit, caller, body.new_task())
    return Created(get_detail(unit, caller, str(task_id), visible=True))


@router.get("/tasks/form", access=STAFF)
def get_new_task_form(unit: Read, caller: Staff, query: NewTaskFormQuery) -> FormSchema:
    """What a new task asks, as JSON Schema. All but `title` and `description` goes into `custom_fields`."""
    return schema_of_new(unit, caller, "A", query.department_id or ANYWHERE)


@router.get("/tasks/{task}", access=STAFF)
def get_task_detail(unit: Read, caller: Staff, task: TaskRef, query: DetailQuery, urls: Urls) -> TaskDetail:
    """A task by id, or by `number:<number>`. Closed tasks can be read by every agent, as in osTicket."""
    return get_detail(unit, caller, task, included(query.include, INCLUDES), urls=urls)


@router.get("/tasks/{task}/form", access=STAFF)
def get_task_form(unit: Read, caller: Staff, task: TaskRef) -> FormSchema:
    """What can be changed in the answers of a task, as JSON Schema."""
    return get_form(unit, caller, task)


@router.patch("/tasks/{task}", access=STAFF)
def update_task(unit: Write, caller: Staff, task: TaskRef, body: TaskUpdate) -> TaskDetail:
    """Change a task. One field is osTicket's quick edit, several are its edit form."""
    target = get_for_update(unit, caller, task)
    edit_task(unit, caller, target, body.changes())
    return show(unit, caller, target)


@router.delete("/tasks/{task}", access=STAFF)
def delete_task_route(unit: Write, caller: Staff, task: TaskRef, body: OptionalBody[TaskDelete]) -> None:
    """Delete a task with its conversation, for good."""
    delete_task(unit, caller, get_for_update(unit, caller, task), body.comment)


@router.post("/tasks/{task}/reply", access=STAFF, location=_ENTRY)
def post_task_reply(
    unit: Write, caller: Staff, task: TaskRef, body: TaskReplyCreate, query: FileUrlsQuery, urls: Urls
) -> Created[Entry]:
    """Write an update on the task, and close or reopen the task with it if asked. A status that cannot be set is
    reported as a warning.
    """
    target = get_for_update(unit, caller, task)
    new = Reply(body=body.body, format=body.format, status=body.status, files=body.files(), reply_to=body.reply_to)
    posted = reply(unit, caller, target, new)
    return Created(show_entry(unit, caller, target, posted, urls), posted.warnings)


@router.post("/tasks/{task}/note", access=STAFF, location=_ENTRY)
def post_task_note(
    unit: Write, caller: Staff, task: TaskRef, body: TaskNoteCreate, query: FileUrlsQuery, urls: Urls
) -> Created[Entry]:
    """Add an internal note. Every agent who may open the task may."""
    target = get_for_update(unit, caller, task)
    new = Note(body=body.body, format=body.format, status=body.status, title=body.title, files=body.files())
    posted = note(unit, caller, target, new)
    return Created(show_entry(unit, caller, target, posted, urls), posted.warnings)


@router.post("/tasks/{task}/assign", access=STAFF)
def post_task_assign(unit: Write, caller: Staff, task: TaskRef, body: TaskAssign) -> TaskDetail:
    """Give the task to an agent or a team."""
    target = get_for_update(unit, caller, task)
    assign_to(unit, caller, target, staff_id=body.staff_id, team_id=body.team_id, comment=body.comment)
    return show(unit, caller, target)


@router.post("/tasks/{task}/claim", access=STAFF)
def post_task_claim(unit: Write, caller: Staff, task: TaskRef, body: OptionalBody[TaskCommented]) -> TaskDetail:
    """Take a task that no agent has. Of two who try at once, one gets it, the other 409."""
    target = get_for_update(unit, caller, task)
    claim(unit, caller, target, comment=body.comment)
    return show(unit, caller, target)


@router.post("/tasks/{task}/transfer", access=STAFF)
def post_task_transfer(unit: Write, caller: Staff, task: TaskRef, body: TaskTransfer) -> TaskDetail:
    """Move the task to another department. The assignee stays the same."""
    target = get_for_update(unit, caller, task)
    transfer(unit, caller, target, body.department_id, comment=body.comment)
    return show(unit, caller, target)


@router.post("/tasks/{task}/status", access=STAFF)
def post_task_status(unit: Write, caller: Staff, task: TaskRef, body: TaskChangeStatus) -> TaskDetail:
    """Close the task, or reopen it, and with it its ticket. 409 names everything that stands in the way of closing."""
    target = get_for_update(unit, caller, task)
    change_status(unit, caller, target, body.status, comment=body.comment)
    return show(unit, caller, target)


@router.get("/tasks/{task}/thread", access=STAFF)
def get_task_thread(unit: Read, caller: Staff, task: TaskRef, query: ThreadQuery, urls: Urls) -> Page[Entry]:
    """The conversation, oldest first. Its first entry is the description."""
    return reading.list_entries(unit, caller, find_place(unit, caller, task, urls), query)


@router.get("/tasks/{task}/thread/{entry}", access=STAFF)
def get_task_entry(unit: Read, caller: Staff, task: TaskRef, entry: PathId, query: FileUrlsQuery, urls: Urls) -> Entry:
    """One entry of a task's conversation."""
    return reading.get_entry(unit, caller, find_place(unit, caller, task, urls), entry)


@router.get("/tasks/{task}/events", access=STAFF)
def get_task_events(unit: Read, caller: Staff, task: TaskRef, query: EventsQuery) -> Page[Event]:
    """The events of the task, oldest first."""
    return reading.list_events(unit, caller, find_place(unit, caller, task), query)


@router.get("/tasks/{task}/timeline", access=STAFF)
def get_task_timeline(unit: Read, caller: Staff, task: TaskRef, query: CursorQuery, urls: Urls) -> Page[TimelineItem]:
    """Entries and events in one order, as of a ticket."""
    return reading.list_timeline(unit, caller, find_place(unit, caller, task, urls), query)


@router.get("/tasks/{task}/attachments", access=STAFF)
def get_task_attachments(
    unit: Read, caller: Staff, task: TaskRef, query: AttachmentsQuery, urls: Urls
) -> Page[Attachment]:
    """The files of the conversation."""
    return reading.list_attachments(unit, caller, find_place(unit, caller, task, urls), query)


@router.get("/tasks/{task}/attachments/{attachment}", access=FETCHES_TASK_FILES)
def get_task_attachment(
    unit: Read, caller: Staff, task: TaskRef, attachment: PathId, query: SignatureQuery
) -> Download:
    """A file's content, whole or in ranges."""
    return reading.open_attachment(unit, caller, find_place(unit, caller, task), attachment)


@router.get("/tasks/{task}/files/{file}", access=FETCHES_TASK_FILES)
def get_task_answer_file(unit: Read, caller: Staff, task: TaskRef, file: PathId, query: SignatureQuery) -> Download:
    """A file in one of the task's custom fields, whole or in ranges."""
    return open_answer_file(unit, caller, task, file)
