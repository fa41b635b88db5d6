"""Deleting a department. Source: people.md 4.4, golden cases 293 to 295."""

from typing import Any

from sqlalchemy import ColumnElement, Row, delete, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, Invalid
from osticket_api.features.filters.api import named_by_filters
from osticket_api.query.choices import DEPARTMENT, check_choice
from osticket_api.query.resource import refuse_in_use

_REFERRED_TO_DEPARTMENT = "D"


def delete_department(tx: Write, actor: Principal, department: Row[Any], move_to: int | None) -> None:
    """Delete a department. Its tickets and tasks go to another one, by default to the default department.

    Topics and addresses go there too, or to whatever is the default. What osTicket leaves behind goes along: canned
    responses move, referrals to it end.

    Raises: Conflict for the default department, and while agents work in it, departments lie below it or filters send
        tickets to it, Invalid for a `move_to` that is not in use.
    """
    default_id = load_config(tx).number("default_dept_id")
    if department.id == default_id:
        message = f"{department.name} is the default department: choose another one as that first."
        raise Conflict.because(message, code="is_default")
    refuse_in_use(
        tx,
        "department",
        _uses(department.id),
        "First move the agents and departments elsewhere, and remove the department from the filters.",
    )
    _check_target(tx, department.id, move_to)
    moved = _move(tx, department.id, move_to, default_id)
    _forget(tx, department.id)
    tx.note_effect("department", id=move_to or default_id, receives=moved)


def _uses(department_id: int) -> dict[str, ColumnElement[bool]]:
    return {
        "agents": t.staff.c.dept_id == department_id,
        "child departments": t.department.c.pid == department_id,
        "actions of filters": named_by_filters("dept", department_id),
    }


def _check_target(tx: Write, department_id: int, move_to: int | None) -> None:
    if move_to == department_id:
        raise Invalid.because("Name a department other than the one that is deleted.", field="move_to")
    check_choice(tx, DEPARTMENT, move_to, field="move_to")


def _move(tx: Write, department_id: int, move_to: int | None, default_id: int) -> dict[str, int]:
    """How many things went elsewhere. None of them counts as changed by that, as in osTicket."""
    somewhere = move_to or default_id
    places = {
        "tickets": (t.ticket, somewhere),
        "tasks": (t.task, somewhere),
        "canned_responses": (t.canned_response, somewhere),
        "topics": (t.help_topic, move_to),
        "emails": (t.email, move_to),
    }
    return {
        name: tx.change(update(table).where(table.c.dept_id == department_id).values(dept_id=target))
        for name, (table, target) in places.items()
    }


def _forget(tx: Write, department_id: int) -> None:
    access, referral, department = t.staff_dept_access.c, t.thread_referral.c, t.department.c
    tx.change(delete(t.staff_dept_access).where(access.dept_id == department_id))
    referred = (referral.object_type == _REFERRED_TO_DEPARTMENT, referral.object_id == department_id)
    tx.change(delete(t.thread_referral).where(*referred))
    tx.change(delete(t.department).where(department.id == department_id))
