"""A task under change: its row, locked, with what decides about it; and the one way to save it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, select, update

from osticket_api.access.principal import Principal
from osticket_api.access.task_scope import reachable_task
from osticket_api.db import tables as t
from osticket_api.db.flags import TaskFlag
from osticket_api.db.unit import Write
from osticket_api.events.recording import Subject
from osticket_api.features.tasks.reference import missing, named

_COLUMNS: Final = {
    "department_id": "dept_id",
    "staff_id": "staff_id",
    "team_id": "team_id",
    "due_at": "duedate",
    "closed_at": "closed",
    "updated_at": "updated",
}


@dataclass
class TaskState:
    """A task as the transaction knows it. Change it through `save`."""

    id: int
    number: str
    thread_id: int
    ticket_id: int | None
    is_open: bool
    department_id: int | None
    staff_id: int | None
    team_id: int | None
    due_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime | None

    @property
    def subject(self) -> Subject:
        """The task as events describe it, now. Source: tickets.md 0.9."""
        return Subject(self.thread_id, "A", self.staff_id, self.team_id, self.department_id, None)


def get_task(tx: Write, principal: Principal, reference: str) -> TaskState:
    """The task the caller may open, its row locked until the end of the transaction.

    Raises: NotFound.
    """
    task_id = tx.scalar(select(t.task.c.id).where(named(reference), reachable_task(principal)))
    if task_id is None:
        raise missing(reference)
    return load_task(tx, task_id)


def load_task(tx: Write, task_id: int) -> TaskState:
    """Any task, whoever asks, its row locked. Raises: NotFound."""
    row = tx.locked(select(t.task).where(t.task.c.id == task_id))
    if row is None:
        raise missing(str(task_id))
    thread = t.thread.c
    thread_id = tx.scalar(select(thread.id).where(and_(thread.object_id == task_id, thread.object_type == "A")))
    return TaskState(
        id=row.id,
        number=row.number or "",
        thread_id=thread_id or 0,
        ticket_id=row.object_id if row.object_type == "T" else None,
        is_open=bool(row.flags & TaskFlag.OPEN),
        **{name: getattr(row, column) for name, column in _COLUMNS.items()},
    )


def save(tx: Write, task: TaskState, **changes: Any) -> None:
    """Write what really changed. `updated_at` moves only where the caller says so, as in osTicket.

    Source: tickets.md 0.3, golden README lesson 35.
    """
    changed = {name: value for name, value in changes.items() if getattr(task, name) != value}
    if not changed:
        return
    tx.note_effect("task", id=task.id, changed={name: [getattr(task, name), new] for name, new in changed.items()})
    for name, value in changed.items():
        setattr(task, name, value)
    columns: dict[str, Any] = {_COLUMNS[name]: value for name, value in changed.items() if name in _COLUMNS}
    if "is_open" in changed:
        flags = t.task.c.flags
        columns["flags"] = flags.bitwise_or(TaskFlag.OPEN) if task.is_open else flags.bitwise_and(~TaskFlag.OPEN)
    tx.change(update(t.task).where(t.task.c.id == task.id).values(columns))
