"""Reading roles."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import RoleFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.roles.api import granted
from osticket_api.features.roles.responses import Role
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import SwitchedQuery, matching, read_page
from osticket_api.web.paging import Page


def list_roles(tx: Read, principal: Principal, query: SwitchedQuery) -> Page[Role]:
    """The page of roles that the query asks for. Raises: Invalid."""
    role = t.role.c
    wanted = matching(query, role.name, has_flag(role.flags, RoleFlag.ENABLED))
    columns = {"id": role.id, "name": role.name, "created_at": role.created, "updated_at": role.updated}
    listing = Listing(principal, query, role.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(t.role), lambda rows: _to_response(principal, rows))


def get_role(tx: Read, principal: Principal, role_id: int) -> Role:
    """Raises: NotFound."""
    rows = tx.rows(select(t.role).where(t.role.c.id == role_id))
    if not rows:
        raise NotFound.because(f"There is no role {role_id}.")
    return _to_response(principal, rows)[0]


def _to_response(principal: Principal, rows: Sequence[Row[Any]]) -> list[Role]:
    is_admin = isinstance(principal, Staff) and principal.is_admin
    return [
        Role(
            id=row.id,
            name=row.name or "",
            is_active=bool(row.flags & RoleFlag.ENABLED),
            permissions=granted(row.permissions),
            notes=row.notes if is_admin else UNSET,
            created_at=row.created,
            updated_at=row.updated,
        )
        for row in rows
    ]
