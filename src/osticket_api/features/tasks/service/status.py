"""Closing and reopening a task.

Source: tickets.md 6.3 and the golden cases of `task.status`.
"""

from typing import Literal

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require_settable
from osticket_api.access.principal import Principal
from osticket_api.db.flags import FieldFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError, Conflict, Fault, NotFound
from osticket_api.events.recording import record
from osticket_api.features.forms import api as forms
from osticket_api.features.tasks.allowed import require
from osticket_api.features.tasks.service.comments import add_comment
from osticket_api.features.tasks.state import TaskState, save
from osticket_api.features.tickets.api import TicketState, load_ticket, tell_of_note
from osticket_api.features.tickets.api import add_note as add_note_to_ticket
from osticket_api.features.tickets.api import reopen as reopen_ticket
from osticket_api.mail import outbox

Status = Literal["open", "closed"]


def change_status(tx: Write, actor: Principal, task: TaskState, status: Status, *, comment: str | None = None) -> None:
    """Close or reopen the task. Its ticket is told by a note, and reopened with it where it was closed.

    Raises: Forbidden (closing needs `task.close`, reopening `task.create`), Conflict when the task has that status
    already or cannot be closed yet.
    """
    require_settable(actor, "task", task, "status")
    if status == "closed":
        require(actor, Permission.task_close, task.department_id)
        _close(tx, actor, task)
    else:
        require(actor, Permission.task_create, task.department_id)
        _reopen(tx, actor, task)
    word = "Completed" if status == "closed" else "Open"
    entry_id = add_comment(tx, actor, task, f"Status changed to {word}", comment)
    if entry_id is not None:
        outbox.post(tx, "task.note", actor, task_id=task.id, entry_id=entry_id, assigned_before=task.staff_id)


def _close(tx: Write, actor: Principal, task: TaskState) -> None:
    if not task.is_open:
        raise Conflict.because("The task is closed already.", code="already_closed")
    _check_closeable(tx, task)
    save(tx, task, is_open=False, closed_at=tx.now)
    record(tx, "closed", task.subject, actor)
    ticket = _find_ticket(tx, task)
    if ticket is not None:
        entry_id = add_note_to_ticket(tx, actor, ticket, "Task closed", title=f"Task {task.number} Closed")
        tell_of_note(tx, actor, ticket, entry_id)


def _check_closeable(tx: Read, task: TaskState) -> None:
    """Raises: Conflict naming every field that closing requires and that holds nothing."""
    faults = [
        Fault("field_required_to_close", f"{field.label} must be filled in first.")
        for entry in forms.load_entries(tx, "A", task.id)
        for field in entry.form.fields
        if FieldFlag.CLOSE_REQUIRED in field.flags and entry.stored.get(field.id, ("", None))[0] is None
    ]
    if faults:
        raise Conflict(*faults)


def _reopen(tx: Write, actor: Principal, task: TaskState) -> None:
    if task.is_open:
        raise Conflict.because("The task is open already.", code="already_open")
    save(tx, task, is_open=True, closed_at=None)
    record(tx, "reopened", task.subject, actor, annuls="closed")
    ticket = _find_ticket(tx, task)
    if ticket is not None:
        reopen_ticket(tx, actor, ticket)
        entry_id = add_note_to_ticket(tx, actor, ticket, "Task reopened", title=f"Task {task.number} Reopened")
        tell_of_note(tx, actor, ticket, entry_id)


def _find_ticket(tx: Write, task: TaskState) -> TicketState | None:
    """The task's ticket, if it is still there: osTicket leaves tasks pointing at tickets that are gone."""
    try:
        return None if task.ticket_id is None else load_ticket(tx, task.ticket_id)
    except NotFound:
        return None


def try_status(tx: Write, actor: Principal, task: TaskState, status: Status | None) -> list[str]:
    """Change the status if one was asked for along with something else.

    What stands in the way becomes warnings: what was posted stays, as in osTicket.
    Raises: Forbidden where the status is frozen for the caller.
    """
    if status is None:
        return []
    require_settable(actor, "task", task, "status")
    try:
        change_status(tx, actor, task, status)
    except ApiError as error:
        return [f"The status is unchanged: {fault.message}" for fault in error.faults]
    return []
