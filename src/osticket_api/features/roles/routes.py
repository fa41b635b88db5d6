"""Roles over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.features.roles.queries import get_role, list_roles
from osticket_api.features.roles.schemas import RoleCreate, RoleUpdate
from osticket_api.features.roles.setup import ROLES, add_role, delete_role, edit_role
from osticket_api.features.roles.shapes import Role
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
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


@router.create("", access=ADMINISTRATOR, returns=Role)
async def post_role(call: CallDependency, body: Annotated[RoleCreate, payload(RoleCreate)]) -> Response:
    """Add a role. It allows at least one thing."""
    return await ROLES.create(call, add_role, body.given())


@router.update("/{role}", access=ADMINISTRATOR, returns=Role)
async def update_role(call: CallDependency, role: PathId, body: Annotated[RoleUpdate, payload(RoleUpdate)]) -> Response:
    """Change a role. It holds for everybody who has it, within two seconds."""
    return await ROLES.change(call, role, edit_role, body.given())


@router.remove("/{role}", access=ADMINISTRATOR)
async def delete_role_route(call: CallDependency, role: PathId) -> Response:
    """Delete a role that no agent has; with 409 the answer tells how many have it."""
    return await ROLES.remove(call, role, delete_role)
