"""The canned response that a ticket filter answers a new ticket with."""

from typing import Final

from osticket_api.access.principal import Principal, Staff
from osticket_api.db.config import load_config
from osticket_api.db.unit import Write
from osticket_api.features.canned_responses.api import find_filled
from osticket_api.features.threads.api import Author, NewEntry, add_entry
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.kit import html

POSTER: Final = "SYSTEM (Canned Reply)"


def add_canned_reply(tx: Write, actor: Principal, ticket: TicketState, canned_id: int) -> int | None:
    """Answer a new ticket in the name of the system. It stays unanswered, and nobody claims it.

    A canned response that is switched off, or gone, answers nothing; its department does not matter. Returns
    the id of the response.

    Source: tickets.md 1.10 (19) and 3.1.
    """
    canned = find_filled(tx, actor, canned_id, ticket.id)
    if canned is None:
        return None
    is_rich = load_config(tx).flag("enable_richtext")
    entry = NewEntry(
        kind="R",
        author=Author(POSTER, staff_id=actor.id if isinstance(actor, Staff) else None),
        body=canned.body if is_rich else html.to_text(canned.body),
        format="html" if is_rich else "text",
        files=canned.files,
    )
    entry_id = add_entry(tx, ticket.thread_id, entry)
    save(tx, ticket, is_answered=False)
    return entry_id
