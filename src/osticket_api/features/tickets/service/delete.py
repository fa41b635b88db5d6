"""Deleting a ticket, for good.

Source: tickets.md 4.13 and golden cases 138, 139, 140, 186.
"""

from sqlalchemy import delete, update

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.events.recording import actor_name, record
from osticket_api.events.system_log import log
from osticket_api.features.forms import api as forms
from osticket_api.features.threads.api import delete_thread, merging
from osticket_api.features.tickets.deleted_numbers import remember_number
from osticket_api.features.tickets.relations import find_parent, forget_children, leave_parent, list_children
from osticket_api.features.tickets.service.drafts import discard_all_drafts
from osticket_api.features.tickets.state import TicketState
from osticket_api.kit import html
from osticket_api.search_index import index


def delete_ticket(tx: Write, actor: Principal, ticket: TicketState, comment: str | None = None) -> None:
    """Delete a ticket with its conversation, answers, files and search rows. Its events stay, of no thread any more.

    What osTicket would tear apart or leave behind is put in order: conversations of tickets that were merged into this
    one go back to them, its tasks become tasks of no ticket, its lock goes. The comment goes where osTicket puts it,
    into the system log where that keeps everything.
    Raises: Forbidden.
    """
    require(actor, Permission.ticket_delete, ticket)
    erase(tx, actor, ticket, find_parent(tx, ticket), comment)


def erase(
    tx: Write, actor: Principal, ticket: TicketState, parent: TicketState | None, comment: str | None = None
) -> None:
    """Delete a ticket, whoever asks.

    The thread of a merged one stays behind its parent's, which holds all it said and counts on it.
    """
    _free_children(tx, ticket)
    tx.change(delete(t.ticket).where(t.ticket.c.ticket_id == ticket.id))
    if parent is not None:
        forget_children(tx, parent)
    if ticket.thread_kind == "T":
        delete_thread(tx, ticket.thread_id)
    record(tx, "deleted", ticket.subject, actor)
    remember_number(tx, ticket.number)
    forms.delete_entries(tx, "T", ticket.id)
    discard_all_drafts(tx, ticket)
    _let_go(tx, ticket)
    index.remove(tx, ("T", [ticket.id]))
    tx.note_effect("ticket", id=ticket.id, deleted=True)
    _log(tx, actor, ticket, comment)


def _free_children(tx: Write, ticket: TicketState) -> None:
    """Detach the children of the ticket. Merged children get their own conversation back."""
    children = list_children(tx, ticket)
    merging.return_entries(tx, ticket.thread_id, [child.thread_id for child in children if child.thread_kind == "C"])
    for child in children:
        leave_parent(tx, child)


def _let_go(tx: Write, ticket: TicketState) -> None:
    """Tasks are the help desk's work and stay, as tasks of no ticket."""
    task = t.task.c
    theirs = (task.object_id == ticket.id, task.object_type == "T")
    tx.change(update(t.task).where(*theirs).values(object_id=None, object_type=""))
    if ticket.lock_id is not None:
        tx.change(delete(t.lock).where(t.lock.c.lock_id == ticket.lock_id))


def _log(tx: Write, actor: Principal, ticket: TicketState, comment: str | None) -> None:
    """Source: tickets.md 4.13 (8)."""
    reason = f": {html.to_text(comment)}" if comment else ""
    text = f"{actor_name(actor)} deleted ticket #{ticket.number}{reason}"
    log(tx, "Debug", f"Ticket #{ticket.number} deleted", text)
