"""Which agents may open a ticket, as SQL: `reachable_ticket` of `scope.py` the other way round.

Source: tickets.md 10.1
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read


@dataclass(frozen=True)
class _Places:
    """Departments, those in which work gives access to them, and their managers."""

    departments: Collection[int]
    managers: Collection[int]


def agents_who_may_open(tx: Read, ticket_id: int) -> ColumnElement[bool]:
    """Select the active agents who may open this ticket. The caller's own rights do not matter."""
    ticket, status, staff = t.ticket.c, t.ticket_status.c, t.staff.c
    row = tx.row(
        select(ticket.dept_id, ticket.staff_id, ticket.team_id, status.state)
        .outerjoin_from(t.ticket, t.ticket_status, status.id == ticket.status_id)
        .where(ticket.ticket_id == ticket_id)
    )
    assert row is not None
    referred = _referrals(tx, ticket_id)
    has_ticket = row.state == "open"
    agents = _known(referred["S"], [row.staff_id] if has_ticket else [])
    teams = _known(referred["E"], [row.team_id] if has_ticket else [])
    own, others = _around(tx, [row.dept_id] if row.dept_id else []), _around(tx, referred["D"])
    return and_(
        staff.isactive == 1,
        or_(
            staff.staff_id.in_([*agents, *others.managers]),
            staff.staff_id.in_(select(t.team_member.c.staff_id).where(t.team_member.c.team_id.in_(teams))),
            _has_role_in(others.departments),
            and_(staff.assigned_only == 0, or_(_has_role_in(own.departments), staff.staff_id.in_(own.managers))),
        ),
    )


def _known(*ids: Iterable[int | None]) -> list[int]:
    return sorted({each for some in ids for each in some if each})


def _referrals(tx: Read, ticket_id: int) -> dict[str, list[int]]:
    """The ids of agents (S), teams (E) and departments (D) to whom the ticket, or one merged into it, is referred."""
    thread, referral = t.thread.c, t.thread_referral.c
    rows = tx.rows(
        select(referral.object_type, referral.object_id)
        .join_from(t.thread, t.thread_referral, referral.thread_id == thread.id)
        .where(thread.object_id == ticket_id, thread.object_type.in_(("T", "C")))
    )
    return {kind: [row.object_id for row in rows if row.object_type == kind] for kind in "SED"}


def _around(tx: Read, department_ids: Collection[int]) -> _Places:
    """Access cascades to what lies below a department, managing it does not. Source: people.md 3.7"""
    department = t.department.c
    if not department_ids:
        return _Places([], [])
    rows = tx.rows(select(department.path, department.manager_id).where(department.id.in_(department_ids)))
    above = [int(part) for row in rows for part in row.path.split("/") if part]
    return _Places(_known(above), _known(row.manager_id for row in rows))


def _has_role_in(department_ids: Collection[int]) -> ColumnElement[bool]:
    """By the primary department, or by access with a role that is there."""
    access, staff = t.staff_dept_access.c, t.staff.c
    extended = (
        select(access.staff_id)
        .join_from(t.staff_dept_access, t.role, t.role.c.id == access.role_id)
        .where(access.dept_id.in_(department_ids))
    )
    return or_(staff.dept_id.in_(department_ids), staff.staff_id.in_(extended))
