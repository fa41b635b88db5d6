"""Queues over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.queues.counts import count_queues
from osticket_api.features.queues.queries import get_queue, list_queue_tickets, list_queues
from osticket_api.features.queues.requests import QueueTicketsQuery, SearchCreate, SearchUpdate
from osticket_api.features.queues.responses import Queue, QueueBrief, QueueCount
from osticket_api.features.queues.service import SEARCHES, add_search, delete_search, edit_search
from osticket_api.features.tickets.api import TicketSummary
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="queues", prefix="/queues")


@router.get("", access=STAFF)
def get_queues(unit: Read, caller: Staff) -> Page[QueueBrief]:
    """The queues and saved searches that the agent sees, as a tree."""
    return list_queues(unit, caller)


@router.get("/counts", access=STAFF)
def get_queue_counts(unit: Read, caller: Staff) -> Page[QueueCount]:
    """How many tickets each queue holds for the agent: up to 1,000, some seconds old at most."""
    return count_queues(unit, caller)


@router.get("/{queue}", access=STAFF)
def get_queue_detail(unit: Read, caller: Staff, queue: PathId) -> Queue:
    """A queue with its criteria, columns and orders, those that it takes over included."""
    return get_queue(unit, caller, queue)


@router.get("/{queue}/tickets", access=STAFF)
def get_queue_tickets(unit: Read, caller: Staff, queue: PathId, query: QueueTicketsQuery) -> Page[TicketSummary]:
    """The tickets of a queue that the agent may see, in the queue's own order.

    All filters of ticket lists narrow further. A queue with a criterion that this server does not support answers 501
    and names the criterion; no criterion is ever left out.
    """
    return list_queue_tickets(unit, caller, queue, query)


@router.post("", access=STAFF)
def post_queue(unit: Write, caller: Staff, body: SearchCreate) -> Created[Queue]:
    """Save a search, for the agent alone. osTicket shows it to them too."""
    search_id = add_search(unit, caller, body.columns())
    return Created(SEARCHES.get(unit, caller, search_id))


@router.patch("/{queue}", access=STAFF)
def update_queue(unit: Write, caller: Staff, queue: PathId, body: SearchUpdate) -> Queue:
    """Change a search that the agent has saved. Queues of the help desk are set up in osTicket."""
    edit_search(unit, caller, SEARCHES.get_for_update(unit, caller, queue), body.columns())
    return SEARCHES.get(unit, caller, queue)


@router.delete("/{queue}", access=STAFF)
def delete_queue(unit: Write, caller: Staff, queue: PathId) -> None:
    """Delete a search that the agent has saved."""
    delete_search(unit, caller, SEARCHES.get_for_update(unit, caller, queue))
    SEARCHES.note_deleted(unit, queue)
