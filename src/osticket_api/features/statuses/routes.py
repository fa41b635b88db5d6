"""Ticket statuses over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import SIGNED_IN
from osticket_api.features.statuses.queries import StatusQuery, get_status, list_statuses
from osticket_api.features.statuses.shapes import TicketStatus
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, query
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
