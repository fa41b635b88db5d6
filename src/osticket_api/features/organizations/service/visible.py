"""Which organizations a caller may see, as SQL: those whose people they see.

Users see their own, if they are a primary contact of it.
"""

from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, select, true
from sqlalchemy.sql.expression import literal

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.features.users.api import is_contact, keeps_people, visible_users

_KEEP: Final = frozenset({GlobalPermission.org_create, GlobalPermission.org_delete, GlobalPermission.org_edit})


def visible_organizations(principal: Principal) -> ColumnElement[bool]:
    """The organizations this caller may read. Source: people.md 1.12, 1.13."""
    organization = t.organization.c
    if isinstance(principal, Staff):
        if keeps_people(principal) or _KEEP & principal.permissions:
            return true()
        members = select(literal(1)).select_from(t.user).where(t.user.c.org_id == organization.id)
        return exists(members.where(visible_users(principal)))
    if isinstance(principal, User) and principal.organization_id is not None:
        return and_(organization.id == principal.organization_id, is_contact(principal))
    return false()
