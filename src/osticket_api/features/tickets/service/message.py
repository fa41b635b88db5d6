"""Messages of users on tickets.

Source: tickets.md 3.3 and the golden cases of `ticket.message`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from osticket_api.access.principal import Principal, User
from osticket_api.db.flags import TicketFlag
from osticket_api.db.unit import Write
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.threads.api import NewEntry, NewFile, add_entry, author_of
from osticket_api.features.tickets.service.drafts import discard_client_drafts
from osticket_api.features.tickets.service.posted import Posted
from osticket_api.features.tickets.service.status import is_reopenable, reopen
from osticket_api.features.tickets.state import TicketState, load_ticket, save
from osticket_api.features.users.api import find_user
from osticket_api.mail import outbox


@dataclass(frozen=True, kw_only=True)
class Message:
    body: str
    format: Literal["html", "text"] = "html"
    files: Sequence[NewFile] = ()


def add_message(tx: Write, actor: Principal, ticket: TicketState, new: Message) -> Posted:
    """Add a user's message. It makes the ticket unanswered and may reopen it.

    On a ticket that was merged into another, the message goes to that one. A user who is not the owner becomes a
    collaborator first.
    """
    assert isinstance(actor, User)
    child_id = None
    if ticket.parent_id is not None and ticket.flags & TicketFlag.MERGED:
        child_id = ticket.id
        ticket = load_ticket(tx, ticket.parent_id)
    owner = find_user(tx, user_id=ticket.user_id) if ticket.user_id else None
    if actor.id != ticket.user_id:
        collaborators.add_all(tx, ticket.subject, actor, ticket.user_id, [actor.id])
    entry = NewEntry(
        kind="M",
        author=author_of(tx, actor),
        body=new.body,
        format=new.format,
        recipients=collaborators.recipients(tx, ticket.thread_id, owner, "all", without=actor.id),
        files=new.files,
        sender=actor,
    )
    entry_id = add_entry(tx, ticket.thread_id, entry)
    save(tx, ticket, is_answered=False, last_activity_at=tx.now)
    if ticket.is_closed and is_reopenable(tx, ticket):
        reopen(tx, actor, ticket)
    discard_client_drafts(tx, ticket)
    outbox.post(tx, "ticket.message", actor, ticket_id=ticket.id, entry_id=entry_id, child_id=child_id, origin="web")
    return Posted(entry_id, ticket.thread_id)
