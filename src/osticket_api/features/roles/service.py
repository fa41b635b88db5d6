"""Setting up roles. Source: people.md 3.5, 3.6, golden cases 326 to 329."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete

from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import RoleFlag
from osticket_api.db.unit import Write
from osticket_api.errors import Faults
from osticket_api.features.roles.api import granted
from osticket_api.features.roles.queries import get_role
from osticket_api.kit import php_json
from osticket_api.kit.suggestions import did_you_mean, shortened
from osticket_api.query.resource import Resource, refuse_in_use

ROLES: Final = Resource("role", t.role, get_role)

_FAMILIES: Final = ("ticket", "task", "thread", "canned")
_KNOWN: Final = sorted(Permission, key=lambda key: (_FAMILIES.index(key.partition(".")[0]), key))


def add_role(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a role. Returns its id. Raises: Conflict for a name that is taken, Invalid for unknown permissions."""
    ROLES.check_unique(tx, "name", given["name"], field="name")
    return ROLES.insert(tx, **{"flags": RoleFlag.ENABLED, **_columns(given, known=_KNOWN)})


def edit_role(tx: Write, actor: Principal, role: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a role. Keys of plugins that it grants may stay.

    Agents who have a disabled role keep it. Raises: Conflict for a name that is taken, Invalid for unknown permissions.
    """
    if "name" in given:
        ROLES.check_unique(tx, "name", given["name"], field="name", but=role.id)
    ROLES.save(tx, role, _columns(given, known=[*_KNOWN, *granted(role.permissions)], flags=role.flags))


def delete_role(tx: Write, actor: Principal, role: Row[Any]) -> None:
    """Delete a role that no agent has. Raises: Conflict."""
    uses = {
        "primary departments": t.staff.c.role_id == role.id,
        "extended departments": t.staff_dept_access.c.role_id == role.id,
    }
    refuse_in_use(tx, "role", uses, "Give the agents another role first.")
    tx.change(delete(t.role).where(t.role.c.id == role.id))


def _columns(given: Mapping[str, Any], *, known: Sequence[str], flags: int = 0) -> dict[str, Any]:
    columns = {name: given[name] for name in ("name", "notes") if name in given}
    if "is_active" in given:
        columns["flags"] = flags | RoleFlag.ENABLED if given["is_active"] else flags & ~RoleFlag.ENABLED
    if "permissions" in given:
        columns["permissions"] = _as_kept(given["permissions"], known)
    return columns


def _as_kept(permissions: Sequence[str], known: Sequence[str]) -> str:
    """The permissions as the row holds them, in osTicket's order."""
    faults = Faults()
    for place, key in enumerate(permissions):
        if key not in known:
            message = f"There is no permission {shortened(key)}.{did_you_mean(key, known)}"
            faults.add(f"permissions.{place}", message, code="unknown_permission")
    faults.raise_if_any()
    return php_json.encode({str(key): 1 for key in known if key in permissions})
