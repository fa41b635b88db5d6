"""Mailing the owner a response once more.

Source: mail.md 1.3, tickets.md 2.9
"""

from typing import Literal

from sqlalchemy import select

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.events.recording import record
from osticket_api.features.threads.api import set_flag
from osticket_api.features.tickets.state import TicketState
from osticket_api.mail import outbox

Signature = Literal["none", "mine", "author", "department"]
"""Whose signature the mail ends with."""


def send_again(tx: Write, actor: Principal, ticket: TicketState, entry_id: int, signature: Signature) -> None:
    """Mail a response of an agent to the ticket's owner alone, once more.

    Raises: Conflict for an entry that is not an agent's response.
    """
    entry = t.thread_entry.c
    row = tx.row(select(entry.type, entry.staff_id).where(entry.id == entry_id))
    if row is None or row.type != "R" or row.staff_id is None:
        raise Conflict.because("Only an agent's response can be mailed again.", code="not_a_response")
    record(tx, "resent", ticket.subject, actor, data={"entry": entry_id})
    set_flag(tx, entry_id, EntryFlag.RESENT)
    outbox.post(tx, "ticket.sent_again", actor, ticket_id=ticket.id, entry_id=entry_id, signature=signature)
