"""Which agents, users and organizations a caller may see, as SQL.

osTicket shows its directory to agents with `user.dir`, and any user to any agent. Here an agent without a right to
keep users sees those whose tickets they see, and their organizations. Users see themselves; primary contacts also
their organization and its members.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, and_, exists, false, or_, select, true, union
from sqlalchemy.sql.expression import literal

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.reading import may_read
from osticket_api.access.scope import listed_tickets
from osticket_api.db import tables as t
from osticket_api.db.flags import UserStatus

_KEEP_USERS: Final = frozenset(
    {
        GlobalPermission.user_create,
        GlobalPermission.user_delete,
        GlobalPermission.user_dir,
        GlobalPermission.user_edit,
        GlobalPermission.user_manage,
    }
)
_KEEP_ORGANIZATIONS: Final = frozenset(
    {GlobalPermission.org_create, GlobalPermission.org_delete, GlobalPermission.org_edit}
)


def memberships() -> Subquery:
    """Every `department_id` with each `staff_id` that belongs to it: by primary department, access, or as manager.

    Source: people.md 4.3
    """
    staff, access, department = t.staff.c, t.staff_dept_access.c, t.department.c
    primary: Any = select(staff.dept_id.label("department_id"), staff.staff_id.label("staff_id"))
    extended = select(access.dept_id, access.staff_id)
    managers = select(department.id, department.manager_id).where(department.manager_id != None)  # noqa: E711
    return union(primary, extended, managers).subquery("membership")


def belongs_to(department_ids: Collection[int]) -> ColumnElement[bool]:
    """A condition on agents: they work in one of these departments, or manage one."""
    member = memberships()
    return t.staff.c.staff_id.in_(select(member.c.staff_id).where(member.c.department_id.in_(department_ids)))


def works_in(department_ids: Collection[int | None]) -> ColumnElement[bool]:
    """A condition on agents: their primary department, or one more of theirs, is among these."""
    access, staff = t.staff_dept_access.c, t.staff.c
    extended = exists().where(access.staff_id == staff.staff_id, access.dept_id.in_(department_ids))
    return or_(staff.dept_id.in_(department_ids), extended)


def visible_staff(principal: Staff) -> ColumnElement[bool]:
    """The agents of the caller's own departments, or all of them. Administrators keep agents, so they see all.

    Source: people.md 3.6 (`visibility.agents`)
    """
    if principal.is_admin or principal.may(GlobalPermission.visibility_agents):
        return true()
    return or_(t.staff.c.staff_id == principal.id, belongs_to(principal.department_ids))


def keeps_people(principal: Principal) -> bool:
    """Whether this agent has one of the rights that need the sight of all users."""
    return isinstance(principal, Staff) and bool(_KEEP_USERS & principal.permissions)


def visible_users(principal: Principal) -> ColumnElement[bool]:
    """The users this caller may read. Source: people.md 1.12, 1.13."""
    if keeps_people(principal):
        return true()
    if isinstance(principal, Staff):
        return _asks_in_sight_of(principal)
    if isinstance(principal, User):
        return or_(t.user.c.id == principal.id, *_members(principal))
    return false()


def users_to_name(principal: Principal) -> ColumnElement[bool]:
    """The users whom this caller may name by id, which tells who they are: those they see.

    With a key that reads no users, an agent names those whose tickets it reads.
    """
    if isinstance(principal, Staff) and not may_read(principal, "users"):
        return _asks_in_sight_of(principal) if may_read(principal, "tickets") else false()
    return visible_users(principal)


def _asks_in_sight_of(staff: Staff) -> ColumnElement[bool]:
    """The user asks in one of the tickets that the agent is shown."""
    asked = select(literal(1)).select_from(t.ticket).where(t.ticket.c.user_id == t.user.c.id)
    return exists(asked.where(listed_tickets(staff)))


def _members(user: User) -> list[ColumnElement[bool]]:
    if user.organization_id is None:
        return []
    return [and_(t.user.c.org_id == user.organization_id, is_contact(user))]


def is_contact(user: User) -> ColumnElement[bool]:
    """Whether this user is a primary contact of their organization."""
    me = t.user.alias("me")
    return exists(
        select(literal(1))
        .select_from(me)
        .where(me.c.id == user.id, me.c.status.bitwise_and(UserStatus.PRIMARY_CONTACT) != 0)
    )


def visible_organizations(principal: Principal) -> ColumnElement[bool]:
    """The organizations this caller may read. Source: people.md 1.12, 1.13."""
    organization = t.organization.c
    if isinstance(principal, Staff):
        if keeps_people(principal) or _KEEP_ORGANIZATIONS & principal.permissions:
            return true()
        members = select(literal(1)).select_from(t.user).where(t.user.c.org_id == organization.id)
        return exists(members.where(visible_users(principal)))
    if isinstance(principal, User) and principal.organization_id is not None:
        return and_(organization.id == principal.organization_id, is_contact(principal))
    return false()
