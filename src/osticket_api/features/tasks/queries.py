"""The columns of a task and the rows around it, and how a row becomes a Task."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, select

from osticket_api.access.principal import Principal
from osticket_api.access.task_scope import is_open_task, reachable_task
from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table
from osticket_api.db.unit import Read
from osticket_api.features.forms import api as forms
from osticket_api.features.tasks.allowed import allowed_actions
from osticket_api.features.tasks.responses import TaskTicket
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.responses import NamedRef, StaffRef


def of_ticket() -> ColumnElement[bool]:
    """Whether `object_id` names a ticket. Source: tickets.md 6.1."""
    return t.task.c.object_type == "T"


def is_overdue(tx: Read) -> ColumnElement[bool]:
    """The tasks that are open and should be done by now. osTicket has a flag for that, but nothing sets it.

    Source: tickets.md 6.1
    """
    return and_(is_open_task(), t.task.c.duedate.is_not(None), t.task.c.duedate < tx.now)


def titled(tx: Read, words: Sequence[str]) -> ColumnElement[bool]:
    """The tasks whose title holds each of these words."""
    title = t.task_cdata.c.title
    if has_table(tx, t.task_cdata):
        named = select(t.task_cdata.c.task_id).where(*(title.contains(word, autoescape=True) for word in words))
        return t.task.c.id.in_(named)
    return and_(*(_title(tx).contains(word, autoescape=True) for word in words))


def select_titles(tx: Read) -> Select[tuple[int, str]]:
    """Id and title of every task."""
    task = t.task.c
    source = (
        t.task.outerjoin(t.task_cdata, t.task_cdata.c.task_id == task.id) if has_table(tx, t.task_cdata) else t.task
    )
    return select(task.id, _title(tx).label("title")).select_from(source)


def _title(tx: Read) -> ColumnElement[Any]:
    """The title. It is an answer; PHP keeps a copy in `task__cdata`, which may be missing."""
    if has_table(tx, t.task_cdata):
        return t.task_cdata.c.title
    return forms.select_answer("A", t.task.c.id, "title", t.form_entry_values.c.value)


def select_tasks(tx: Read, principal: Principal, source: FromClause, *more: ColumnElement[Any]) -> Select[Any]:
    """Everything a Task shows, for the tasks in `source` (which holds the task table)."""
    task, staff, ticket, thread = t.task.c, t.staff.c, t.ticket.c, t.thread.c
    if has_table(tx, t.task_cdata):
        source = source.outerjoin(t.task_cdata, t.task_cdata.c.task_id == task.id)
    joined = (
        source.outerjoin(t.department, t.department.c.id == task.dept_id)
        .outerjoin(t.staff, staff.staff_id == task.staff_id)
        .outerjoin(t.team, t.team.c.team_id == task.team_id)
        .outerjoin(t.ticket, and_(of_ticket(), ticket.ticket_id == task.object_id))
        .outerjoin(t.thread, and_(thread.object_type == "A", thread.object_id == task.id))
    )
    return select(
        task.id, task.number, _title(tx).label("title"), is_open_task().label("is_open"),
        reachable_task(principal).label("is_reachable"),
        ticket.ticket_id, ticket.number.label("ticket_number"),
        task.dept_id, t.department.c.name.label("department_name"),
        task.staff_id, staff.firstname, staff.lastname, staff.username,
        task.team_id, t.team.c.name.label("team_name"),
        task.duedate, task.created, task.updated, task.closed, thread.id.label("thread_id"),
        *more,
    ).select_from(joined)  # fmt: skip


def task_fields(tx: Read, row: Row[Any]) -> dict[str, Any]:
    """The fields of a Task from a row of `select_tasks`, but for the custom ones."""
    staff = None
    if row.username is not None:
        staff = StaffRef(row.staff_id, f"{row.firstname or ''} {row.lastname or ''}".strip(), row.username)
    return {
        "id": row.id,
        "number": row.number or "",
        "title": row.title or "",
        "status": "open" if row.is_open else "closed",
        "is_overdue": bool(row.is_open) and row.duedate is not None and row.duedate < tx.now,
        "ticket": TaskTicket(row.ticket_id, row.ticket_number or "") if row.ticket_id is not None else None,
        "department": NamedRef(row.dept_id, row.department_name) if row.department_name is not None else None,
        "staff": staff,
        "team": NamedRef(row.team_id, row.team_name) if row.team_name is not None else None,
        "due_at": row.duedate,
        "created_at": row.created,
        "updated_at": row.updated,
        "closed_at": row.closed,
        "thread_id": row.thread_id,
    }


@dataclass(frozen=True)
class _Facts:
    """The properties that permissions depend on."""

    department_id: int | None
    staff_id: int | None
    is_open: bool


def allowed_on(principal: Principal, row: Row[Any]) -> dict[str, bool]:
    """What the caller may do to the task of a row of `select_tasks`."""
    facts = _Facts(row.dept_id, row.staff_id, bool(row.is_open))
    return allowed_actions(principal, facts, is_reachable=bool(row.is_reachable))


def read_custom_fields(tx: Read, rows: Sequence[Row[Any]], urls: FileUrls = plain) -> dict[int, dict[str, Any]]:
    """The custom fields of those tasks that the caller may open, by the task's id."""
    return forms.read_answers(tx, "A", [row.id for row in rows if row.is_reachable], audience="staff", urls=urls)
