"""Roles over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.roles.queries import get_role, list_roles
from osticket_api.features.roles.requests import RoleCreate, RoleUpdate
from osticket_api.features.roles.responses import Role
from osticket_api.features.roles.service import ROLES, add_role, delete_role, edit_role
from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="roles", prefix="/roles")


@router.get("", access=STAFF)
def get_roles(unit: Read, caller: Staff, query: SwitchedQuery) -> Page[Role]:
    """The roles, with what they allow."""
    return list_roles(unit, caller, query)


@router.get("/{role}", access=STAFF)
def get_role_detail(unit: Read, caller: Staff, role: PathId) -> Role:
    """A role."""
    return get_role(unit, caller, role)


@router.post("", access=ADMINISTRATOR)
def post_role(unit: Write, caller: Staff, body: RoleCreate) -> Created[Role]:
    """Add a role with at least one permission."""
    role_id = add_role(unit, caller, body.given())
    return Created(ROLES.get(unit, caller, role_id))


@router.patch("/{role}", access=ADMINISTRATOR)
def update_role(unit: Write, caller: Staff, role: PathId, body: RoleUpdate) -> Role:
    """Change a role. The rights of all agents with the role change within a second, on all servers."""
    edit_role(unit, caller, ROLES.get_for_update(unit, caller, role), body.given())
    return ROLES.get(unit, caller, role)


@router.delete("/{role}", access=ADMINISTRATOR)
def delete_role_route(unit: Write, caller: Staff, role: PathId) -> None:
    """Delete a role that no agent has; with 409 the answer tells how many have it."""
    delete_role(unit, caller, ROLES.get_for_update(unit, caller, role))
    ROLES.note_deleted(unit, role)
