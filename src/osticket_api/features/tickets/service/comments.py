"""Internal notes as other actions leave them: comments, and notes of the system.

Source: tickets.md 3.2 and golden README lesson 20.
"""

from collections.abc import Sequence

from osticket_api.access.principal import ANONYMOUS, Principal
from osticket_api.db.engine import Write
from osticket_api.features.threads.service import NewEntry, NewFile, add_entry, author_of
from osticket_api.features.tickets.state import TicketState


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


def add_comment(tx: Write, actor: Principal, ticket: TicketState, title: str, comment: str) -> int:
    """The comment that somebody gave with an action, as a note with a generated title."""
    return add_note(tx, actor, ticket, comment, title=title)


def add_system_note(tx: Write, ticket: TicketState, title: str, text: str) -> int:
    """A note by nobody, which is not searchable."""
    return add_note(tx, ANONYMOUS, ticket, text, title=title)
