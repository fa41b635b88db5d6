"""Queues over HTTP."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.rules import STAFF
from osticket_api.features.queues.counts import count_queues
from osticket_api.features.queues.queries import get_queue, list_queue_tickets, list_queues
from osticket_api.features.queues.schemas import QueueTicketsQuery, SearchCreate, SearchUpdate
from osticket_api.features.queues.setup import SEARCHES, add_search, delete_search, edit_search
from osticket_api.features.queues.shapes import Queue, QueueBrief, QueueCount
from osticket_api.features.tickets.shapes import Ticket
from osticket_api.web.call import CallDependency
from osticket_api.web.fields import select_fields
from osticket_api.web.input import PathId, payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="queues", prefix="/queues")


@router.read("", access=STAFF, returns=Page[QueueBrief])
async def get_queues(call: CallDependency) -> Response:
    """The queues and saved searches that the agent sees, as a tree."""
    return call.listed(await call.read(list_queues))


@router.read("/counts", access=STAFF, returns=Page[QueueCount])
async def get_queue_counts(call: CallDependency) -> Response:
    """How many tickets each queue holds for the agent: up to 1,000, some seconds old at most."""
    return call.listed(await call.read(count_queues))


@router.read("/{queue}", access=STAFF, returns=Queue)
async def get_queue_detail(call: CallDependency, queue: PathId) -> Response:
    """A queue with its criteria, columns and orders, those that it takes over included."""
    return call.one(await call.read(get_queue, queue))


@router.read("/{queue}/tickets", access=STAFF, returns=Page[Ticket])
async def get_queue_tickets(
    call: CallDependency, queue: PathId, query: Annotated[QueueTicketsQuery, query(QueueTicketsQuery)]
) -> Response:
    """The tickets of a queue that the agent may see, in the queue's own order.

    All filters of ticket lists narrow further. A queue with a criterion that this server cannot ask for answers 501
    and names it; no criterion is ever left out.
    """
    page = await call.read(list_queue_tickets, queue, query)
    return call.listed(page, select_fields(page.items, Ticket, query.fields))


@router.create("", access=STAFF, returns=Queue)
async def post_queue(call: CallDependency, body: Annotated[SearchCreate, payload(SearchCreate)]) -> Response:
    """Save a search, for the agent alone. osTicket shows it to them too."""
    return await SEARCHES.create(call, add_search, body.columns())


@router.update("/{queue}", access=STAFF, returns=Queue)
async def update_queue(
    call: CallDependency, queue: PathId, body: Annotated[SearchUpdate, payload(SearchUpdate)]
) -> Response:
    """Change a search that the agent has saved. Queues of the help desk are set up in osTicket."""
    return await SEARCHES.change(call, queue, edit_search, body.columns())


@router.remove("/{queue}", access=STAFF)
async def delete_queue(call: CallDependency, queue: PathId) -> Response:
    """Delete a search that the agent has saved."""
    return await SEARCHES.remove(call, queue, delete_search)
