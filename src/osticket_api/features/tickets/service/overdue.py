"""Marking the tickets whose time is over."""

from typing import Any, Final

from sqlalchemy import Row, select, update

from osticket_api.access.principal import ANONYMOUS
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.events.recording import Subject, record
from osticket_api.features.tickets.state import index_ticket
from osticket_api.mail import outbox

_AT_ONCE: Final = 100


def sweep_overdue(tx: Write) -> int:
    """Mark up to 100 open tickets overdue that are due, or would be by their SLA. Returns how many there were.

    Source: tickets.md 4.8, 12 and golden cases 039, 040.
    """
    late = _late(tx)
    if late:
        ids = [row.ticket_id for row in late]
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id.in_(ids)).values(isoverdue=True, updated=tx.now))
    for row in late:
        subject = Subject(row.thread_id, "T", row.staff_id, row.team_id, row.dept_id, row.topic_id)
        record(tx, "overdue", subject, ANONYMOUS)
        index_ticket(tx, row.ticket_id)
        outbox.post(tx, "ticket.overdue", ANONYMOUS, ticket_id=row.ticket_id)
    return len(late)


def _late(tx: Write) -> list[Row[Any]]:
    ticket, thread, status = t.ticket.c, t.thread.c, t.ticket_status.c
    is_late = (ticket.duedate < tx.now) | (ticket.duedate.is_(None) & (ticket.est_duedate < tx.now))
    statement = (
        select(ticket.ticket_id, ticket.staff_id, ticket.team_id, ticket.dept_id, ticket.topic_id)
        .add_columns(thread.id.label("thread_id"))
        .join_from(t.ticket, t.ticket_status, status.id == ticket.status_id)
        .join(t.thread, (thread.object_id == ticket.ticket_id) & (thread.object_type == "T"))
        .where(~ticket.isoverdue, status.state == "open", is_late)
        .order_by(ticket.ticket_id)
        .limit(_AT_ONCE)
    )
    return list(tx.rows(statement if tx.is_sqlite else statement.with_for_update(of=t.ticket)))
