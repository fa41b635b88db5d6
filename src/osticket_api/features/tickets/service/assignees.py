"""Agents and teams to whom a ticket can be assigned. Source: tickets.md 4.3 and 11."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, exists, select

from osticket_api.access.people import belongs_to, works_in
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag, TeamFlag
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid


@dataclass(frozen=True)
class Assignee:
    """An agent (`staff`) or a team."""

    kind: Literal["staff", "team"]
    id: int
    name: str

    @property
    def referral_kind(self) -> Literal["S", "E"]:
        return "S" if self.kind == "staff" else "E"

    @property
    def told(self) -> dict[str, Any]:
        """The assignee as event data names them: agents with their name, teams by id alone."""
        return {"staff": [self.id, self.name]} if self.kind == "staff" else {"team": self.id}


def choose_assignee(tx: Read, actor: Principal, *, staff_id: int | None, team_id: int | None) -> Assignee:
    """Whom the actor wants something to go to, if they can be given work.

    Whoever does not see the agents of all departments chooses among those of their own, and does not learn which
    others there are. Teams are free.

    Raises: as `get_assignee`.
    Source: people.md 3.6
    """
    if staff_id is not None and not _is_in_sight(tx, actor, staff_id):
        message = f"You share no department with agent {staff_id}."
        detail = {"permission": GlobalPermission.visibility_agents}
        raise Invalid.because(message, field="staff_id", detail=detail)
    return get_assignee(tx, staff_id=staff_id, team_id=team_id)


def _is_in_sight(tx: Read, actor: Principal, staff_id: int) -> bool:
    if not isinstance(actor, Staff) or staff_id == actor.id or actor.may(GlobalPermission.visibility_agents):
        return True
    return _is(tx, staff_id, works_in(actor.department_ids))


def get_assignee(tx: Read, *, staff_id: int | None, team_id: int | None) -> Assignee:
    """The agent or team that a ticket shall be assigned to.

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
    name = f"{row.firstname or ''} {row.lastname or ''}".strip()
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
    if not row.flags & TeamFlag.ENABLED or not tx.scalar(select(anybody)):
        raise Invalid.because(f"The team {row.name} is not available for assignment.", field="team_id")
    return Assignee("team", team_id, row.name)


def accepts(tx: Read, department_id: int | None, assignee: Assignee) -> bool:
    """Whether the department allows tickets to be assigned to this assignee: some departments allow only members.

    Teams are always allowed. Source: tickets.md 11
    """
    if department_id is None or assignee.kind == "team":
        return True
    flags = tx.scalar(select(t.department.c.flags).where(t.department.c.id == department_id)) or 0
    if flags & DepartmentFlag.PRIMARY_MEMBERS_ONLY:
        return _is(tx, assignee.id, t.staff.c.dept_id == department_id)
    return not flags & DepartmentFlag.MEMBERS_ONLY or is_member(tx, department_id, assignee.id)


def is_member(tx: Read, department_id: int, staff_id: int) -> bool:
    """Whether the agent belongs to a department: primarily, or by extended access or as its manager."""
    return _is(tx, staff_id, belongs_to([department_id]))


def _is(tx: Read, staff_id: int, condition: ColumnElement[bool]) -> bool:
    """Whether the condition holds for this agent."""
    return bool(tx.scalar(select(exists().where(t.staff.c.staff_id == staff_id, condition))))
