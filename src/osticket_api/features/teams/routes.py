"""Teams over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.teams.queries import get_team, list_teams
from osticket_api.features.teams.requests import TeamCreate, TeamUpdate
from osticket_api.features.teams.responses import Team, TeamDetail
from osticket_api.features.teams.service import TEAMS, add_team, delete_team, edit_team
from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="teams", prefix="/teams")


@router.get("", access=STAFF)
def get_teams(unit: Read, caller: Staff, query: SwitchedQuery) -> Page[Team]:
    """The teams."""
    return list_teams(unit, caller, query)


@router.get("/{team}", access=STAFF)
def get_team_detail(unit: Read, caller: Staff, team: PathId) -> TeamDetail:
    """A team with its members."""
    return get_team(unit, caller, team)


@router.post("", access=ADMINISTRATOR)
def post_team(unit: Write, caller: Staff, body: TeamCreate) -> Created[TeamDetail]:
    """Add a team."""
    team_id = add_team(unit, caller, body.given())
    return Created(TEAMS.get(unit, caller, team_id))


@router.patch("/{team}", access=ADMINISTRATOR)
def update_team(unit: Write, caller: Staff, team: PathId, body: TeamUpdate) -> TeamDetail:
    """Change a team. Nothing more is assigned to a team that is not in use; tickets and tasks that it has stay with
    it.
    """
    edit_team(unit, caller, TEAMS.get_for_update(unit, caller, team), body.given())
    return TEAMS.get(unit, caller, team)


@router.delete("/{team}", access=ADMINISTRATOR)
def delete_team_route(unit: Write, caller: Staff, team: PathId) -> None:
    """Delete a team. Its tickets and tasks stay where they are, without a team."""
    delete_team(unit, caller, TEAMS.get_for_update(unit, caller, team))
    TEAMS.note_deleted(unit, team)
