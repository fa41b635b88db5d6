"""The agents with extended access to a department, which is not their primary one. Source: people.md 3.8, 4.2, 4.3."""

from typing import Any, Final

from sqlalchemy import Row, delete, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.dialect import upsert
from osticket_api.db.flags import MemberFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Invalid, NotFound
from osticket_api.features.staff.api import get_staff
from osticket_api.query.choices import ROLE, check_choice
from osticket_api.query.resource import Resource

MEMBERS: Final = Resource("member", t.staff, get_staff)


def put_member(
    tx: Write, actor: Principal, staff: Row[Any], department_id: int, *, role_id: int | None, alerts: bool | None
) -> None:
    """Give an agent access to a department, or change their role or alerts there. None leaves what is.

    Of whom it is the primary department, the role there changes; they get its alerts always. Raises: NotFound, Invalid.
    """
    _lock_department(tx, department_id)
    if staff.dept_id == department_id:
        _change_primary(tx, staff, role_id, alerts)
    else:
        _grant(tx, staff, department_id, role_id, alerts)


def remove_member(tx: Write, actor: Principal, staff: Row[Any], department_id: int) -> None:
    """Take the access away. Raises: NotFound for who has none, Conflict for whom it is the primary department."""
    _lock_department(tx, department_id)
    if staff.dept_id == department_id:
        message = f"This is the primary department of {staff.username}: give the agent another one first."
        raise Conflict.because(message, code="primary_department")
    access = t.staff_dept_access
    if not tx.change(delete(access).where(access.c.staff_id == staff.staff_id, access.c.dept_id == department_id)):
        raise NotFound.because(f"{staff.username} has no extended access to department {department_id}.")


def _lock_department(tx: Write, department_id: int) -> None:
    department = t.department.c
    if tx.locked(select(department.id).where(department.id == department_id)) is None:
        raise NotFound.because(f"There is no department {department_id}.")


def _grant(tx: Write, staff: Row[Any], department_id: int, role_id: int | None, alerts: bool | None) -> None:
    """Give an agent access.

    Access without alerts is stored as requested the first time too; osTicket inverts it then.
    """
    before = _access(tx, staff.staff_id, department_id)
    _check_role(tx, role_id, before and before.role_id)
    flags = MemberFlag.ALERTS if before is None else before.flags
    if alerts is not None:
        flags = flags | MemberFlag.ALERTS if alerts else flags & ~MemberFlag.ALERTS
    values = {"role_id": role_id or (before and before.role_id), "flags": flags}
    upsert(tx, t.staff_dept_access, {"staff_id": staff.staff_id, "dept_id": department_id}, values)
    tx.note_effect("member", id=staff.staff_id, department_id=department_id, **values)


def _change_primary(tx: Write, staff: Row[Any], role_id: int | None, alerts: bool | None) -> None:
    if alerts is False:
        raise Invalid.because(
            f"This is the primary department of {staff.username}, who therefore gets its alerts.", field="alerts"
        )
    if role_id is not None:
        _check_role(tx, role_id, staff.role_id)
        MEMBERS.save(tx, staff, {"role_id": role_id})


def _access(tx: Read, staff_id: int, department_id: int) -> Row[Any] | None:
    access = t.staff_dept_access.c
    return tx.row(select(t.staff_dept_access).where(access.staff_id == staff_id, access.dept_id == department_id))


def _check_role(tx: Read, role_id: int | None, before: int | None) -> None:
    """A role that has been switched off may stay, not be given."""
    if role_id is None and before is None:
        raise Invalid.because("role_id is required.", field="role_id", code="required")
    if role_id != before:
        check_choice(tx, ROLE, role_id, field="role_id")
