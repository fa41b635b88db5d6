"""Agents over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.features.staff.queries import get_me, get_staff, list_staff, list_tickets_of
from osticket_api.features.staff.shapes import StaffMember
from osticket_api.features.tickets.filters import TicketQuery
from osticket_api.features.tickets.shapes import Ticket
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, query
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


@router.read("/me", access=STAFF, returns=StaffMember)
async def get_staff_me(call: CallDependency) -> Response:
    """The agent who calls."""
    return call.one(await call.read(get_me))


@router.read("/{staff}", access=STAFF, returns=StaffMember)
async def get_staff_detail(call: CallDependency, staff: PathId) -> Response:
    """An agent."""
    return call.one(await call.read(get_staff, staff))


@router.read("/{staff}/tickets", access=STAFF, returns=Page[Ticket])
async def get_tickets_of_staff(
    call: CallDependency, staff: PathId, query: Annotated[TicketQuery, query(TicketQuery)]
) -> Response:
    """The tickets assigned to an agent that the caller may see, with all that lists of tickets offer."""
    page = await call.read(list_tickets_of, staff, query)
    return call.listed(page, select_fields(page.items, Ticket, query.fields))
