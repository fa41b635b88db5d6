"""Teams over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.features.teams.queries import get_team, list_teams
from osticket_api.features.teams.schemas import TeamCreate, TeamUpdate
from osticket_api.features.teams.setup import TEAMS, add_team, delete_team, edit_team
from osticket_api.features.teams.shapes import Team, TeamDetail
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router
from osticket_api.web.small_lists import SwitchedQuery

router = Router(tag="teams", prefix="/teams")


@router.read("", access=STAFF, returns=Page[Team])
async def get_teams(call: CallDependency, query: Annotated[SwitchedQuery, query(SwitchedQuery)]) -> Response:
    """The teams."""
    page = await call.read(list_teams, query)
    return call.listed(page, select_fields(page.items, Team, query.fields))


@router.read("/{team}", access=STAFF, returns=TeamDetail)
async def get_team_detail(call: CallDependency, team: PathId) -> Response:
    """A team with its members."""
    return call.one(await call.read(get_team, team))


@router.create("", access=ADMINISTRATOR, returns=TeamDetail)
async def post_team(call: CallDependency, body: Annotated[TeamCreate, payload(TeamCreate)]) -> Response:
    """Add a team."""
    return await TEAMS.create(call, add_team, body.given())


@router.update("/{team}", access=ADMINISTRATOR, returns=TeamDetail)
async def update_team(call: CallDependency, team: PathId, body: Annotated[TeamUpdate, payload(TeamUpdate)]) -> Response:
    """Change a team. Nothing new is assigned to one that is not in use; what it has stays with it."""
    return await TEAMS.change(call, team, edit_team, body.given())


@router.remove("/{team}", access=ADMINISTRATOR)
async def delete_team_route(call: CallDependency, team: PathId) -> Response:
    """Delete a team. Its tickets and tasks stay where they are, and are no team's then."""
    return await TEAMS.remove(call, team, delete_team)
