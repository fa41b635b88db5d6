"""Changing what a task says about itself.

osTicket edits the due date by itself only, and answers one by one or as a whole form; each leaves its own trace.
Source: tickets.md 6.6 and the golden cases of `task.field` and `task.edit`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.errors import Faults
from osticket_api.events.recording import record
from osticket_api.features.forms import api as forms
from osticket_api.features.tasks.allowed import require
from osticket_api.features.tasks.service.comments import add_comment
from osticket_api.features.tasks.state import TaskState, save
from osticket_api.features.tickets.api import answer_change, save_answers


@dataclass(frozen=True, kw_only=True)
class TaskChanges:
    """Changes to a task. `moves_due`: whether the due date is changed too; None as its value takes the date away."""

    answers: Mapping[str, Any]
    moves_due: bool = False
    due_at: datetime | None = None
    comment: str | None = None


def edit_task(tx: Write, actor: Principal, task: TaskState, changes: TaskChanges) -> None:
    """Change the due date, and answers by the name of their field.

    Raises: Forbidden without `task.edit`, Invalid naming every field at fault, also when the one field given is as
    it was.
    """
    require(actor, Permission.task_edit, task.department_id)
    limits = limits_on(actor, "task", task.department_id)
    if changes.moves_due:
        limits.require_settable(["due_at"], ["due_at"] if _due_moves(task, changes) else [])
    faults = Faults()
    if _due_moves(task, changes):
        check_due(tx.now, changes.due_at, faults)
    entries = forms.load_entries(tx, "A", task.id) if changes.answers else []
    answers = forms.validate_changes(
        tx, entries, changes.answers, actor="staff", faults=faults, caller=actor, limits=limits
    )
    faults.raise_if_any()
    if len(changes.answers) + changes.moves_due == 1:
        _edit_field(tx, actor, task, changes, entries, answers)
    else:
        _edit_form(tx, actor, task, changes, entries, answers)


def check_due(now: datetime, due_at: datetime | None, faults: Faults) -> None:
    if due_at is not None and due_at <= now:
        faults.add("due_at", "The due date must lie in the future.")


def _due_moves(task: TaskState, changes: TaskChanges) -> bool:
    return changes.moves_due and changes.due_at != task.due_at


def _edit_field(
    tx: Write,
    actor: Principal,
    task: TaskState,
    changes: TaskChanges,
    entries: list[forms.Entry],
    answers: forms.Answers,
) -> None:
    if changes.moves_due:
        is_changed, data, label = _due_moves(task, changes), None, "Due Date"
    else:
        data, label = answer_change(tx, entries, answers)
        is_changed = bool(data)
    if not is_changed:
        if changes.comment:
            add_comment(tx, actor, task, f"{label or 'Task'} updated", changes.comment)
        return
    record(tx, "edited", task.subject, actor, data=data)
    add_comment(tx, actor, task, f"{label} updated", changes.comment)
    save(tx, task, updated_at=tx.now, **_due(changes))


def _edit_form(
    tx: Write,
    actor: Principal,
    task: TaskState,
    changes: TaskChanges,
    entries: list[forms.Entry],
    answers: forms.Answers,
) -> None:
    """Several fields at once. A new due date among them is told by itself, as it would be told alone."""
    fields = save_answers(tx, entries, answers)
    add_comment(tx, actor, task, "Task Updated", changes.comment)
    moves_due = _due_moves(task, changes)
    if moves_due:
        record(tx, "edited", task.subject, actor)
    if fields:
        record(tx, "edited", task.subject, actor, data={"fields": fields})
    if fields or moves_due:
        save(tx, task, updated_at=tx.now, **_due(changes))


def _due(changes: TaskChanges) -> dict[str, Any]:
    return {"due_at": changes.due_at} if changes.moves_due else {}
