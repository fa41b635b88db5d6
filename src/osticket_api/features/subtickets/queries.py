"""Looking up tickets with their parents and children, at a glance: number, subject, status."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select, true

from osticket_api.access.principal import ApiKey, Principal
from osticket_api.access.scope import listed_tickets, reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.tickets.api import subject_and_priority, with_cdata


class TicketBrief(msgspec.Struct, frozen=True):
    """A ticket as its relatives show it. `status` and `subject` are None where the database has none."""

    id: int
    number: str
    subject: str | None
    status: str | None
    department_id: int | None
    parent_id: int | None


def find_ticket(tx: Read, principal: Principal, named: ColumnElement[bool]) -> TicketBrief | None:
    """The first ticket that is named so, among those the caller may open."""
    row = tx.row(_select(tx).where(named, _openable(principal)).order_by(t.ticket.c.ticket_id).limit(1))
    return None if row is None else TicketBrief(*tuple(row))


def find_parent(tx: Read, principal: Principal, child: TicketBrief) -> TicketBrief | None:
    """The parent, None also where the id of one leads nowhere."""
    if child.parent_id is None:
        return None
    return find_ticket(tx, principal, t.ticket.c.ticket_id == child.parent_id)


def list_children(tx: Read, principal: Principal, parent: TicketBrief) -> Sequence[TicketBrief]:
    """The children that the caller may see, oldest first, merged ones too."""
    ticket = t.ticket.c
    statement = _select(tx).where(ticket.ticket_pid == parent.id, _listed(principal))
    return [TicketBrief(*tuple(row)) for row in tx.rows(statement.order_by(ticket.created, ticket.ticket_id))]


def _select(tx: Read) -> Select[Any]:
    subject, _ = subject_and_priority(tx)
    ticket, status = t.ticket.c, t.ticket_status.c
    return select(
        ticket.ticket_id, func.coalesce(ticket.number, ""), subject, status.name, ticket.dept_id, ticket.ticket_pid
    ).select_from(with_cdata(tx, t.ticket).outerjoin(t.ticket_status, status.id == ticket.status_id))


def _openable(principal: Principal) -> ColumnElement[bool]:
    """A key may name any ticket: which department it needs is for the action to say."""
    return true() if isinstance(principal, ApiKey) else reachable_ticket(principal)


def _listed(principal: Principal) -> ColumnElement[bool]:
    if not isinstance(principal, ApiKey):
        return listed_tickets(principal)
    if principal.department_ids is None:
        return true()
    return t.ticket.c.dept_id.in_(sorted(principal.department_ids))
