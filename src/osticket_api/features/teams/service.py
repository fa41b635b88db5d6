"""Setting up teams. Source: people.md 3.9, golden cases 322 to 325."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Row, delete, select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import MemberFlag, TeamFlag
from osticket_api.db.sets import replace_set
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Faults
from osticket_api.features.staff.api import free_assignments
from osticket_api.features.teams.queries import get_team
from osticket_api.query.choices import AGENT, check_choice
from osticket_api.query.resource import Resource

TEAMS: Final = Resource("team", t.team, get_team)


def add_team(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a team. Returns its id. Raises: Conflict for a name that is taken, Invalid for agents who are not there."""
    TEAMS.check_unique(tx, "name", given["name"], field="name")
    _check_agents(tx, given, held=())
    team_id = TEAMS.insert(tx, **{"flags": TeamFlag.ENABLED, **_columns(given, TeamFlag.ENABLED)})
    _set_members(tx, team_id, given)
    return team_id


def edit_team(tx: Write, actor: Principal, team: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a team. A lead who is taken out of the members leads no more, unless `lead_id` names them.

    Raises: Conflict for a name that is taken, Invalid for agents who are not there.
    """
    if "name" in given:
        TEAMS.check_unique(tx, "name", given["name"], field="name", but=team.team_id)
    members = set(tx.scalars(select(t.team_member.c.staff_id).where(t.team_member.c.team_id == team.team_id)))
    _check_agents(tx, given, held={*members, team.lead_id})
    columns = _columns(given, team.flags)
    if "lead_id" not in given and _loses_lead(team, members, given):
        columns["lead_id"] = None
    TEAMS.save(tx, team, columns)
    _set_members(tx, team.team_id, given)


def delete_team(tx: Write, actor: Principal, team: Row[Any]) -> None:
    """Delete a team. Its tickets and tasks then have no team; topics, organizations and filters stop naming it."""
    tx.change(delete(t.team_member).where(t.team_member.c.team_id == team.team_id))
    tx.change(delete(t.team).where(t.team.c.team_id == team.team_id))
    free_assignments(tx, "team", team.team_id)


def _columns(given: Mapping[str, Any], flags: int) -> dict[str, Any]:
    columns = {name: given[name] for name in ("name", "lead_id", "notes") if name in given}
    for name, bit, set_when in (("is_active", TeamFlag.ENABLED, True), ("sends_alerts", TeamFlag.NO_ALERTS, False)):
        if name in given:
            flags = flags | bit if given[name] is set_when else flags & ~bit
    return {**columns, "flags": flags}


def _check_agents(tx: Read, given: Mapping[str, Any], held: Collection[int | None]) -> None:
    """Check the agents of a team. Members that the team has already may stay, even if they are locked."""
    if given.get("lead_id") not in held:
        check_choice(tx, AGENT, given.get("lead_id"), field="lead_id")
    staff = t.staff.c
    new = {member.staff_id for member in given.get("members", ())} - set(held)
    usable = set(tx.scalars(select(staff.staff_id).where(staff.staff_id.in_(new), staff.isactive == 1)))
    faults = Faults()
    for place, member in enumerate(given.get("members", ())):
        if member.staff_id in new - usable:
            faults.add(f"members.{place}.staff_id", f"There is no active agent {member.staff_id}.")
    faults.raise_if_any()


def _loses_lead(team: Row[Any], members: Collection[int], given: Mapping[str, Any]) -> bool:
    kept = [member.staff_id for member in given.get("members", ())]
    return "members" in given and team.lead_id in members and team.lead_id not in kept


def _set_members(tx: Write, team_id: int, given: Mapping[str, Any]) -> None:
    if "members" not in given:
        return
    wanted = {member.staff_id: {"flags": MemberFlag.ALERTS if member.alerts else 0} for member in given["members"]}
    if replace_set(tx, t.team_member, {"team_id": team_id}, "staff_id", wanted):
        tx.note_effect("team", id=team_id, members=sorted(wanted))
