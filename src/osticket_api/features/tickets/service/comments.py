"""Internal notes as other actions leave them: comments, and notes of the system.

Source: tickets.md 3.2 and golden README lesson 20.
"""

from collections.abc import Sequence

from osticket_api.access.principal import ANONYMOUS, Principal
from osticket_api.db.unit import Write
from osticket_api.features.threads.api import NewEntry, NewFile, add_entry, author_of
from osticket_api.features.tickets.state import TicketState
from osticket_api.mail import outbox


def add_note(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    body: str,
    *,
    title: str | None = None,
    format: str = "html",
    files: Sequence[NewFile] = (),
) -> int:
    """Add a note of this agent to the ticket's thread. The ticket's own row stays as it is."""
    entry = NewEntry(
        kind="N",
        author=author_of(tx, actor),
        body=body,
        format="text" if format == "text" else "html",
        title=title,
        files=files,
        sender=actor,
    )
    return add_entry(tx, ticket.thread_id, entry)


def add_comment(
    tx: Write, actor: Principal, ticket: TicketState, title: str, comment: str, *, alert: bool = False
) -> int:
    """The comment that somebody gave with an action, as a note with a generated title.

    `alert`: agents who follow the ticket are told. Source: mail.md 1.0 (10)
    """
    entry_id = add_note(tx, actor, ticket, comment, title=title)
    if alert:
        tell_of_note(tx, actor, ticket, entry_id)
    return entry_id


def tell_of_note(tx: Write, actor: Principal, ticket: TicketState, entry_id: int) -> None:
    """Alert the agents who follow the ticket to a note."""
    outbox.post(tx, "ticket.note", actor, ticket_id=ticket.id, entry_id=entry_id, assigned_before=ticket.staff_id)


def add_system_note(tx: Write, ticket: TicketState, title: str, text: str) -> int:
    """A note by nobody, which is not searchable."""
    return add_note(tx, ANONYMOUS, ticket, text, title=title)
