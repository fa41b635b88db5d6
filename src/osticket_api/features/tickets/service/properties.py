"""Setting properties of a ticket as such, as programs with a key do.

The panel's actions do more: they reopen, reassign, refer. Here only what was asked for changes, and the event says so.
Source: legacy-endpoints.md 3.3; the events are those of tickets.md 4.3, 4.6 and 4.9.
"""

from datetime import datetime
from typing import Any

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Principal
from osticket_api.db.types import to_local
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.events.recording import record
from osticket_api.features.slas.api import due_at
from osticket_api.features.tickets.service.names import department_name, staff_name
from osticket_api.features.tickets.service.status import Status, change_status
from osticket_api.features.tickets.state import TicketState, save


def _require_settable(actor: Principal, ticket: TicketState, name: str, value: Any) -> None:
    """Raises: Forbidden where an administrator has frozen the field for the caller, or hidden it."""
    changed = [] if getattr(ticket, name) == value else [name]
    limits_on(actor, "ticket", ticket.department_id).require_settable([name], changed)


def set_department(tx: Write, actor: Principal, ticket: TicketState, department_id: int) -> None:
    """Put the ticket into another department: it keeps its agent, and stays closed if it is."""
    require(actor, Permission.ticket_transfer, ticket)
    _require_settable(actor, ticket, "department_id", department_id)
    if save(tx, ticket, department_id=department_id):
        record(tx, "transferred", ticket.subject, actor, data={"dept": department_name(tx, department_id)})


def set_staff(tx: Write, actor: Principal, ticket: TicketState, staff_id: int) -> None:
    """Give the ticket to an agent, be they a member of its department or not."""
    require(actor, Permission.ticket_assign, ticket)
    _require_settable(actor, ticket, "staff_id", staff_id)
    if save(tx, ticket, staff_id=staff_id):
        record(tx, "assigned", ticket.subject, actor, data={"staff": [staff_id, staff_name(tx, staff_id)]})


def set_topic(tx: Write, actor: Principal, ticket: TicketState, topic_id: int) -> None:
    """Put the ticket under another help topic: its forms and its routing stay as they are."""
    _edit(tx, actor, ticket, "topic_id", topic_id=topic_id)


def set_sla(tx: Write, actor: Principal, ticket: TicketState, sla_id: int) -> None:
    """The date that the SLA gives is worked out anew."""
    start = ticket.reopened_at or ticket.created_at
    due = due_at(tx, sla_id=sla_id, department_id=ticket.department_id or 0, start=start, actor=actor)
    _edit(tx, actor, ticket, "sla_id", sla_id=sla_id, sla_due_at=due)


def set_due_date(tx: Write, actor: Principal, ticket: TicketState, due: datetime | None) -> None:
    """A date that is still to come ends being overdue."""
    overdue = ticket.is_overdue and not (due is not None and due > tx.now)
    _edit(tx, actor, ticket, "duedate", due_at=due, is_overdue=overdue)


def _edit(tx: Write, actor: Principal, ticket: TicketState, told_as: str, **changes: Any) -> None:
    """Save what follows the first of the changes together with it, and tell of the first."""
    require(actor, Permission.ticket_edit, ticket)
    name = next(iter(changes))
    _require_settable(actor, ticket, name, changes[name])
    old = getattr(ticket, name)
    save(tx, ticket, **changes)
    if old != changes[name]:
        told = [_event_data(tx, value) for value in (old, changes[name])]
        record(tx, "edited", ticket.subject, actor, data={told_as: told})


def _event_data(tx: Write, value: Any) -> Any:
    return to_local(value, tx.zone).strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else value


def set_status(tx: Write, actor: Principal, ticket: TicketState, status: Status) -> bool:
    """Close, reopen or move between statuses. Returns False where the ticket cannot be closed, and stays as it is.

    A status that means archived or deleted is only noted: the ticket is where it was.
    """
    require(actor, Permission.ticket_close, ticket)
    _require_settable(actor, ticket, "status_id", status.id)
    if status.state not in ("open", "closed"):
        if save(tx, ticket, status_id=status.id):
            record(tx, "edited", ticket.subject, actor, data={"status": status.id})
        return True
    try:
        change_status(tx, actor, ticket, status)
    except Conflict:
        return False
    return True
