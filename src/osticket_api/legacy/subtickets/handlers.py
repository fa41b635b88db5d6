"""The handlers of the four endpoints. They check in this order: 404, 403, then the state of the tickets."""

from typing import Any, NoReturn

from sqlalchemy import ColumnElement

from osticket_api.access.principal import ApiKey
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.features.subtickets import api as subtickets
from osticket_api.features.subtickets.api import (
    Mode,
    TicketBrief,
    find_parent,
    find_ticket,
    is_available,
    list_children,
)
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.subtickets.requests import Wording
from osticket_api.legacy.subtickets.responses import Name, brief, get_ticket, parent_brief, require_department


def _require_plugin(tx: Read, mode: Mode) -> None:
    if not is_available(tx, mode):
        raise LegacyError(501, "Subticket plugin not available")


def show_parent(tx: Read, key: ApiKey, mode: Mode, name: Name) -> dict[str, Any]:
    _require_plugin(tx, mode)
    child = get_ticket(tx, key, name, "Child")
    require_department(key, child)
    parent = find_parent(tx, key, child)
    visible = parent is not None and (key.department_ids is None or parent.department_id in key.department_ids)
    return {"parent": parent_brief(key, parent) if parent is not None and visible else None}


def show_children(tx: Read, key: ApiKey, mode: Mode, name: Name) -> dict[str, Any]:
    _require_plugin(tx, mode)
    parent = get_ticket(tx, key, name, "Parent")
    require_department(key, parent)
    return {"children": [brief(key, child) for child in list_children(tx, key, parent)]}


def link(tx: Write, key: ApiKey, mode: Mode, wording: Wording, parent_name: Name, child_name: Name) -> dict[str, Any]:
    _require_plugin(tx, mode)
    parent = get_ticket(tx, key, parent_name, "Parent")
    child = get_ticket(tx, key, child_name, "Child")
    require_department(key, parent, wording.parent)
    require_department(key, child, wording.child)
    try:
        subtickets.link(tx, key, parent.id, child.id)
    except Conflict as conflict:
        _refuse_link(tx, key, wording, parent, child, conflict)
    return {
        "success": True,
        "message": "Subticket relationship created successfully",
        "parent": brief(key, parent),
        "child": brief(key, child),
    }


def _refuse_link(
    tx: Read, key: ApiKey, wording: Wording, parent: TicketBrief, child: TicketBrief, why: Conflict
) -> NoReturn:
    fault = why.faults[0]
    if fault.code == "same_ticket":
        raise LegacyError(400, "Cannot link ticket to itself") from None
    if fault.code != "has_parent":
        raise LegacyError(wording.conflict, f"Failed to create subticket relationship: {fault.message}") from None
    current = find_ticket(tx, key, _is(child.id))
    if current is not None and current.parent_id == parent.id:
        raise LegacyError(wording.conflict, "Subticket relationship already exists") from None
    raise LegacyError(wording.conflict, "Child ticket already has a different parent") from None


def _is(ticket_id: int) -> ColumnElement[bool]:
    return t.ticket.c.ticket_id == ticket_id


def unlink(tx: Write, key: ApiKey, mode: Mode, wording: Wording, name: Name) -> dict[str, Any]:
    _require_plugin(tx, mode)
    child = get_ticket(tx, key, name, "Child")
    require_department(key, child, wording.child)
    try:
        subtickets.unlink(tx, key, child.id)
    except Conflict as conflict:
        fault = conflict.faults[0]
        if fault.code == "not_linked":
            raise LegacyError(404, "Child has no parent to unlink") from None
        raise LegacyError(wording.conflict, f"Failed to unlink subticket: {fault.message}") from None
    return {"success": True, "message": "Subticket relationship removed successfully", "child": brief(key, child)}
