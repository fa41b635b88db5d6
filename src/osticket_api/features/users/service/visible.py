"""Which users a caller may see, as SQL.

osTicket shows its directory to agents with `user.dir`, and any user to any agent. Here an agent without a right to
keep users sees those whose tickets they see. Users see themselves, primary contacts also their organization's members.
"""

from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.sql.expression import literal

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff, User
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


def keeps_people(principal: Principal) -> bool:
    """Whether this agent has one of the rights that need the sight of all users."""
    return isinstance(principal, Staff) and bool(_KEEP_USERS & principal.permissions)


def visible_users(principal: Principal) -> ColumnElement[bool]:
    """The users this caller may read. Source: people.md 1.12, 1.13."""
    if keeps_people(principal):
        return true()
    if isinstance(principal, Staff):
        asked = select(literal(1)).select_from(t.ticket).where(t.ticket.c.user_id == t.user.c.id)
        return exists(asked.where(listed_tickets(principal)))
    if isinstance(principal, User):
        return or_(t.user.c.id == principal.id, *_members(principal))
    return false()


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
