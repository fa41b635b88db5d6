"""Internal notes.

Source: tickets.md 3.2 and the golden cases of `ticket.note`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from osticket_api.access.principal import Principal, Staff
from osticket_api.db.engine import Write
from osticket_api.features.threads.service import NewFile
from osticket_api.features.tickets.service.comments import add_note
from osticket_api.features.tickets.service.drafts import discard_draft
from osticket_api.features.tickets.service.locks import check_lock, release_lock
from osticket_api.features.tickets.service.posted import Posted
from osticket_api.features.tickets.service.status import try_status
from osticket_api.features.tickets.state import TicketState


@dataclass(frozen=True, kw_only=True)
class Note:
    body: str
    format: Literal["html", "text"] = "html"
    title: str | None = None
    status_id: int | None = None
    files: Sequence[NewFile] = ()


def note(tx: Write, actor: Principal, ticket: TicketState, new: Note) -> Posted:
    """Add an internal note, which any agent who sees the ticket may.

    A status that the ticket cannot take leaves the note in place, and is told as a warning.
    Raises: Locked while another agent is at it.
    """
    assert isinstance(actor, Staff)
    check_lock(tx, actor, ticket)
    entry_id = add_note(tx, actor, ticket, new.body, title=new.title, format=new.format, files=new.files)
    warnings = try_status(tx, actor, ticket, new.status_id)
    release_lock(tx, actor, ticket)
    if ticket.is_open:
        discard_draft(tx, actor, f"ticket.note.{ticket.id}")
    return Posted(entry_id, ticket.thread_id, warnings)
