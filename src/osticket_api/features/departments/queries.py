"""Reading departments."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from osticket_api.access.people import belongs_to, memberships
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.structure import visible_departments
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import DepartmentFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.departments.flags import read_flags
from osticket_api.features.departments.responses import Department
from osticket_api.features.staff.api import StaffSummary, full_name, list_staff
from osticket_api.kit import html
from osticket_api.kit.tree import Tree
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import SwitchedQuery, matching, named, read_page
from osticket_api.web.paging import Page
from osticket_api.web.responses import StaffRef

_ALERT_RECIPIENTS = {1: "members", 2: "nobody"}


def list_departments(
    tx: Read, principal: Principal, query: SwitchedQuery, *narrowing: ColumnElement[bool]
) -> Page[Department]:
    """The page of departments that the query asks for, among those the caller may see. Raises: Invalid."""
    department = t.department.c
    wanted = [
        visible_departments(principal),
        *matching(query, department.name, has_flag(department.flags, DepartmentFlag.ACTIVE)),
    ]
    columns = {
        "id": department.id,
        "name": department.name,
        "created_at": department.created,
        "updated_at": department.updated,
    }
    listing = Listing(principal, query, department.id, sort_keys(query.sort, columns), wanted, narrowing)
    return read_page(tx, listing, _select_departments(), lambda rows: _to_response(tx, principal, rows))


def get_department(tx: Read, principal: Principal, department_id: int) -> Department:
    """A department the caller may see. Raises: NotFound."""
    rows = tx.rows(_select_departments().where(t.department.c.id == department_id, visible_departments(principal)))
    if not rows:
        raise _missing(department_id)
    return _to_response(tx, principal, rows)[0]


def list_members(tx: Read, principal: Principal, department_id: int, query: SwitchedQuery) -> Page[StaffSummary]:
    """The agents of a department the caller may see. Raises: NotFound, Invalid."""
    department = t.department.c
    visible = visible_departments(principal)
    if tx.scalar(select(department.id).where(department.id == department_id, visible)) is None:
        raise _missing(department_id)
    return list_staff(tx, principal, query, belongs_to({department_id}))


def _missing(department_id: int) -> NotFound:
    return NotFound.because(f"There is no department {department_id}.")


def _select_departments() -> Select[Any]:
    department = t.department.c
    return (
        select(
            t.department, t.sla.c.name.label("sla_name"), t.schedule.c.name.label("schedule_name"),
            t.staff.c.username, t.staff.c.firstname, t.staff.c.lastname,
        )
        .select_from(t.department)
        .outerjoin(t.sla, t.sla.c.id == department.sla_id)
        .outerjoin(t.schedule, t.schedule.c.id == department.schedule_id)
        .outerjoin(t.staff, t.staff.c.staff_id == department.manager_id)
    )  # fmt: skip


def _to_response(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[Department]:
    if not isinstance(principal, Staff):
        return [Department(id=row.id, name=row.name) for row in rows]
    every = tx.rows(select(t.department.c.id, t.department.c.pid, t.department.c.name))
    tree = Tree((row.id, row.pid, row.name) for row in every)
    counts = _member_counts(tx, [row.id for row in rows])
    default_id = load_config(tx).number("default_dept_id")
    return [
        Department(
            **_fields(row),
            **read_flags(row.flags),
            is_default=row.id == default_id,
            full_name=tree.full_name(row.id),
            member_count=counts[row.id],
        )
        for row in rows
    ]


def _fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "parent_id": row.pid or None,
        "manager": None if row.username is None else StaffRef(row.manager_id, full_name(row), row.username),
        "sla": named(row.sla_id, row.sla_name),
        "schedule": named(row.schedule_id, row.schedule_name),
        "email_id": row.email_id,
        "auto_response_email_id": row.autoresp_email_id,
        "template_group_id": row.tpl_id,
        "is_public": row.ispublic,
        "responds_to_tickets": row.ticket_auto_response,
        "responds_to_messages": row.message_auto_response,
        "alert_recipients": _ALERT_RECIPIENTS.get(row.group_membership, "primary_members"),
        "signature": html.clean(row.signature or "") or None,
        "created_at": row.created,
        "updated_at": row.updated,
    }


def _member_counts(tx: Read, department_ids: Collection[int]) -> Mapping[int, int]:
    member = memberships()
    counted = (
        select(member.c.department_id, func.count().label("members"))
        .join_from(member, t.staff, t.staff.c.staff_id == member.c.staff_id)
        .where(member.c.department_id.in_(list(department_ids)))
        .group_by(member.c.department_id)
    )
    return dict.fromkeys(department_ids, 0) | {row.department_id: row.members for row in tx.rows(counted)}
