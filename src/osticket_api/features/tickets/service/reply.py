"""Answering the user.

Source: tickets.md 3.1 and the golden cases of `ticket.reply`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import delete, select

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.engine import Read, Write
from osticket_api.errors import ApiError, Forbidden
from osticket_api.features.ban_list import service as ban_list
from osticket_api.features.collaborators import service as collaborators
from osticket_api.features.collaborators.service import ReplyTo
from osticket_api.features.threads.service import NewEntry, NewFile, add_entry, author_of
from osticket_api.features.tickets.service.locks import check_lock, release_lock
from osticket_api.features.tickets.service.notes import add_note
from osticket_api.features.tickets.service.status import change_status, get_status
from osticket_api.features.tickets.state import TicketState, refresh_index, save
from osticket_api.features.users.service import find_user

_NO_AUTO_CLAIM = 0x02


@dataclass(frozen=True, kw_only=True)
class Reply:
    body: str
    format: Literal["html", "text"] = "html"
    reply_to: ReplyTo = "all"
    collaborators: Sequence[int] | None = None
    """User ids of exactly those who stay active; None leaves them as they are."""
    status_id: int | None = None
    files: Sequence[NewFile] = ()


@dataclass(frozen=True)
class Posted:
    """A new entry, and what was asked for with it but could not be done."""

    entry_id: int
    warnings: Sequence[str] = ()


def reply(tx: Write, actor: Staff, ticket: TicketState, new: Reply) -> Posted:
    """Answer the ticket: the response, its status change, the claim of an unassigned ticket.

    A status that the ticket cannot take leaves the response in place, and is told as a warning.
    Raises: Forbidden, Locked while another agent is at it.
    """
    require(actor, Permission.ticket_reply, ticket)
    check_lock(tx, actor, ticket)
    owner = find_user(tx, user_id=ticket.user_id) if ticket.user_id else None
    if owner is not None and ban_list.is_banned(tx, owner.email):
        raise Forbidden.because("The owner's e-mail address is banned.", code="owner_banned")
    if new.collaborators is not None:
        collaborators.add_all(tx, ticket.subject, actor, ticket.user_id, new.collaborators)
        collaborators.choose_active(tx, ticket.thread_id, new.collaborators)
    entry = NewEntry(
        kind="R",
        author=author_of(tx, actor),
        body=new.body,
        format=new.format,
        recipients=collaborators.recipients(tx, ticket.thread_id, owner, new.reply_to, only=new.collaborators),
        files=new.files,
    )
    entry_id = add_entry(tx, ticket.thread_id, entry)
    warnings = _try_status(tx, actor, ticket, new.status_id)
    save(tx, ticket, is_answered=True, **_claim(tx, actor, ticket))
    release_lock(tx, actor, ticket)
    _discard_draft(tx, actor, f"ticket.response.{ticket.id}")
    refresh_index(tx)
    return Posted(entry_id, warnings)


def note(
    tx: Write,
    actor: Staff,
    ticket: TicketState,
    body: str,
    *,
    title: str | None = None,
    format: Literal["html", "text"] = "html",
    status_id: int | None = None,
    files: Sequence[NewFile] = (),
) -> Posted:
    """Add an internal note, which any agent who sees the ticket may. Source: tickets.md 3.2.

    Raises: Locked while another agent is at it.
    """
    check_lock(tx, actor, ticket)
    entry_id = add_note(tx, actor, ticket, body, title=title, format=format, files=files)
    warnings = _try_status(tx, actor, ticket, status_id)
    release_lock(tx, actor, ticket)
    if ticket.is_open:
        _discard_draft(tx, actor, f"ticket.note.{ticket.id}")
    refresh_index(tx)
    return Posted(entry_id, warnings)


def _try_status(tx: Write, actor: Staff, ticket: TicketState, status_id: int | None) -> list[str]:
    """Change the status if one was asked for. What stands in the way becomes warnings, as in osTicket's panel."""
    if status_id is None:
        return []
    status = get_status(tx, status_id)
    try:
        change_status(tx, actor, ticket, status)
    except ApiError as error:
        return [f"The status is unchanged: {fault.message}" for fault in error.faults]
    return []


def _claim(tx: Read, actor: Staff, ticket: TicketState) -> dict[str, Any]:
    """Whoever answers an open ticket that nobody has gets it, without an event. Source: tickets.md 3.1 step 4."""
    if ticket.staff_id is not None or not ticket.is_open or not load_config(tx).flag("auto_claim_tickets"):
        return {}
    flags = tx.scalar(select(t.department.c.flags).where(t.department.c.id == ticket.department_id)) or 0
    return {} if flags & _NO_AUTO_CLAIM else {"staff_id": actor.id}


def _discard_draft(tx: Write, actor: Staff, namespace: str) -> None:
    draft = t.draft.c
    tx.change(delete(t.draft).where(draft.namespace == namespace, draft.staff_id == actor.id))
