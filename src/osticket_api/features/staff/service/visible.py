"""Who works in which department, and whom another agent may see."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, or_, select, true, union

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t


def memberships() -> Subquery:
    """Every `department_id` with each `staff_id` that belongs to it: by primary department, access, or as manager.

    Source: people.md 4.3
    """
    staff, access, department = t.staff.c, t.staff_dept_access.c, t.department.c
    primary: Any = select(staff.dept_id.label("department_id"), staff.staff_id.label("staff_id"))
    extended = select(access.dept_id, access.staff_id)
    managers = select(department.id, department.manager_id).where(department.manager_id != None)  # noqa: E711
    return union(primary, extended, managers).subquery("membership")


def works_in(department_ids: frozenset[int]) -> ColumnElement[bool]:
    """The agent belongs to one of these departments."""
    member = memberships()
    return t.staff.c.staff_id.in_(select(member.c.staff_id).where(member.c.department_id.in_(sorted(department_ids))))


def visible_staff(principal: Staff) -> ColumnElement[bool]:
    """The agents of the caller's own departments, or all of them. Administrators keep agents, so they see all.

    Source: people.md 3.6 (`visibility.agents`)
    """
    if principal.is_admin or principal.may(GlobalPermission.visibility_agents):
        return true()
    return or_(t.staff.c.staff_id == principal.id, works_in(principal.department_ids))


def agent(principal: Principal) -> Staff:
    """The caller, of whom the access rule has made sure that they are an agent."""
    assert isinstance(principal, Staff)
    return principal


def full_name(row: Row[Any]) -> str:
    """The name of an agent from a row with `firstname` and `lastname`."""
    return f"{row.firstname or ''} {row.lastname or ''}".strip()
