"""Giving a task to an agent or a team, and taking it.

Source: tickets.md 6.4 and the golden cases of `task.assign` and `task.claim`.
"""

from typing import Any

from sqlalchemy import select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require_settable
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Fault, Invalid
from osticket_api.events.recording import record
from osticket_api.features.tasks.allowed import require
from osticket_api.features.tasks.service.comments import add_comment
from osticket_api.features.tasks.state import TaskState, save
from osticket_api.features.tickets.api import (
    Assignee,
    accepts,
    choose_assignee,
    get_assignee,
    shown_staff_name,
    staff_name,
)
from osticket_api.mail import outbox


def assign(
    tx: Write,
    actor: Principal,
    task: TaskState,
    assignee: Assignee,
    *,
    comment: str | None = None,
    tells: bool = True,
) -> None:
    """Give the task to an agent or a team; the other of the two keeps it as well. A closed task stays closed.

    Raises: Forbidden, Conflict when they have it already, Invalid when they cannot be chosen.
    """
    require(actor, Permission.task_assign, task.department_id)
    require_settable(actor, "task", task, f"{assignee.kind}_id")
    if assignee.id == (task.staff_id if assignee.kind == "staff" else task.team_id):
        raise Conflict.because(f"The task is assigned to {assignee.name} already.", code="already_assigned")
    check_accepted(tx, task.department_id, assignee)
    give(tx, actor, task, assignee, comment, tells=tells)


def assign_to(
    tx: Write,
    actor: Principal,
    task: TaskState,
    *,
    staff_id: int | None = None,
    team_id: int | None = None,
    comment: str | None = None,
) -> None:
    """`assign` for callers who know ids. Whoever may not assign learns nothing about who is there.

    Raises: as `assign`; Invalid also when they see no such agent or team, or they are not available.
    """
    require(actor, Permission.task_assign, task.department_id)
    assignee = choose_assignee(tx, actor, staff_id=staff_id, team_id=team_id)
    assign(tx, actor, task, assignee, comment=comment)


def give(
    tx: Write,
    actor: Principal,
    task: TaskState,
    assignee: Assignee,
    comment: str | None = None,
    *,
    tells: bool = True,
) -> None:
    """Write the assignment, which is settled already. `tells`: the assignee is told, even one who chose themselves."""
    save(tx, task, **{f"{assignee.kind}_id": assignee.id})
    is_self = isinstance(actor, Staff) and assignee.kind == "staff" and assignee.id == actor.id
    record(tx, "assigned", task.subject, actor, data={"claim": True} if is_self else _event_data(tx, assignee))
    name = shown_staff_name(tx, assignee.name) if assignee.kind == "staff" else assignee.name
    entry_id = add_comment(tx, actor, task, f"Task {'claimed by' if is_self else 'assigned to'} {name}", comment)
    if tells:
        given: dict[str, Any] = {f"{assignee.kind}_id": assignee.id, "comment": comment}
        outbox.post(tx, "task.assigned", actor, task_id=task.id, entry_id=entry_id, **given)


def check_accepted(tx: Read, department_id: int | None, assignee: Assignee) -> None:
    """Raises: Invalid when the department gives work to its members only, and the assignee is none."""
    if not accepts(tx, department_id, assignee):
        message = f"The task's department assigns tasks to its members only, and {assignee.name} is not a member."
        raise Invalid.because(message, field="staff_id")


def _event_data(tx: Read, assignee: Assignee) -> dict[str, Any]:
    """The assignee as events of tasks name them: agents with all of their name. Source: golden README lesson 35."""
    if assignee.kind == "team":
        return {"team": assignee.id}
    staff = t.staff.c
    row = tx.row(select(staff.firstname, staff.lastname).where(staff.staff_id == assignee.id))
    parts = {"first": row.firstname or "", "last": row.lastname or ""} if row else {}
    format = load_config(tx).text("agent_name_format")
    return {"staff": [assignee.id, {"format": format, "parts": parts, "name": assignee.name}]}


def claim(tx: Write, actor: Principal, task: TaskState, *, comment: str | None = None) -> None:
    """Take a task that no agent has. A team that has it keeps it.

    osTicket lets an agent claim what another has, after a warning; here that is refused, and `assign` does it.
    Raises: Forbidden, Conflict when an agent has it, Invalid when the agent at hand cannot be given work.
    """
    assert isinstance(actor, Staff)
    require(actor, Permission.task_assign, task.department_id)
    require_settable(actor, "task", task, "staff_id")
    if task.staff_id is not None:
        holder = {"id": task.staff_id, "name": staff_name(tx, task.staff_id)}
        raise Conflict(
            Fault("already_assigned", f"The task is assigned to {holder['name']} already.", detail={"staff": holder})
        )
    assign(tx, actor, task, get_assignee(tx, staff_id=actor.id, team_id=None), comment=comment, tells=False)
