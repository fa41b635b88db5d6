"""A ticket under change: found for the caller and locked, and shown as it is after the change."""

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.features.threads.api import Entry
from osticket_api.features.tickets import threads
from osticket_api.features.tickets.detail import get_detail
from osticket_api.features.tickets.responses import TicketDetail
from osticket_api.features.tickets.service.posted import Posted
from osticket_api.features.tickets.state import TicketState, get_ticket, refresh_index
from osticket_api.web.file_urls import FileUrls


def get_for_update(unit: Write, caller: Principal, reference: str) -> TicketState:
    """A ticket the caller may see, locked, its state compared with `If-Match`. Raises: NotFound."""
    ticket = get_ticket(unit, caller, reference)
    if unit.precondition.is_set:
        unit.precondition.check(get_detail(unit, caller, str(ticket.id), visible=True))
    return ticket


def show(unit: Write, caller: Principal, ticket: TicketState) -> TicketDetail:
    """The ticket as it is now."""
    refresh_index(unit)
    return get_detail(unit, caller, str(ticket.id), visible=True)


def show_entry(unit: Write, caller: Principal, ticket: TicketState, posted: Posted, urls: FileUrls) -> Entry:
    """The entry that was added to the ticket's conversation."""
    refresh_index(unit)
    return threads.read_entry(unit, caller, posted.thread_id, ticket.id, posted.entry_id, urls)
