"""How a request acts on one ticket: find it, hold the caller to what they read, act, and show what came of it."""

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec

from osticket_api.access.principal import Principal
from osticket_api.db.engine import Write
from osticket_api.features.threads.shapes import Entry
from osticket_api.features.tickets import threads
from osticket_api.features.tickets.detail import get_detail, plain
from osticket_api.features.tickets.service.posted import Posted
from osticket_api.features.tickets.shapes import TicketDetail
from osticket_api.features.tickets.state import TicketState, get_ticket, refresh_index
from osticket_api.web.call import Precondition

P = ParamSpec("P")


def on_ticket(
    tx: Write,
    principal: Principal,
    precondition: Precondition,
    reference: str,
    verb: Callable[Concatenate[Write, Principal, TicketState, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> TicketDetail:
    """Do something to a ticket the caller may see. Returns the ticket as it is then.

    Raises: NotFound, Stale, and whatever the verb raises.
    """
    ticket = find_to_change(tx, principal, precondition, reference)
    verb(tx, principal, ticket, *args, **kwargs)
    refresh_index(tx)
    return get_detail(tx, principal, str(ticket.id), visible=True)


def to_thread(
    tx: Write,
    principal: Principal,
    precondition: Precondition,
    reference: str,
    verb: Callable[Concatenate[Write, Principal, TicketState, P], Posted],
    *args: P.args,
    **kwargs: P.kwargs,
) -> tuple[Entry, Sequence[str]]:
    """Add something to a ticket's conversation. Returns the new entry, and what could not be done besides."""
    ticket = find_to_change(tx, principal, precondition, reference)
    posted = verb(tx, principal, ticket, *args, **kwargs)
    refresh_index(tx)
    return threads.read_entry(tx, principal, posted.thread_id, ticket.id, posted.entry_id), posted.warnings


def find_to_change(tx: Write, principal: Principal, precondition: Precondition, reference: str) -> TicketState:
    """A ticket the caller may see, locked, and as they have read it. Raises: NotFound, Stale."""
    ticket = get_ticket(tx, principal, reference)
    if precondition.is_set:
        precondition.check(plain(get_detail(tx, principal, str(ticket.id), visible=True)))
    return ticket
