"""Presence over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.events import presence
from osticket_api.features.presence.queries import find_ticket_id, list_present
from osticket_api.features.presence.requests import PresenceUpdate
from osticket_api.features.presence.responses import TicketPresence
from osticket_api.features.tickets.api import TicketRef
from osticket_api.web.input import OptionalBody
from osticket_api.web.router import Router

router = Router(tag="ticket actions", prefix="/tickets/{ticket}/presence")


@router.get("", access=STAFF)
def get_presence(unit: Read, caller: Staff, ticket: TicketRef) -> TicketPresence:
    """The agents who are looking at the ticket or answering it. The stream sends changes as `ticket.presence`."""
    ticket_id = find_ticket_id(unit, caller, ticket)
    return TicketPresence(ticket_id, list_present(unit, ticket_id))


@router.put("", access=STAFF)
def put_presence(unit: Write, caller: Staff, ticket: TicketRef, body: OptionalBody[PresenceUpdate]) -> TicketPresence:
    """Report that the caller is looking at the ticket, or replying. A report counts for 30 seconds: repeat it in time.
    Nothing is written to osTicket's tables, and nobody is kept from the ticket: that is what locks are for.
    """
    ticket_id = find_ticket_id(unit, caller, ticket)
    expires_at = presence.stay(unit, caller.id, ticket_id, body.activity)
    unit.note_effect("presence", ticket_id=ticket_id, activity=body.activity)
    return TicketPresence(ticket_id, list_present(unit, ticket_id), expires_at)


@router.delete("", access=STAFF)
def delete_presence(unit: Write, caller: Staff, ticket: TicketRef) -> None:
    """Report that the caller has left the ticket. Repeating the report changes nothing."""
    ticket_id = find_ticket_id(unit, caller, ticket)
    presence.leave(unit, caller.id, ticket_id)
    unit.note_effect("presence", ticket_id=ticket_id, activity=None)
