"""Ticket statuses over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import ADMINISTRATOR, SIGNED_IN
from osticket_api.features.statuses.queries import StatusQuery, get_status, list_statuses
from osticket_api.features.statuses.schemas import StatusCreate, StatusUpdate
from osticket_api.features.statuses.setup import STATUSES, add_status, delete_status, edit_status
from osticket_api.features.statuses.shapes import TicketStatus
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="statuses", prefix="/statuses")


@router.read("", access=SIGNED_IN, returns=Page[TicketStatus])
async def get_statuses(call: CallDependency, query: Annotated[StatusQuery, query(StatusQuery)]) -> Response:
    """The statuses of tickets. Users see open and closed ones."""
    page = await call.read(list_statuses, query)
    return call.listed(page, select_fields(page.items, TicketStatus, query.fields))


@router.read("/{status}", access=SIGNED_IN, returns=TicketStatus)
async def get_status_detail(call: CallDependency, status: PathId) -> Response:
    """A status."""
    return call.one(await call.read(get_status, status))


@router.create("", access=ADMINISTRATOR, returns=TicketStatus)
async def post_status_of_tickets(
    call: CallDependency, body: Annotated[StatusCreate, payload(StatusCreate)]
) -> Response:
    """Add a status that tickets can have."""
    return await STATUSES.create(call, add_status, body.given())


@router.update("/{status}", access=ADMINISTRATOR, returns=TicketStatus)
async def update_status(
    call: CallDependency, status: PathId, body: Annotated[StatusUpdate, payload(StatusUpdate)]
) -> Response:
    """Change a status. Built-in ones keep their name and their state."""
    return await STATUSES.change(call, status, edit_status, body.given())


@router.remove("/{status}", access=ADMINISTRATOR)
async def delete_status_route(call: CallDependency, status: PathId) -> Response:
    """Delete a status that no ticket has; with 409 the answer tells what has it."""
    return await STATUSES.remove(call, status, delete_status)
