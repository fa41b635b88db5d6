"""Giving a ticket to an agent or a team.

Source: tickets.md 1.11 (automatic), 4.2 and 4.3.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import exists, select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import ANONYMOUS, Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.engine import Read, Write
from osticket_api.errors import Conflict, Invalid
from osticket_api.events.recording import TICKET_FILTER, record
from osticket_api.features.tickets.service.comments import add_comment
from osticket_api.features.tickets.service.referrals import add_referral, remove_referral
from osticket_api.features.tickets.service.status import reopen
from osticket_api.features.tickets.state import TicketState, save

_MEMBERS_ONLY, _PRIMARY_ONLY = 0x01, 0x10
_TEAM_ENABLED = 0x1


@dataclass(frozen=True)
class Assignee:
    """An agent (`staff`) or a team."""

    kind: Literal["staff", "team"]
    id: int
    name: str

    @property
    def referral_kind(self) -> str:
        return "S" if self.kind == "staff" else "E"


def get_assignee(tx: Read, *, staff_id: int | None, team_id: int | None) -> Assignee:
    """Who a ticket shall go to, if they can be given work.

    Raises: Invalid naming the field when there is no such agent or team, or they are not available.
    """
    if (staff_id is None) == (team_id is None):
        raise Invalid.because("Name either staff_id or team_id.", field="staff_id")
    if staff_id is not None:
        return _get_staff(tx, staff_id)
    assert team_id is not None
    return _get_team(tx, team_id)


def _get_staff(tx: Read, staff_id: int) -> Assignee:
    staff = t.staff.c
    row = tx.row(
        select(staff.firstname, staff.lastname, staff.isactive, staff.onvacation).where(staff.staff_id == staff_id)
    )
    if row is None:
        raise Invalid.because(f"There is no agent {staff_id}.", field="staff_id")
    name = f"{row.firstname} {row.lastname}".strip()
    if not row.isactive or row.onvacation:
        raise Invalid.because(f"{name} is not available for assignment.", field="staff_id")
    return Assignee("staff", staff_id, name)


def _get_team(tx: Read, team_id: int) -> Assignee:
    """An enabled team with somebody in it who is there."""
    team = t.team.c
    row = tx.row(select(team.name, team.flags).where(team.team_id == team_id))
    if row is None:
        raise Invalid.because(f"There is no team {team_id}.", field="team_id")
    staff = t.staff.c
    anybody = exists(
        select(t.team_member.c.staff_id)
        .join_from(t.team_member, t.staff, staff.staff_id == t.team_member.c.staff_id)
        .where(t.team_member.c.team_id == team_id, staff.isactive == 1, staff.onvacation == 0)
    )
    if not row.flags & _TEAM_ENABLED or not tx.scalar(select(anybody)):
        raise Invalid.because(f"The team {row.name} is not available for assignment.", field="team_id")
    return Assignee("team", team_id, row.name)


def assign(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    assignee: Assignee,
    *,
    comment: str | None = None,
    refer: bool = False,
) -> None:
    """Give the ticket to an agent or a team; the other of the two keeps it as well.

    A closed ticket is reopened. `refer`: the previous assignee of the same kind keeps access.
    Raises: Forbidden, Conflict when they have it already, Invalid when the department's rules forbid it.
    """
    require(actor, Permission.ticket_assign, ticket)
    previous = ticket.staff_id if assignee.kind == "staff" else ticket.team_id
    if previous == assignee.id:
        raise Conflict.because(f"The ticket is assigned to {assignee.name} already.")
    check_membership(tx, ticket.department_id, assignee)
    remove_referral(tx, ticket, assignee.referral_kind, assignee.id)
    save(tx, ticket, **{f"{assignee.kind}_id": assignee.id})
    is_self = isinstance(actor, Staff) and assignee.kind == "staff" and assignee.id == actor.id
    record(tx, "assigned", ticket.subject, actor, data=_told(assignee, is_self))
    if ticket.is_closed:
        reopen(tx, actor, ticket)
    if comment:
        title = f"Ticket claimed by {assignee.name}" if is_self else f"Ticket Assigned to {assignee.name}"
        add_comment(tx, actor, ticket, title, comment)
    if refer and previous is not None:
        add_referral(tx, ticket, assignee.referral_kind, previous)


def _told(assignee: Assignee, is_self: bool) -> dict[str, Any]:
    if is_self:
        return {"claim": True}
    return {"staff": [assignee.id, assignee.name]} if assignee.kind == "staff" else {"team": assignee.id}


def check_membership(tx: Read, department_id: int | None, assignee: Assignee) -> None:
    """Some departments give tickets to their members only, or to primary members only. Teams are free.

    Raises: Invalid.
    """
    flags = tx.scalar(select(t.department.c.flags).where(t.department.c.id == department_id)) or 0
    if assignee.kind == "team" or not flags & (_MEMBERS_ONLY | _PRIMARY_ONLY):
        return
    if not is_member(tx, department_id, assignee.id, primary_only=bool(flags & _PRIMARY_ONLY)):
        raise Invalid.because(
            f"The ticket's department gives tickets to its members only, and {assignee.name} is none.", field="staff_id"
        )


def is_member(tx: Read, department_id: int | None, staff_id: int, *, primary_only: bool = False) -> bool:
    """Whether the agent belongs to a department: primarily, or by extended access or as its manager."""
    staff, access, department = t.staff.c, t.staff_dept_access.c, t.department.c
    ways = [exists().where(staff.staff_id == staff_id, staff.dept_id == department_id)]
    if not primary_only:
        ways.append(exists().where(access.staff_id == staff_id, access.dept_id == department_id))
        ways.append(exists().where(department.id == department_id, department.manager_id == staff_id))
    return any(tx.scalar(select(way)) for way in ways)


def assign_automatically(
    tx: Write, actor: Principal, ticket: TicketState, *, staff_id: int | None, team_id: int | None
) -> None:
    """What filters, topics and organizations decide about a new ticket. Who is not available is passed over."""
    for wanted in ({"staff_id": staff_id, "team_id": None}, {"staff_id": None, "team_id": team_id}):
        if any(wanted.values()):
            try:
                assignee = get_assignee(tx, **wanted)
            except Invalid:
                continue
            save(tx, ticket, **{f"{assignee.kind}_id": assignee.id})
            credited = actor if isinstance(actor, Staff) else ANONYMOUS
            record(tx, "assigned", ticket.subject, credited, data={assignee.kind: assignee.id}, label=TICKET_FILTER)
