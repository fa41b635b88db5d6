"""Reading agents."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select

from osticket_api.access.people import visible_staff, works_in
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import MemberFlag
from osticket_api.db.unit import Read
from osticket_api.errors import Faults, NotFound
from osticket_api.features.roles.api import granted
from osticket_api.features.staff.allowed import allowed_actions
from osticket_api.features.staff.requests import StaffQuery
from osticket_api.features.staff.responses import (
    DepartmentAccess,
    Preferences,
    StaffDetail,
    StaffSummary,
    TeamMembership,
)
from osticket_api.features.staff.service import agent, full_name
from osticket_api.features.staff.service.passwords import keeps_password_here
from osticket_api.features.staff.service.preferences import read_preferences
from osticket_api.features.staff.service.rights import keeps_role_when_assigned
from osticket_api.features.tickets.api import (
    TicketQuery,
    TicketSummary,
    agents_who_see,
    assignable_agents,
    list_tickets,
)
from osticket_api.kit import html
from osticket_api.query.filtering import FilterReader
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import SwitchedQuery, named, read_page
from osticket_api.web.paging import Page
from osticket_api.web.responses import NamedRef


def list_staff(
    tx: Read, principal: Principal, query: SwitchedQuery, *narrowing: ColumnElement[bool]
) -> Page[StaffSummary]:
    """The page of agents that the query asks for, among those the caller may see. Raises: Invalid."""
    staff = t.staff.c
    columns = {
        "id": staff.staff_id,
        "name": _name(),
        "last_name": staff.lastname,
        "username": staff.username,
        "last_login_at": staff.lastlogin,
        "created_at": staff.created,
        "updated_at": staff.updated,
    }
    wanted = [visible_staff(agent(principal))]
    if query.q is not None:
        wanted.append(_matches(query.q))
    if query.active is not None:
        wanted.append(staff.isactive == query.active)
    listing = Listing(principal, query, staff.staff_id, sort_keys(query.sort, columns), wanted, narrowing)
    return read_page(tx, listing, _select_staff(), lambda rows: _to_response(tx, rows))


def conditions(tx: Read, caller: Staff, query: StaffQuery) -> list[ColumnElement[bool]]:
    """The conditions of a list of agents.

    Raises: Invalid, NotFound for a ticket out of the caller's sight, Forbidden where the caller may not assign it.
    """
    faults = Faults()
    reader = FilterReader(tx, caller, query, faults)
    found = []
    if query.department_id is not None:
        found.append(works_in(reader.ids("department_id", query.department_id, {})))
    if query.team_id is not None:
        teams = reader.ids("team_id", query.team_id, {})
        found.append(t.staff.c.staff_id.in_(select(t.team_member.c.staff_id).where(t.team_member.c.team_id.in_(teams))))
    faults.raise_if_any()
    if query.assignable_to is not None:
        found.append(assignable_agents(tx, caller, query.assignable_to))
    if query.sees_ticket is not None:
        found.append(agents_who_see(tx, caller, query.sees_ticket))
    return found


def get_staff(tx: Read, principal: Principal, staff_id: int) -> StaffDetail:
    """An agent the caller may see. Raises: NotFound."""
    rows = tx.rows(_select_staff().where(t.staff.c.staff_id == staff_id, visible_staff(agent(principal))))
    if not rows:
        raise _missing(staff_id)
    shown = _to_response(tx, rows)[0]
    return StaffDetail(**msgspec.structs.asdict(shown), **_more(tx, agent(principal), rows[0]))


def list_tickets_of(tx: Read, principal: Principal, staff_id: int, query: TicketQuery) -> Page[TicketSummary]:
    """The tickets assigned to an agent whom the caller may see. Raises: NotFound, Invalid."""
    staff = t.staff.c
    visible = visible_staff(agent(principal))
    if tx.scalar(select(staff.staff_id).where(staff.staff_id == staff_id, visible)) is None:
        raise _missing(staff_id)
    return list_tickets(tx, principal, query, t.ticket.c.staff_id == staff_id)


def _missing(staff_id: int) -> NotFound:
    return NotFound.because(f"There is no agent {staff_id}.")


def _matches(text: str) -> ColumnElement[bool]:
    columns = (_name(), t.staff.c.username, t.staff.c.email)
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def _name() -> ColumnElement[str]:
    first_name, last_name = (func.coalesce(column, "") for column in (t.staff.c.firstname, t.staff.c.lastname))
    return first_name + literal(" ") + last_name


def _select_staff() -> Select[Any]:
    staff = t.staff.c
    return (
        select(t.staff, t.department.c.name.label("department_name"), t.role.c.name.label("role_name"))
        .select_from(t.staff)
        .outerjoin(t.department, t.department.c.id == staff.dept_id)
        .outerjoin(t.role, t.role.c.id == staff.role_id)
    )


def _to_response(tx: Read, rows: Sequence[Row[Any]]) -> list[StaffSummary]:
    ids = [row.staff_id for row in rows]
    departments, teams = _departments(tx, ids), _teams(tx, ids)
    return [_staff(row, departments[row.staff_id], teams[row.staff_id]) for row in rows]


def _staff(row: Row[Any], departments: list[DepartmentAccess], teams: list[TeamMembership]) -> StaffSummary:
    return StaffSummary(
        id=row.staff_id,
        username=row.username,
        first_name=row.firstname or "",
        last_name=row.lastname or "",
        name=full_name(row),
        email=row.email or None,
        phone=row.phone or None,
        phone_extension=row.phone_ext or None,
        mobile=row.mobile or None,
        department=named(row.dept_id, row.department_name),
        role=named(row.role_id, row.role_name),
        is_admin=row.isadmin,
        is_active=row.isactive,
        is_visible=row.isvisible,
        on_vacation=row.onvacation,
        assigned_only=row.assigned_only,
        departments=departments,
        teams=teams,
        permissions=granted(row.permissions),
        signature=html.clean(row.signature or "") or None,
        timezone=row.timezone or None,
        language=row.lang or None,
        last_login_at=row.lastlogin,
        created_at=row.created,
        updated_at=row.updated,
    )


def _more(tx: Read, caller: Staff, row: Row[Any]) -> dict[str, Any]:
    """The details of a single agent, as far as the caller may see them."""
    more: dict[str, Any] = {
        "keeps_role_when_assigned": keeps_role_when_assigned(row.extra),
        "locale": row.locale or None,
    }
    if caller.is_admin or caller.id == row.staff_id:
        more |= {"must_change_password": row.change_passwd, "password_changed_at": row.passwdreset}
    if caller.is_admin:
        more |= {"backend": row.backend or None, "notes": html.clean(row.notes or "") or None}
    if caller.id == row.staff_id:
        more["preferences"] = Preferences(**read_preferences(tx, row))
        more["allowed"] = allowed_actions(caller, keeps_password_here=keeps_password_here(row.backend))
    return more


def _departments(tx: Read, staff_ids: Collection[int]) -> dict[int, list[DepartmentAccess]]:
    access = t.staff_dept_access.c
    rows = tx.rows(
        select(
            access.staff_id, access.dept_id, t.department.c.name, access.role_id, t.role.c.name.label("role_name"),
            access.flags,
        )
        .join_from(t.staff_dept_access, t.department, t.department.c.id == access.dept_id)
        .outerjoin(t.role, t.role.c.id == access.role_id)
        .where(access.staff_id.in_(list(staff_ids)))
        .order_by(t.department.c.name, access.dept_id)
    )  # fmt: skip
    found: dict[int, list[DepartmentAccess]] = {staff_id: [] for staff_id in staff_ids}
    for row in rows:
        role = named(row.role_id, row.role_name)
        found[row.staff_id].append(
            DepartmentAccess(NamedRef(row.dept_id, row.name), role, bool(row.flags & MemberFlag.ALERTS))
        )
    return found


def _teams(tx: Read, staff_ids: Collection[int]) -> dict[int, list[TeamMembership]]:
    member = t.team_member.c
    rows = tx.rows(
        select(member.staff_id, member.team_id, t.team.c.name, member.flags)
        .join_from(t.team_member, t.team, t.team.c.team_id == member.team_id)
        .where(member.staff_id.in_(list(staff_ids)))
        .order_by(t.team.c.name, member.team_id)
    )
    found: dict[int, list[TeamMembership]] = {staff_id: [] for staff_id in staff_ids}
    for row in rows:
        found[row.staff_id].append(TeamMembership(row.team_id, row.name, bool(row.flags & MemberFlag.ALERTS)))
    return found
