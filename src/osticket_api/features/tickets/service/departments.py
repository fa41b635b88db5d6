"""Departments to which tickets and tasks can be sent. Source: tickets.md 4.6 and 11."""

from dataclasses import dataclass

from sqlalchemy import select

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid


@dataclass(frozen=True)
class Department:
    id: int
    name: str
    flags: int
    sla_id: int | None


def get_department(tx: Read, actor: Principal, department_id: int) -> Department:
    """An active department among those the agent may choose.

    Raises: Invalid naming `department_id`.
    """
    department = t.department.c
    row = tx.row(
        select(department.id, department.name, department.flags, department.sla_id).where(
            department.id == department_id
        )
    )
    check_in_sight(actor, department_id)
    if row is None:
        raise Invalid.because(f"There is no department {department_id}.", field="department_id")
    if not row.flags & DepartmentFlag.ACTIVE:
        raise Invalid.because(f"The department {row.name} is not active.", field="department_id")
    return Department(row.id, row.name, row.flags, row.sla_id)


def check_in_sight(actor: Principal, department_id: int) -> None:
    """Check that the actor sees a department. Actors who do not see all departments choose among their own, and do not
    learn which others exist.

    Raises: Invalid naming `department_id`.
    Source: people.md 3.6
    """
    if not isinstance(actor, Staff) or actor.may(GlobalPermission.visibility_departments):
        return
    if department_id not in actor.department_ids:
        message = f"You do not belong to department {department_id}."
        detail = {"permission": GlobalPermission.visibility_departments}
        raise Invalid.because(message, field="department_id", detail=detail)
