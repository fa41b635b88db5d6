"""Tickets that belong together, over HTTP: merging, linking, children, and deleting."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid
from osticket_api.features.tickets.bulk import BulkOutcome, run, to_bulk
from osticket_api.features.tickets.changing import get_for_update, show
from osticket_api.features.tickets.children import list_children
from osticket_api.features.tickets.reference import TicketRef
from osticket_api.features.tickets.relation_requests import (
    BulkAction,
    ChildQuery,
    DeleteTicket,
    LinkTickets,
    MergeTickets,
    UnlinkTicket,
)
from osticket_api.features.tickets.relations import get_others, hold_family
from osticket_api.features.tickets.responses import TicketDetail, TicketSummary
from osticket_api.features.tickets.service.delete import delete_ticket
from osticket_api.features.tickets.service.link import link, unlink
from osticket_api.features.tickets.service.merge import Merge, merge
from osticket_api.features.tickets.service.status import Status, find_status
from osticket_api.features.tickets.state import refresh_index
from osticket_api.web.call import Call
from osticket_api.web.input import OptionalBody
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="tickets", prefix="/tickets")


@router.post("/{ticket}/merge", access=STAFF)
def post_merge(unit: Write, caller: Staff, ticket: TicketRef, body: MergeTickets) -> TicketDetail:
    """Merge other tickets into this one: their conversation moves here, and they are closed. This cannot be undone.

    Needs `ticket.edit` here and `ticket.merge` on every ticket. 409 names the tickets that cannot be merged.
    """
    children = get_others(unit, caller, ticket, body.tickets)
    how = Merge(
        mode=body.mode,
        participants=body.participants,
        child_status=_get_status(unit, body.child_status_id, "child_status_id", "closed"),
        parent_status=_parent_status(unit, body.parent_status_id),
        delete_children=body.delete_children,
        move_tasks=body.move_tasks,
    )
    target = get_for_update(unit, caller, ticket)
    merge(unit, caller, target, children, how)
    return show(unit, caller, target)


def _parent_status(unit: Read, status_id: int | None) -> Status | None:
    return None if status_id is None else _get_status(unit, status_id, "parent_status_id", "open", "closed")


def _get_status(unit: Read, status_id: int, field: str, *states: str) -> Status:
    """Raises: Invalid naming the field."""
    status = find_status(unit, status_id)
    if status is None:
        raise Invalid.because(f"There is no status {status_id}.", field=field)
    if status.state not in states:
        raise Invalid.because(f"The status {status.name} is not {' or '.join(states)}.", field=field)
    return status


@router.post("/{ticket}/link", access=STAFF)
def post_link(unit: Write, caller: Staff, ticket: TicketRef, body: LinkTickets) -> TicketDetail:
    """Make other tickets children of this one; each keeps its conversation and its status.

    Needs `ticket.edit` here and `ticket.link` on every ticket. 409 names the tickets that cannot be linked.
    """
    children = get_others(unit, caller, ticket, body.tickets)
    target = get_for_update(unit, caller, ticket)
    link(unit, caller, target, children)
    return show(unit, caller, target)


@router.post("/{ticket}/unlink", access=STAFF)
def post_unlink(unit: Write, caller: Staff, ticket: TicketRef, body: OptionalBody[UnlinkTicket]) -> TicketDetail:
    """Unlink this ticket from its parent, and from all its children. Needs `ticket.link`; osTicket itself demands no
    permission.
    """
    hold_family(unit, caller, ticket)
    target = get_for_update(unit, caller, ticket)
    unlink(unit, caller, target)
    return show(unit, caller, target)


@router.delete("/{ticket}", access=STAFF)
def remove_ticket(unit: Write, caller: Staff, ticket: TicketRef, body: OptionalBody[DeleteTicket]) -> None:
    """Delete the ticket with its conversation and files, for good. Its tasks stay, as tasks of no ticket."""
    hold_family(unit, caller, ticket)
    delete_ticket(unit, caller, get_for_update(unit, caller, ticket), body.comment)
    refresh_index(unit)


@router.get("/{ticket}/children", access=SIGNED_IN)
def get_children(unit: Read, caller: Staff | User, ticket: TicketRef, query: ChildQuery) -> Page[TicketSummary]:
    """The tickets below this one that the caller may see, linked or merged."""
    return list_children(unit, caller, ticket, query)


@router.post("/bulk", access=STAFF)
async def post_bulk(call: Call, body: BulkAction) -> Page[BulkOutcome]:
    """Do the same action on up to 100 tickets, each in a transaction of its own. Answers 200 with an outcome for each
    ticket, in their order.

    Where osTicket passes over a ticket in silence, its outcome says why nothing happened.
    """
    return await run(call, to_bulk(body.tickets, body.action, body.parameters))
