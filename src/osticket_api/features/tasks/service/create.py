"""Creating a task, on a ticket or by itself.

Source: tickets.md 6.2 and the golden cases of `task.create`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from osticket_api.access import policy
from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import TaskFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Faults, Forbidden, Invalid, NotFound
from osticket_api.events.recording import record
from osticket_api.features.forms import api as forms
from osticket_api.features.sequences.api import Numbering, draw
from osticket_api.features.tasks.allowed import require
from osticket_api.features.tasks.service.assignment import check_accepted, give
from osticket_api.features.tasks.service.edit import check_due
from osticket_api.features.tasks.state import TaskState, load_task
from osticket_api.features.threads.api import NewEntry, NewFile, add_entry, author_of, create_thread
from osticket_api.features.tickets.api import (
    Assignee,
    TicketState,
    choose_assignee,
    discard_draft,
    get_department,
    get_ticket,
)
from osticket_api.kit import html
from osticket_api.mail import outbox


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """A new task, as an agent asks for it."""

    title: str
    description: str
    department_id: int
    format: Literal["html", "text"] = "html"
    ticket_id: int | None = None
    staff_id: int | None = None
    team_id: int | None = None
    due_at: datetime | None = None
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[NewFile] = ()


_OPTIONAL: Final = ("due_at", "staff_id", "team_id")
"""Properties that may be left out."""


def create_task(tx: Write, actor: Principal, new: NewTask) -> int:
    """Create a task with its thread, answers and events. Its ticket is not touched. Returns its id.

    Needs `task.create` in any role; on a ticket in the ticket's department; with an assignee `task.assign` in the
    task's department, without which osTicket would quietly assign nobody.
    Raises: Forbidden, Invalid naming every field at fault.
    """
    if not isinstance(actor, Staff) or not actor.may_anywhere(Permission.task_create):
        raise Forbidden.lacking(Permission.task_create, " in any department")
    faults = Faults()
    ticket = _find_ticket(tx, actor, new, faults)
    if ticket is not None:
        policy.require(actor, Permission.task_create, ticket)
    limits = limits_on(actor, "task", new.department_id)
    limits.require_settable(name for name in _OPTIONAL if getattr(new, name) is not None)
    assignee = _find_assignee(tx, actor, new, faults)
    form = forms.load_form(tx, "A")
    given = {**new.custom_fields, "title": new.title}
    answers = forms.validate(tx, [form], given, actor="staff", faults=faults, caller=actor, limits=limits)
    _check_rest(tx, actor, new, ticket, faults)
    faults.raise_if_any()
    task = _insert(tx, new, form, answers)
    _add_description(tx, actor, new, task)
    record(tx, "created", task.subject, actor)
    if assignee is not None:
        give(tx, actor, task, assignee)
    outbox.post(tx, "task.created", actor, task_id=task.id)
    discard_draft(tx, actor, "task.add" if ticket is None else f"ticket.{ticket.id}.task")
    return task.id


def _find_ticket(tx: Write, actor: Principal, new: NewTask, faults: Faults) -> TicketState | None:
    if new.ticket_id is None:
        return None
    try:
        return get_ticket(tx, actor, str(new.ticket_id))
    except NotFound as missing:
        faults.add("ticket_id", str(missing))
        return None


def _find_assignee(tx: Read, actor: Principal, new: NewTask, faults: Faults) -> Assignee | None:
    if new.staff_id is None and new.team_id is None:
        return None
    require(actor, Permission.task_assign, new.department_id)
    try:
        assignee = choose_assignee(tx, actor, staff_id=new.staff_id, team_id=new.team_id)
        check_accepted(tx, new.department_id, assignee)
    except Invalid as error:
        faults.found += error.faults
        return None
    return assignee


def _check_rest(tx: Read, actor: Principal, new: NewTask, ticket: TicketState | None, faults: Faults) -> None:
    try:
        get_department(tx, actor, new.department_id)
    except Invalid as error:
        faults.found += error.faults
    if html.to_text(new.description).strip() == "" and "<img" not in new.description:
        faults.add("description", "description is required.", code="required")
    check_due(tx.now, new.due_at, faults)
    latest = None if ticket is None else ticket.due_at or ticket.sla_due_at
    if new.due_at is not None and latest is not None and tx.now < latest < new.due_at:
        moment = latest.isoformat().replace("+00:00", "Z")
        faults.add("due_at", "The task cannot be due after its ticket.", detail={"latest": moment})


def _insert(tx: Write, new: NewTask, form: forms.Form, answers: forms.Answers) -> TaskState:
    """The task's row with answers and thread."""
    config = load_config(tx)
    numbering = Numbering(config.text("task_number_format"), config.number("task_sequence_id") or None)
    task_id = tx.insert(
        t.task,
        object_id=new.ticket_id,
        object_type="" if new.ticket_id is None else "T",
        number=draw(tx, numbering, t.task.c.number),
        dept_id=new.department_id,
        flags=TaskFlag.OPEN,
        duedate=new.due_at,
        created=tx.now,
        updated=tx.now,
    )
    forms.create_entry(tx, form, object_type="A", object_id=task_id, answers=answers)
    create_thread(tx, "A", task_id)
    tx.note_effect("task", id=task_id, created=True)
    return load_task(tx, task_id)


def _add_description(tx: Write, actor: Principal, new: NewTask, task: TaskState) -> None:
    """The message that opens the thread, without counting as one: the thread's time of the last message stays empty."""
    entry = NewEntry(
        kind="M",
        author=author_of(tx, actor),
        body=new.description,
        format=new.format,
        title=new.title,
        files=new.files,
        is_original=True,
        is_activity=False,
        sender=actor,
    )
    add_entry(tx, task.thread_id, entry)
