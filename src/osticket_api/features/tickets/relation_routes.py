"""Tickets that belong together, over HTTP: merging, linking, children, and deleting."""

from typing import Annotated

from starlette.responses import Response

from osticket_api.access.principal import Principal
from osticket_api.access.rules import SIGNED_IN, STAFF
from osticket_api.db.engine import Read, Write
from osticket_api.errors import Invalid
from osticket_api.features.tickets.acting import find_to_change, on_ticket
from osticket_api.features.tickets.bulk import Outcome, run, to_bulk
from osticket_api.features.tickets.children import list_children
from osticket_api.features.tickets.relation_schemas import (
    BulkAction,
    ChildQuery,
    DeleteTicket,
    LinkTickets,
    MergeTickets,
    UnlinkTicket,
)
from osticket_api.features.tickets.relations import get_others, hold_family
from osticket_api.features.tickets.service.delete import delete_ticket
from osticket_api.features.tickets.service.link import link, unlink
from osticket_api.features.tickets.service.merge import Merge, merge
from osticket_api.features.tickets.service.status import Status, find_status
from osticket_api.features.tickets.shapes import Ticket, TicketDetail
from osticket_api.features.tickets.state import refresh_index
from osticket_api.web.call import CallDependency, Precondition
from osticket_api.web.fields import select_fields
from osticket_api.web.input import payload, query
from osticket_api.web.paging import Page
from osticket_api.web.router import Router

router = Router(tag="tickets", prefix="/tickets")


@router.act("/{ticket}/merge", access=STAFF, returns=TicketDetail)
async def post_merge(
    call: CallDependency, ticket: str, body: Annotated[MergeTickets, payload(MergeTickets)]
) -> Response:
    """Merge other tickets into this one: their conversation moves here, and they are closed. This cannot be undone.

    Needs `ticket.edit` here and `ticket.merge` on every ticket. 409 names the tickets that cannot be merged.
    """
    return await call.change(call.one, _merge, call.precondition, ticket, body)


def _merge(
    tx: Write, principal: Principal, precondition: Precondition, reference: str, body: MergeTickets
) -> TicketDetail:
    children = get_others(tx, principal, reference, body.tickets)
    how = Merge(
        mode=body.mode,
        participants=body.participants,
        child_status=_get_status(tx, body.child_status_id, "child_status_id", "closed"),
        parent_status=_parent_status(tx, body.parent_status_id),
        delete_children=body.delete_children,
        move_tasks=body.move_tasks,
    )
    return on_ticket(tx, principal, precondition, reference, merge, children, how)


def _parent_status(tx: Read, status_id: int | None) -> Status | None:
    return None if status_id is None else _get_status(tx, status_id, "parent_status_id", "open", "closed")


def _get_status(tx: Read, status_id: int, field: str, *states: str) -> Status:
    """Raises: Invalid naming the field."""
    status = find_status(tx, status_id)
    if status is None:
        raise Invalid.because(f"There is no status {status_id}.", field=field)
    if status.state not in states:
        raise Invalid.because(f"The status {status.name} is not {' or '.join(states)}.", field=field)
    return status


@router.act("/{ticket}/link", access=STAFF, returns=TicketDetail)
async def post_link(call: CallDependency, ticket: str, body: Annotated[LinkTickets, payload(LinkTickets)]) -> Response:
    """Make other tickets children of this one; each keeps its conversation and its status.

    Needs `ticket.edit` here and `ticket.link` on every ticket. 409 names the tickets that cannot be linked.
    """
    return await call.change(call.one, _link, call.precondition, ticket, body)


def _link(
    tx: Write, principal: Principal, precondition: Precondition, reference: str, body: LinkTickets
) -> TicketDetail:
    children = get_others(tx, principal, reference, body.tickets)
    return on_ticket(tx, principal, precondition, reference, link, children)


@router.act("/{ticket}/unlink", access=STAFF, returns=TicketDetail)
async def post_unlink(
    call: CallDependency, ticket: str, body: Annotated[UnlinkTicket, payload(UnlinkTicket, optional=True)]
) -> Response:
    """Free this ticket from its parent, and from all its children. Needs `ticket.link`; osTicket asks for nothing."""
    return await call.change(call.one, _unlink, call.precondition, ticket)


def _unlink(tx: Write, principal: Principal, precondition: Precondition, reference: str) -> TicketDetail:
    hold_family(tx, principal, reference)
    return on_ticket(tx, principal, precondition, reference, unlink)


@router.remove("/{ticket}", access=STAFF)
async def remove_ticket(
    call: CallDependency, ticket: str, body: Annotated[DeleteTicket, payload(DeleteTicket, optional=True)]
) -> Response:
    """Delete the ticket with its conversation and files, for good. Its tasks stay, as tasks of no ticket."""
    return await call.change(lambda _: call.nothing(), _delete, call.precondition, ticket, body.comment)


def _delete(tx: Write, principal: Principal, precondition: Precondition, reference: str, comment: str | None) -> None:
    hold_family(tx, principal, reference)
    delete_ticket(tx, principal, find_to_change(tx, principal, precondition, reference), comment)
    refresh_index(tx)


@router.read("/{ticket}/children", access=SIGNED_IN, returns=Page[Ticket])
async def get_children(call: CallDependency, ticket: str, query: Annotated[ChildQuery, query(ChildQuery)]) -> Response:
    """The tickets below this one that the caller may see, linked or merged."""
    page = await call.read(list_children, ticket, query)
    return call.listed(page, select_fields(page.items, Ticket, query.fields))


@router.act("/bulk", access=STAFF, returns=Page[Outcome])
async def post_bulk(call: CallDependency, body: Annotated[BulkAction, payload(BulkAction)]) -> Response:
    """Do one thing to up to 100 tickets, each for itself. Answers 200 with an outcome for each, in their order.

    Where osTicket passes over a ticket in silence, its outcome says why nothing happened.
    """
    return await run(call, to_bulk(body.tickets, body.action, body.parameters))
