"""Answering the user.

Source: tickets.md 3.1 and the golden cases of `ticket.reply`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import DepartmentFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden, Invalid
from osticket_api.features.ban_list import api as ban_list
from osticket_api.features.canned_responses.api import fill_in
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.collaborators.api import ReplyTo
from osticket_api.features.threads.api import NewEntry, NewFile, add_entry, author_of
from osticket_api.features.tickets.relations import refuse_on_merged_child
from osticket_api.features.tickets.service.drafts import discard_draft
from osticket_api.features.tickets.service.locks import check_lock, release_lock
from osticket_api.features.tickets.service.posted import Posted
from osticket_api.features.tickets.service.status import try_status
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.features.users.api import find_user
from osticket_api.kit import html
from osticket_api.mail import outbox

Signature = Literal["none", "mine", "department"]
"""Whose signature the mail ends with."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    body: str | None
    """May be None with a canned response."""
    format: Literal["html", "text"] = "html"
    reply_to: ReplyTo = "all"
    collaborators: Sequence[int] | None = None
    """User ids of exactly those who stay active; None leaves them as they are."""
    status_id: int | None = None
    canned_response_id: int | None = None
    """A canned response to begin with, filled in for the ticket."""
    files: Sequence[NewFile] = ()
    lock_code: str | None = None
    """The code of the agent's lock that ends with the reply.

    Another lock stays: the agent may be writing in the panel.
    """
    signature: Signature = "none"
    from_email_id: int | None = None
    """The help desk's address that it is mailed from, if not the department's."""
    alert: bool = True
    """Whether agents who follow the ticket are told."""


def reply(tx: Write, actor: Principal, ticket: TicketState, new: Reply) -> Posted:
    """Answer the ticket: the response, its status change, the claim of an unassigned ticket.

    A status that the ticket cannot take leaves the response in place, and is told as a warning.
    Raises: Forbidden, Locked while another agent is at it, Conflict for a ticket that was merged into another one.
    """
    assert isinstance(actor, Staff)
    require(actor, Permission.ticket_reply, ticket)
    refuse_on_merged_child(tx, ticket)
    assigned_before = ticket.staff_id
    check_lock(tx, actor, ticket)
    owner = find_user(tx, user_id=ticket.user_id) if ticket.user_id else None
    if owner is not None and ban_list.is_banned(tx, owner.email):
        raise Forbidden.because("The owner's e-mail address is banned.", code="owner_banned")
    if new.collaborators is not None:
        collaborators.add_named(tx, ticket.subject, actor, ticket.user_id, new.collaborators)
        collaborators.choose_active(tx, ticket.thread_id, new.collaborators)
    body, files = _with_canned(tx, actor, ticket, new)
    entry = NewEntry(
        kind="R",
        author=author_of(tx, actor),
        body=body,
        format=new.format,
        recipients=collaborators.recipients(tx, ticket.thread_id, owner, new.reply_to, only=new.collaborators),
        files=files,
        sender=actor,
    )
    entry_id = add_entry(tx, ticket.thread_id, entry)
    warnings = try_status(tx, actor, ticket, new.status_id)
    save(tx, ticket, is_answered=True, **claimed_by_answering(tx, actor, ticket))
    release_lock(tx, actor, ticket, new.lock_code)
    discard_draft(tx, actor, f"ticket.response.{ticket.id}")
    outbox.post(
        tx,
        "ticket.replied",
        actor,
        ticket_id=ticket.id,
        entry_id=entry_id,
        reply_to=new.reply_to,
        collaborators=new.collaborators,
        signature=new.signature,
        from_email_id=new.from_email_id,
        alert=new.alert,
        assigned_before=assigned_before,
    )
    return Posted(entry_id, ticket.thread_id, warnings)


def _with_canned(tx: Read, actor: Principal, ticket: TicketState, new: Reply) -> tuple[str, Sequence[NewFile]]:
    """Body and files of the reply, those of a canned response first.

    Raises: Invalid when there is neither a body nor a canned response, or none such.
    """
    if new.canned_response_id is None:
        if new.body is None:
            raise Invalid.because("body is required.", code="required", field="body")
        return new.body, new.files
    canned = fill_in(tx, actor, new.canned_response_id, ticket.id, ticket.department_id)
    text = canned.body if new.format == "html" else html.to_text(canned.body) + "\n\n"
    return text + (new.body or ""), [*canned.files, *new.files]


def claimed_by_answering(tx: Read, actor: Staff, ticket: TicketState) -> dict[str, Any]:
    """Assign an open ticket that nobody has to the agent who answers it, without an event.

    Source: tickets.md 3.1 step 4.
    """
    if ticket.staff_id is not None or not ticket.is_open or not load_config(tx).flag("auto_claim_tickets"):
        return {}
    flags = tx.scalar(select(t.department.c.flags).where(t.department.c.id == ticket.department_id)) or 0
    return {} if flags & DepartmentFlag.NO_AUTO_CLAIM else {"staff_id": actor.id}
