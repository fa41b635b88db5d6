"""Roles over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.features.roles.queries import get_role, list_roles
from osticket_api.features.roles.shapes import Role
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router
from osticket_api.web.small_lists import SwitchedQuery

router = Router(tag="roles", prefix="/roles")


@router.read("", access=STAFF, returns=Page[Role])
async def get_roles(call: CallDependency, query: Annotated[SwitchedQuery, query(SwitchedQuery)]) -> Response:
    """The roles, with what they allow."""
    page = await call.read(list_roles, query)
    return call.listed(page, select_fields(page.items, Role, query.fields))


@router.read("/{role}", access=STAFF, returns=Role)
async def get_role_detail(call: CallDependency, role: PathId) -> Response:
    """A role."""
    return call.one(await call.read(get_role, role))
