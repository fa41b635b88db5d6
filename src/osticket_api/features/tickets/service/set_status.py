"""Giving a ticket a status because somebody asked for exactly that.

Source: tickets.md 4.1 (what the panel adds to the routine) and 4.1.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require, require_settable
from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.flags import StatusMode
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError, Conflict, Invalid
from osticket_api.features.tickets.service.delete import delete_ticket
from osticket_api.features.tickets.service.status import Status, change_status, get_status, require_to_change
from osticket_api.features.tickets.state import TicketState, load_ticket
from osticket_api.kit.utf8mb3 import folded


@dataclass(frozen=True, kw_only=True)
class StatusChange:
    """The status wanted, by id or by name."""

    status_id: int | None = None
    name: str | None = None
    comment: str | None = None
    include_children: bool = False


@dataclass(frozen=True)
class StatusOutcome:
    is_deleted: bool = False
    warnings: Sequence[str] = ()
    """Which children did not change, and why."""


def set_status(tx: Write, actor: Principal, ticket: TicketState, wanted: StatusChange) -> StatusOutcome:
    """Close, reopen, delete, or move between statuses of one kind.

    `include_children`: the tickets below it get the status too, as far as they can; the comment stays with the parent.
    Raises: Forbidden, Conflict when the ticket has the status or cannot take it, Invalid when it cannot be chosen.
    """
    status = _get_chosen(tx, wanted)
    _check_permission(actor, ticket, status)
    if status.state == "deleted":
        if wanted.include_children:
            raise Invalid.because(
                "The status of children cannot be set together with a status that deletes the ticket.",
                field="include_children",
            )
        delete_ticket(tx, actor, ticket, wanted.comment)
        return StatusOutcome(is_deleted=True)
    if not change_status(tx, actor, ticket, status, comment=wanted.comment):
        raise Conflict.because(f"The ticket is {status.name} already.", code="unchanged")
    return StatusOutcome(warnings=_change_children(tx, actor, ticket, status) if wanted.include_children else ())


def _get_chosen(tx: Read, wanted: StatusChange) -> Status:
    """An enabled status. Raises: Invalid."""
    status = t.ticket_status.c
    named: ColumnElement[bool] = status.id == wanted.status_id
    field, called = "status_id", str(wanted.status_id)
    if wanted.name is not None:
        named, field, called = func.lower(status.name) == folded(wanted.name), "status", wanted.name
    row = tx.row(select(status.id, status.name, status.mode).where(named))
    if row is None:
        raise Invalid.because(f"There is no status {called}.", field=field)
    if not row.mode & StatusMode.ENABLED:
        raise Invalid.because(f"The status {row.name} is not in use.", field=field)
    return get_status(tx, row.id)


def _check_permission(actor: Principal, ticket: TicketState, status: Status) -> None:
    """Asked even where nothing would change. Deleting asks for its right by itself. Raises: Forbidden."""
    if status.state == "closed":
        require(actor, Permission.ticket_close, ticket)
    elif status.state == "open":
        require_to_change(actor, ticket)
    require_settable(actor, "ticket", ticket, "status_id")


def _change_children(tx: Write, actor: Principal, parent: TicketState, status: Status) -> list[str]:
    """Give the children the same status. Returns why some keep theirs."""
    ticket = t.ticket.c
    children = tx.scalars(
        select(ticket.ticket_id)
        .where(ticket.ticket_pid == parent.id, reachable_ticket(actor))
        .order_by(ticket.sort, ticket.ticket_id)
    )
    warnings = []
    for child in (load_ticket(tx, child_id) for child_id in children):
        try:
            _check_permission(actor, child, status)
            change_status(tx, actor, child, status)
        except ApiError as error:
            warnings += [f"Ticket {child.number} is unchanged: {fault.message}" for fault in error.faults]
    return warnings
