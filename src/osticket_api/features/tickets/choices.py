"""Whom a ticket can be given to, with how much they have to do and whether they are there; and who sees it.

Source: tickets.md 4.3 and 11, people.md 3.6.
"""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from pydantic import Field
from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select, true

from osticket_api.access.people import belongs_to, works_in
from osticket_api.access.permissions import GlobalPermission, Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Staff
from osticket_api.access.readers import agents_who_may_open
from osticket_api.access.scope import is_open, reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag, TeamFlag
from osticket_api.db.unit import Read
from osticket_api.features.tickets.reference import missing, named
from osticket_api.web.input import Parameters
from osticket_api.web.paging import Page, PageNumber, PerPage


class AssigneesQuery(Parameters):
    page: PageNumber = 1
    per_page: PerPage = 20
    q: str | None = Field(None, max_length=255, description="Part of the name, or of the username.")
    kind: Literal["staff", "team"] | None = None


class AssigneeChoice(msgspec.Struct, kw_only=True):
    """An agent or a team that a ticket can be given to."""

    kind: Literal["staff", "team"]
    id: int
    name: str
    username: str | None
    """The user name of an agent."""
    is_available: bool
    """Agents on vacation, and teams of which nobody is there, get no tickets."""
    is_current: bool
    """Whether the ticket is assigned to this agent or team now."""
    open_ticket_count: int
    """How many open tickets they have, those of other departments too."""


@dataclass(frozen=True)
class _Ticket:
    department_id: int | None
    staff_id: int | None
    team_id: int | None
    is_open: bool


def list_assignees(tx: Read, caller: Staff, reference: str, query: AssigneesQuery) -> Page[AssigneeChoice]:
    """Agents and teams by name, those who are there first.

    Raises: NotFound, Forbidden: whoever may not assign learns nothing about who is there.
    """
    ticket = _get_ticket(tx, caller, reference)
    require(caller, Permission.ticket_assign, ticket)
    kinds = {"staff": _select_agents(tx, caller, ticket, query.q), "team": _select_teams(query.q)}
    choices = [select for kind, select in kinds.items() if query.kind in (None, kind)]
    both = choices[0].union_all(*choices[1:]).subquery("choices")
    order = (both.c.is_available.desc(), func.lower(both.c.name), both.c.kind, both.c.id)
    page = select(both).order_by(*order).limit(query.per_page).offset((query.page - 1) * query.per_page)
    total = int(tx.scalar(select(func.count()).select_from(both)))
    return Page([_to_response(row, ticket) for row in tx.rows(page)], query.per_page, query.page, total)


def assignable_agents(tx: Read, caller: Staff, reference: str) -> ColumnElement[bool]:
    """A condition on agents: those whom the caller can give this ticket to now. Raises: NotFound, Forbidden."""
    ticket = _get_ticket(tx, caller, reference)
    require(caller, Permission.ticket_assign, ticket)
    return and_(_choosable(tx, caller, ticket), t.staff.c.onvacation == 0)


def agents_who_see(tx: Read, caller: Staff, reference: str) -> ColumnElement[bool]:
    """A condition on agents: those who may open this ticket, which the caller may open. Raises: NotFound."""
    ticket_id = tx.scalar(select(t.ticket.c.ticket_id).where(named(reference), reachable_ticket(caller)).limit(1))
    if ticket_id is None:
        raise missing(reference)
    return agents_who_may_open(tx, ticket_id)


def _get_ticket(tx: Read, caller: Staff, reference: str) -> _Ticket:
    ticket, status = t.ticket.c, t.ticket_status.c
    row = tx.row(
        select(ticket.dept_id, ticket.staff_id, ticket.team_id, status.state)
        .outerjoin_from(t.ticket, t.ticket_status, status.id == ticket.status_id)
        .where(named(reference), reachable_ticket(caller))
    )
    if row is None:
        raise missing(reference)
    return _Ticket(row.dept_id, row.staff_id, row.team_id, row.state == "open")


def _select_agents(tx: Read, caller: Staff, ticket: _Ticket, text: str | None) -> Select[Any]:
    staff = t.staff.c
    name = func.coalesce(staff.firstname, "") + literal(" ") + func.coalesce(staff.lastname, "")
    found = or_(*(each.contains(text, autoescape=True) for each in (name, staff.username))) if text else true()
    return select(
        literal("staff").label("kind"), staff.staff_id.label("id"), name.label("name"), staff.username,
        (1 - staff.onvacation).label("is_available"), _load(t.ticket.c.staff_id, staff.staff_id),
    ).where(_choosable(tx, caller, ticket), found)  # fmt: skip


def _choosable(tx: Read, caller: Staff, ticket: _Ticket) -> ColumnElement[bool]:
    """Active agents whom the caller may choose among, and from whom the department takes its agents."""
    staff = t.staff.c
    wanted = [staff.isactive == 1, _accepted(tx, ticket.department_id)]
    if not caller.may(GlobalPermission.visibility_agents):
        wanted.append(or_(staff.staff_id == caller.id, works_in(caller.department_ids)))
    return and_(*wanted)


def _accepted(tx: Read, department_id: int | None) -> ColumnElement[bool]:
    department, staff = t.department.c, t.staff.c
    if department_id is None:
        return true()
    flags = tx.scalar(select(department.flags).where(department.id == department_id)) or 0
    if flags & DepartmentFlag.PRIMARY_MEMBERS_ONLY:
        return staff.dept_id == department_id
    return belongs_to([department_id]) if flags & DepartmentFlag.MEMBERS_ONLY else true()


def _select_teams(text: str | None) -> Select[Any]:
    team, staff, member = t.team.c, t.staff.c, t.team_member.c
    there = exists(
        select(literal(1))
        .join_from(t.team_member, t.staff, staff.staff_id == member.staff_id)
        .where(member.team_id == team.team_id, staff.isactive == 1, staff.onvacation == 0)
    )
    enabled = func.coalesce(team.flags, 0).bitwise_and(TeamFlag.ENABLED) != 0
    found = team.name.contains(text, autoescape=True) if text else true()
    return select(
        literal("team").label("kind"), team.team_id.label("id"), team.name.label("name"),
        literal(None).label("username"), there.label("is_available"),
        _load(t.ticket.c.team_id, team.team_id),
    ).where(enabled, found)  # fmt: skip


def _load(column: ColumnElement[Any], identity: ColumnElement[Any]) -> ColumnElement[int]:
    count = select(func.count()).select_from(t.ticket).where(column == identity, is_open())
    return count.scalar_subquery().label("open_ticket_count")


def _to_response(row: Row[Any], ticket: _Ticket) -> AssigneeChoice:
    return AssigneeChoice(
        kind=row.kind,
        id=row.id,
        name=row.name.strip(),
        username=row.username,
        is_available=bool(row.is_available),
        is_current=row.id == (ticket.staff_id if row.kind == "staff" else ticket.team_id),
        open_ticket_count=row.open_ticket_count,
    )
