"""Internal notes.

Source: tickets.md 3.2 and the golden cases of `ticket.note`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from osticket_api.access.principal import Principal, Staff
from osticket_api.db.unit import Write
from osticket_api.features.threads.api import NewFile, mentioned_agents
from osticket_api.features.tickets.relations import refuse_on_merged_child
from osticket_api.features.tickets.service.comments import add_note
from osticket_api.features.tickets.service.drafts import discard_draft
from osticket_api.features.tickets.service.locks import check_lock, release_lock
from osticket_api.features.tickets.service.posted import Posted
from osticket_api.features.tickets.service.status import try_status
from osticket_api.features.tickets.state import TicketState
from osticket_api.mail import outbox


@dataclass(frozen=True, kw_only=True)
class Note:
    body: str
    format: Literal["html", "text"] = "html"
    title: str | None = None
    status_id: int | None = None
    files: Sequence[NewFile] = ()
    lock_code: str | None = None
    alert: bool = True
    """Whether agents who follow the ticket are told."""


def note(tx: Write, actor: Principal, ticket: TicketState, new: Note) -> Posted:
    """Add an internal note, which any agent who sees the ticket may.

    Agents whom it mentions, as `@alice`, are told of it, whatever the alerts of the help desk say.

    A status that the ticket cannot take leaves the note in place, and is told as a warning.
    Raises: Locked while another agent is at it, Conflict for a ticket that was merged into another one.
    """
    assert isinstance(actor, Staff)
    refuse_on_merged_child(tx, ticket)
    check_lock(tx, actor, ticket)
    before = ticket.staff_id
    entry_id = add_note(tx, actor, ticket, new.body, title=new.title, format=new.format, files=new.files)
    warnings = try_status(tx, actor, ticket, new.status_id)
    release_lock(tx, actor, ticket, new.lock_code)
    if ticket.is_open:
        discard_draft(tx, actor, f"ticket.note.{ticket.id}")
    told = mentioned_agents(tx, actor, new.body, new.format)
    if new.alert or told:
        facts: dict[str, Any] = {"mentioned": told, "followers": new.alert} if told else {}
        outbox.post(tx, "ticket.note", actor, ticket_id=ticket.id, entry_id=entry_id, assigned_before=before, **facts)
    return Posted(entry_id, ticket.thread_id, warnings)
