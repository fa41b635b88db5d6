"""Field permissions: reading and changing the rules. Nothing of osTicket is written here."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.tables.own import api_field_permission
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Invalid, NotAvailable, NotFound
from osticket_api.events import security
from osticket_api.features.field_permissions.known_fields import known_field
from osticket_api.features.field_permissions.requests import PermissionQuery
from osticket_api.features.field_permissions.responses import FieldPermission
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.resource import Resource
from osticket_api.query.small_lists import read_page
from osticket_api.web.paging import Page

_rule: Final = api_field_permission.c
_OF_OSTICKET: Final = "osticket:"
_TARGETS: Final[Mapping[str, str]] = {"role": "role_id", "key": "key"}
"""The field that must be given with each audience."""


def list_permissions(tx: Read, principal: Principal, query: PermissionQuery) -> Page[FieldPermission]:
    """Raises: Invalid, NotAvailable."""
    _require_tables(tx)
    asked = {name: getattr(query, name) for name in ("resource", "effect", "applies_to")}
    wanted = [_rule.id > 0, *(_rule[name] == value for name, value in asked.items() if value is not None)]
    columns = {"id": _rule.id, "created_at": _rule.created_at, "resource": _rule.resource, "field": _rule.field}
    listing = Listing(principal, query, _rule.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(api_field_permission), lambda rows: [_to_response(row) for row in rows])


def get_permission(tx: Read, principal: Principal, permission_id: int) -> FieldPermission:
    """Raises: NotFound, NotAvailable."""
    _require_tables(tx)
    row = tx.row(select(api_field_permission).where(_rule.id == permission_id))
    if row is None:
        raise NotFound.because(f"There is no field permission {permission_id}.")
    return _to_response(row)


PERMISSIONS: Final = Resource("field permission", api_field_permission, get_permission)


def add_permission(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Hide or freeze a field. Returns the id of the rule. Raises: Invalid, Conflict, NotAvailable."""
    _require_tables(tx)
    columns = _columns(tx, given)
    _refuse_second(tx, columns)
    stamps = {"created_by": actor.key, "created_at": tx.now, "updated_at": tx.now}
    permission_id = PERMISSIONS.insert(tx, **columns, **stamps)
    security.note(tx, "field_permission_added", permission=permission_id, by=actor.key, **columns)
    return permission_id


def edit_permission(tx: Write, actor: Principal, row: Row[Any], given: Mapping[str, Any]) -> None:
    """Raises: Invalid, Conflict."""
    before = _to_response(row)
    whole = {name: getattr(before, name) for name in ("resource", "field", "effect", "applies_to", "role_id", "key")}
    if given.get("applies_to", before.applies_to) != before.applies_to:
        whole |= {"role_id": None, "key": None}
    columns = _columns(tx, {**whole, **given})
    _refuse_second(tx, columns, but=row.id)
    if PERMISSIONS.save(tx, row, columns):
        tx.change(update(api_field_permission).where(_rule.id == row.id).values(updated_at=tx.now))
        security.note(tx, "field_permission_changed", permission=row.id, by=actor.key, **columns)


def delete_permission(tx: Write, actor: Principal, permission_id: int) -> None:
    """Delete a rule: the field is seen and set again."""
    tx.change(delete(api_field_permission).where(_rule.id == permission_id))
    PERMISSIONS.note_deleted(tx, permission_id)
    security.note(tx, "field_permission_deleted", permission=permission_id, by=actor.key)


def _columns(tx: Read, given: Mapping[str, Any]) -> dict[str, str]:
    """Raises: Invalid naming the field at fault."""
    return {
        "resource": given["resource"],
        "field": known_field(tx, given["resource"], given["field"], given["effect"]),
        "effect": given["effect"],
        "applies_to": given["applies_to"],
        "target": _target(tx, given),
    }


def _target(tx: Read, given: Mapping[str, Any]) -> str:
    """The role or the key. Raises: Invalid where it is missing, not there, or has no meaning."""
    needed = _TARGETS.get(given["applies_to"])
    for name in _TARGETS.values():
        if name != needed and given.get(name) is not None:
            raise Invalid.because(f"{name} cannot be given when applies_to is {given['applies_to']}.", field=name)
    if needed is None:
        return ""
    target = given.get(needed)
    if target is None:
        raise Invalid.because(f"{needed} is required.", field=needed, code="required")
    if not _is_there(tx, needed, str(target)):
        raise Invalid.because(f"There is no {needed.removesuffix('_id')} {target}.", field=needed)
    return str(target)


def _is_there(tx: Read, name: str, target: str) -> bool:
    number = int(target.removeprefix(_OF_OSTICKET))
    column = t.role.c.id if name == "role_id" else own.api_credential.c.id
    if target.startswith(_OF_OSTICKET):
        column = t.api_key.c.id
    return tx.scalar(select(column).where(column == number)) is not None


def _refuse_second(tx: Read, columns: Mapping[str, str], but: int = 0) -> None:
    """Refuse a second rule for the same field and audience. Raises: Conflict."""
    same = [_rule[name] == columns[name] for name in ("resource", "field", "applies_to", "target")]
    other = tx.scalar(select(_rule.id).where(*same, _rule.id != but))
    if other is not None:
        message = f"There is a rule for this field and these callers already: {other}."
        raise Conflict.because(message, field="field", code="field_taken", detail={"field_permission": {"id": other}})


def _require_tables(tx: Read) -> None:
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no field permissions.")


def _to_response(row: Row[Any]) -> FieldPermission:
    return FieldPermission(
        id=row.id,
        resource=row.resource,
        field=row.field,
        effect=row.effect,
        applies_to=row.applies_to,
        role_id=int(row.target) if row.applies_to == "role" else None,
        key=row.target if row.applies_to == "key" else None,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
