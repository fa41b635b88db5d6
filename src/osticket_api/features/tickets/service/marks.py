"""Marking a ticket answered, unanswered or overdue.

Source: tickets.md 4.7, 4.8 and golden README lesson 20.
"""

from typing import Literal

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import manages, require, require_settable
from osticket_api.access.principal import Principal, Staff
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, Forbidden
from osticket_api.events.recording import record
from osticket_api.features.tickets.service.comments import add_comment, add_system_note
from osticket_api.features.tickets.service.names import shown_staff_name
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.kit import html
from osticket_api.mail import outbox

Mark = Literal["answered", "unanswered", "overdue"]


def mark(tx: Write, actor: Principal, ticket: TicketState, how: Mark, *, comment: str | None = None) -> None:
    """Mark the ticket, with a note of the system that says who did.

    Raises: Forbidden, Conflict when it is marked so already, or is closed and cannot be overdue.
    """
    assert isinstance(actor, Staff)
    require_settable(actor, "ticket", ticket, "is_overdue" if how == "overdue" else "is_answered")
    if how == "overdue":
        _mark_overdue(tx, actor, ticket)
    else:
        _mark_answered(tx, actor, ticket, is_answered=how == "answered")
    title = f"Ticket Marked {how.title()}"
    if comment:
        add_comment(tx, actor, ticket, title, comment)
    marker = html.escape(shown_staff_name(tx, actor.name))
    add_system_note(tx, ticket, title, f"Ticket flagged as {how} by {marker}")


def _mark_answered(tx: Write, actor: Principal, ticket: TicketState, *, is_answered: bool) -> None:
    """Managers of the department may, whatever their role. There is no event."""
    if not manages(actor, ticket.department_id):
        require(actor, Permission.ticket_markanswered, ticket)
    if not save(tx, ticket, is_answered=is_answered):
        raise Conflict.because(f"The ticket is marked {'' if is_answered else 'un'}answered already.")


def _mark_overdue(tx: Write, actor: Principal, ticket: TicketState) -> None:
    """Managers of the department alone may. A ticket that is overdue already only gets the note."""
    if not manages(actor, ticket.department_id):
        raise Forbidden.because("Only the manager of the ticket's department may mark it overdue.")
    if not ticket.is_open:
        raise Conflict.because("Only an open ticket can be overdue.", code="not_open")
    if save(tx, ticket, is_overdue=True):
        record(tx, "overdue", ticket.subject, actor)
        outbox.post(tx, "ticket.overdue", actor, ticket_id=ticket.id)
