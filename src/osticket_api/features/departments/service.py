"""Adding and changing a department.

What is not given stays, members too: osTicket's form takes access from whom it does not list.
Source: people.md 4.1, 4.2, 4.5, golden cases 286, 288, 290 to 292, 297, 375.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, func

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import DepartmentFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Faults
from osticket_api.features.departments.flags import ARCHIVABLE, with_flags
from osticket_api.features.departments.queries import get_department
from osticket_api.features.departments.tree import DepartmentTree, write_paths
from osticket_api.features.filters.api import mark_filters_of
from osticket_api.query.choices import AGENT, EMAIL, SCHEDULE, SLA, TEMPLATES, check_choices, check_parent
from osticket_api.query.resource import Resource

ALERT_RECIPIENTS: Final = {"primary_members": 0, "members": 1, "nobody": 2}
_USUAL: Final = {"group_membership": ALERT_RECIPIENTS["members"], "message_auto_response": True}
_COLUMNS: Final = {
    "name": "name",
    "parent_id": "pid",
    "manager_id": "manager_id",
    "sla_id": "sla_id",
    "schedule_id": "schedule_id",
    "email_id": "email_id",
    "auto_response_email_id": "autoresp_email_id",
    "template_group_id": "tpl_id",
    "is_public": "ispublic",
    "responds_to_tickets": "ticket_auto_response",
    "responds_to_messages": "message_auto_response",
}

DEPARTMENTS: Final = Resource(
    "department",
    t.department,
    get_department,
    words={column: name for name, column in _COLUMNS.items()} | {"group_membership": "alert_recipients"},
)
_CHOICES: Final = {
    "manager_id": AGENT,
    "sla_id": SLA,
    "schedule_id": SCHEDULE,
    "email_id": EMAIL,
    "auto_response_email_id": EMAIL,
    "template_group_id": TEMPLATES,
}


def add_department(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a department. Returns its id. What osTicket turns around on new ones, such as private, is as asked.

    Raises: Conflict naming the one of this name, Invalid.
    """
    _check(tx, DepartmentTree(tx), None, given)
    department_id = DEPARTMENTS.insert(tx, **_USUAL | _columns(given, DepartmentFlag.ACTIVE))
    write_paths(tx, department_id)
    return department_id


def edit_department(tx: Write, actor: Principal, department: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a department, and what hangs on it: paths of those below, filters that send tickets to it.

    Raises: Conflict naming the one of this name, Invalid.
    """
    _check(tx, DepartmentTree(tx), department, given)
    columns = _columns(given, department.flags)
    if not DEPARTMENTS.save(tx, department, columns):
        return
    if (columns["flags"] ^ department.flags) & DepartmentFlag.ACTIVE:
        mark_filters_of(tx, "dept", department.id, is_active=bool(columns["flags"] & DepartmentFlag.ACTIVE))
    if "pid" in columns:
        write_paths(tx, department.id)


def _columns(given: Mapping[str, Any], flags: int) -> dict[str, Any]:
    columns = {_COLUMNS[name]: value for name, value in given.items() if name in _COLUMNS}
    if "alert_recipients" in given:
        columns["group_membership"] = ALERT_RECIPIENTS[given["alert_recipients"]]
    if "signature" in given:
        columns["signature"] = given["signature"] or ""
    return columns | {"flags": with_flags(flags, given)}


def _check(tx: Write, tree: DepartmentTree, row: Row[Any] | None, given: Mapping[str, Any]) -> None:
    faults = Faults()
    chosen = {name: value for name, value in given.items() if row is None or value != _now(row, name)}
    check_choices(tx, _CHOICES, chosen, faults)
    if "parent_id" in chosen:
        _check_parent(tree, row, given["parent_id"], faults)
    _check_pairs(given, faults)
    if row is not None and row.id == load_config(tx).number("default_dept_id"):
        _check_default(row, given, faults)
    faults.raise_if_any()
    if chosen.keys() & {"name", "parent_id"}:
        _check_name(tx, row, given)


def _now(row: Row[Any], name: str) -> Any:
    return getattr(row, _COLUMNS[name], None) if name in _COLUMNS else None


def _check_parent(tree: DepartmentTree, row: Row[Any] | None, parent_id: int | None, faults: Faults) -> None:
    check_parent(tree.hierarchy, None if row is None else row.id, parent_id, "department", faults)
    if parent_id in tree.rows and not tree.rows[parent_id].flags & DepartmentFlag.ACTIVE:
        faults.add("parent_id", f"The department {tree.rows[parent_id].name} is not in use.", code="disabled")


def _check_pairs(given: Mapping[str, Any], faults: Faults) -> None:
    pairs = {
        "is_archived": "is_active",
        "assigns_to_primary_members_only": "assigns_to_members_only",
    }
    for one, other in pairs.items():
        if given.get(one) and given.get(other):
            faults.add(one, f"{one} and {other} exclude each other.")


def _check_default(row: Row[Any], given: Mapping[str, Any], faults: Faults) -> None:
    if given.get("is_public") is False:
        faults.add("is_public", "The default department cannot be private.", code="is_default")
    if not ARCHIVABLE.changed(row.flags, given) & DepartmentFlag.ACTIVE and row.flags & DepartmentFlag.ACTIVE:
        name = "is_archived" if given.get("is_archived") else "is_active"
        faults.add(name, "The default department has to be in use.", code="is_default")


def _check_name(tx: Read, row: Row[Any] | None, given: Mapping[str, Any]) -> None:
    name, parent_id = (given.get(field, None if row is None else _now(row, field)) for field in ("name", "parent_id"))
    siblings = func.coalesce(t.department.c.pid, 0) == (parent_id or 0)
    DEPARTMENTS.check_unique(tx, "name", name, siblings, field="name", but=None if row is None else row.id)
