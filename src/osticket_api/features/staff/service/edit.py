"""Changing an agent, as an administrator does.

Source: people.md 3.2, golden cases 301, 303, 307.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.features.staff.service.administrators import check_removal
from osticket_api.features.staff.service.identity import check_identity, username_taken
from osticket_api.features.staff.service.memberships import leave_extended, set_memberships
from osticket_api.features.staff.service.places import check_places
from osticket_api.features.staff.service.rights import rights
from osticket_api.features.staff.service.sign_ins import end_sign_ins
from osticket_api.features.staff.service.state import save


def edit_staff(tx: Write, actor: Principal, staff: Row[Any], given: Mapping[str, Any]) -> None:
    """Change what is given. Lists are given as a whole. Who is locked is signed out everywhere.

    Raises: Invalid, Conflict naming the agent who has the user name or the address, Conflict for locking or demoting
    oneself or the last administrator.
    """
    check_places(tx, given, staff)
    changes = {**given, **rights(given, staff)}
    check_identity(tx, actor, given, staff)
    _check_removal(tx, actor, staff, given)
    try:
        save(tx, staff, changes)
    except IntegrityError:
        raise Conflict(username_taken(given["username"])) from None
    set_memberships(tx, staff.staff_id, given)
    if given.get("department_id", staff.dept_id) != staff.dept_id:
        leave_extended(tx, staff.staff_id, given["department_id"])
    if staff.isactive and given.get("is_active") is False:
        end_sign_ins(tx, staff.staff_id)


def place(tx: Write, staff: Row[Any], department_id: int, role_id: int) -> None:
    """Set an agent's primary department and role, as an identity provider says. Raises: Invalid."""
    given = {"department_id": department_id, "role_id": role_id}
    check_places(tx, given, staff)
    if save(tx, staff, given) and department_id != staff.dept_id:
        leave_extended(tx, staff.staff_id, department_id)


def _check_removal(tx: Write, actor: Principal, staff: Row[Any], given: Mapping[str, Any]) -> None:
    for field, was in (("is_admin", staff.isadmin), ("is_active", staff.isactive)):
        if was and given.get(field) is False:
            check_removal(tx, actor, staff, field=field)
