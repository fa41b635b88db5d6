"""Tickets that are not taken, and what osTicket's log says of them.

Source: tickets.md 1.3, 1.6, golden case 021.
"""

from typing import Any, ClassVar

from osticket_api.access.principal import ApiKey, Principal, Staff
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, Fault, Forbidden
from osticket_api.events.system_log import log
from osticket_api.features.tickets.service.new_ticket import NewTicket


class TicketDenied(Forbidden):
    """The ban list or a filter takes no ticket from this address."""

    leaves_record: ClassVar[bool] = True

    def __init__(self, *faults: Fault, filter_name: str = "", email: str = "", headers: Any = None) -> None:
        super().__init__(*faults, headers=headers)
        self.filter_name, self.email = filter_name, email

    def record(self, unit: Write) -> None:
        log(unit, "Warning", "Ticket denied", f'Ticket rejected ({self.email}) by filter "{self.filter_name}"')


class OpenTicketLimit(Conflict):
    """The owner has as many open tickets as the help desk allows."""

    leaves_record: ClassVar[bool] = True
    limit: int
    email: str

    @classmethod
    def reached(cls, limit: int, email: str) -> "OpenTicketLimit":
        message = f"{email} has {limit} open tickets or more, and no more are allowed."
        found = cls.because(message, code="too_many_open_tickets")
        found.limit, found.email = limit, email
        return found

    def record(self, unit: Write) -> None:
        title, text = f"Ticket denied - {self.email}", f"Max open tickets ({self.limit}) reached for {self.email}"
        log(unit, "Warning", title, text)


class LeadsElsewhere(Forbidden):
    """The ticket would go to a department that the key may not touch."""

    code = "department_not_allowed"


def check_destination(actor: Principal, new: NewTicket, department_id: int) -> None:
    """Check that a key which is limited to departments opens a ticket in one of them, wherever topic and filters lead.

    A mail is taken all the same: whoever wrote it would not hear of the refusal.

    Raises: LeadsElsewhere.
    """
    limit = actor.limited_to if isinstance(actor, Staff | ApiKey) else None
    if limit is not None and department_id not in limit and new.channel != "mail":
        message = "Topic and filters send this ticket to a department that the API key may not touch."
        raise LeadsElsewhere.because(message, detail={"department_id": department_id})
