"""Reading teams."""

from typing import Any

from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, Select, func, select

from osticket_api.access.people import visible_staff
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import MemberFlag, TeamFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.staff.api import agent, full_name
from osticket_api.features.teams.responses import Team, TeamDetail, TeamMember
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import SwitchedQuery, matching, read_page
from osticket_api.web.paging import Page
from osticket_api.web.responses import StaffRef


def list_teams(tx: Read, principal: Principal, query: SwitchedQuery, *narrowing: ColumnElement[bool]) -> Page[Team]:
    """The page of teams that the query asks for. Raises: Invalid."""
    team = t.team.c
    wanted = matching(query, team.name, has_flag(team.flags, TeamFlag.ENABLED))
    columns = {"id": team.team_id, "name": team.name, "created_at": team.created, "updated_at": team.updated}
    listing = Listing(principal, query, team.team_id, sort_keys(query.sort, columns), wanted, narrowing)
    return read_page(tx, listing, _select_teams(), lambda rows: [Team(**_fields(principal, row)) for row in rows])


def get_team(tx: Read, principal: Principal, team_id: int) -> TeamDetail:
    """Raises: NotFound."""
    row = tx.row(_select_teams().where(t.team.c.team_id == team_id))
    if row is None:
        raise NotFound.because(f"There is no team {team_id}.")
    return TeamDetail(**_fields(principal, row), members=_members(tx, principal, team_id))


def _select_teams() -> Select[Any]:
    team, member = t.team.c, t.team_member.alias("member").c
    known = t.staff.alias("known").c
    count = (
        select(func.count())
        .where(member.team_id == team.team_id, known.staff_id == member.staff_id)
        .correlate(t.team)
        .scalar_subquery()
    )
    return (
        select(
            t.team, count.label("member_count"), t.staff.c.staff_id, t.staff.c.username, t.staff.c.firstname,
            t.staff.c.lastname,
        )
        .select_from(t.team)
        .outerjoin(t.staff, t.staff.c.staff_id == team.lead_id)
    )  # fmt: skip


def _fields(principal: Principal, row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.team_id,
        "name": row.name,
        "is_active": bool(row.flags & TeamFlag.ENABLED),
        "lead": None if row.staff_id is None else StaffRef(row.staff_id, full_name(row), row.username),
        "member_count": row.member_count,
        "sends_alerts": not row.flags & TeamFlag.NO_ALERTS,
        "notes": row.notes if agent(principal).is_admin else UNSET,
        "created_at": row.created,
        "updated_at": row.updated,
    }


def _members(tx: Read, principal: Principal, team_id: int) -> list[TeamMember]:
    staff, member = t.staff.c, t.team_member.c
    rows = tx.rows(
        select(staff.staff_id, staff.username, staff.firstname, staff.lastname, member.flags)
        .join_from(t.team_member, t.staff, staff.staff_id == member.staff_id)
        .where(member.team_id == team_id, visible_staff(agent(principal)))
        .order_by(staff.firstname, staff.lastname, staff.staff_id)
    )
    return [TeamMember(row.staff_id, full_name(row), row.username, bool(row.flags & MemberFlag.ALERTS)) for row in rows]
