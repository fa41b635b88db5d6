"""Teams over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.features.teams.queries import get_team, list_teams
from osticket_api.features.teams.shapes import Team, TeamDetail
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, query
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
