"""Agents over HTTP."""

import asyncio
from typing import Annotated

from starlette.responses import Response

from osticket_api.access.passwords import hashed
from osticket_api.access.principal import Principal
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.engine import Write
from osticket_api.features.auth.reset_links import ResetLink
from osticket_api.features.staff.queries import get_staff, list_staff, list_tickets_of
from osticket_api.features.staff.schemas import PasswordSet, StaffCreate, StaffUpdate
from osticket_api.features.staff.service.create import add_staff
from osticket_api.features.staff.service.delete import delete_staff
from osticket_api.features.staff.service.edit import edit_staff
from osticket_api.features.staff.service.passwords import add_reset_link, set_password
from osticket_api.features.staff.setup import STAFF_MEMBERS
from osticket_api.features.staff.shapes import StaffDetail, StaffMember
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.shapes import Ticket
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router
from osticket_api.web.small_lists import SwitchedQuery

router = Router(tag="staff", prefix="/staff")


@router.read("", access=STAFF, returns=Page[StaffMember])
async def get_staff_list(call: CallDependency, query: Annotated[SwitchedQuery, query(SwitchedQuery)]) -> Response:
    """The agents: all of them with `visibility.agents`, else those of the caller's departments.

    `q` looks into names, usernames and addresses.
    """
    page = await call.read(list_staff, query)
    return call.listed(page, select_fields(page.items, StaffMember, query.fields))


@router.create("", access=ADMINISTRATOR, returns=StaffDetail)
async def post_staff(call: CallDependency, body: Annotated[StaffCreate, payload(StaffCreate)]) -> Response:
    """Add an agent, with a password or with one to choose by the link that `password-reset` gives.

    They are told nothing: this server sends no mail.
    """
    password = await asyncio.to_thread(hashed, body.password) if body.password else None
    return await STAFF_MEMBERS.create(call, add_staff, body.properties(), password)


@router.read("/{staff}", access=STAFF, returns=StaffDetail)
async def get_staff_detail(call: CallDependency, staff: PathId) -> Response:
    """An agent."""
    return call.one(await call.read(get_staff, staff))


@router.update("/{staff}", access=ADMINISTRATOR, returns=StaffDetail)
async def update_staff(
    call: CallDependency, staff: PathId, body: Annotated[StaffUpdate, payload(StaffUpdate)]
) -> Response:
    """Change an agent. Administrators cannot lock or demote themselves, nor the last administrator."""
    return await STAFF_MEMBERS.change(call, staff, edit_staff, body.given())


@router.remove("/{staff}", access=ADMINISTRATOR)
async def delete_staff_route(call: CallDependency, staff: PathId) -> Response:
    """Delete an agent, for good. Their tickets and tasks are nobody's then; what they wrote stays, under their name."""
    return await STAFF_MEMBERS.remove(call, staff, delete_staff)


@router.act("/{staff}/password", access=ADMINISTRATOR, returns=StaffDetail)
async def set_staff_password(
    call: CallDependency, staff: PathId, body: Annotated[PasswordSet, payload(PasswordSet)]
) -> Response:
    """Give an agent a password. They are signed out everywhere."""
    password = await asyncio.to_thread(hashed, body.password)
    return await STAFF_MEMBERS.change(call, staff, set_password, password, must_change=body.must_change_password)


@router.act("/{staff}/password-reset", access=ADMINISTRATOR, returns=ResetLink)
async def post_staff_reset_link(call: CallDependency, staff: PathId) -> Response:
    """Make a link with which an agent chooses a password on osTicket's own page. Hand it over to nobody else.

    It signs in whoever has it. This server sends no mail.
    """
    return await call.tell_once(200, _reset_link, staff, call.precondition)


def _reset_link(tx: Write, principal: Principal, staff_id: int, precondition: Precondition) -> ResetLink:
    return add_reset_link(tx, principal, STAFF_MEMBERS.to_change(tx, principal, staff_id, precondition))


@router.read("/{staff}/tickets", access=STAFF, returns=Page[Ticket])
async def get_tickets_of_staff(
    call: CallDependency, staff: PathId, query: Annotated[TicketQuery, query(TicketQuery)]
) -> Response:
    """The tickets assigned to an agent that the caller may see, with all that lists of tickets offer."""
    page = await call.read(list_tickets_of, staff, query)
    return call.listed(page, select_fields(page.items, Ticket, query.fields))
