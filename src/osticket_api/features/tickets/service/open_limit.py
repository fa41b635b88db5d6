"""How many tickets a user may have open at a time."""

from sqlalchemy import ColumnElement, func, select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.events.system_log import log
from osticket_api.features.tickets.service.denials import OpenTicketLimit
from osticket_api.features.tickets.service.new_ticket import NewTicket
from osticket_api.features.users.api import KnownUser


def check_limit(tx: Read, new: NewTicket, owner: KnownUser) -> None:
    """Source: tickets.md 1.6."""
    limit = load_config(tx).number("max_open_tickets")
    if limit and new.channel != "staff" and _count_open(tx, owner) >= limit:
        raise OpenTicketLimit.reached(limit, owner.email)


def log_limit(tx: Write, owner: KnownUser) -> dict[str, bool]:
    """Tell administrators that this was the last ticket that may be open at a time. Source: tickets.md 1.6.

    Returns what mails about the ticket must know of it.
    """
    limit = load_config(tx).number("max_open_tickets")
    if not limit or _count_open(tx, owner) != limit:
        return {}
    text = f"Maximum open tickets ({limit}) reached for {owner.email}"
    return {"is_last": True, "is_logged": log(tx, "Warning", f"Maximum Open Tickets Limit ({owner.email})", text)}


def _count_open(tx: Read, owner: KnownUser) -> int:
    """The open tickets of a user, and those they take part in, where users see these too."""
    ticket, status, thread, collaborator = t.ticket.c, t.ticket_status.c, t.thread.c, t.thread_collaborator.c
    theirs: ColumnElement[bool] = ticket.user_id == owner.id
    if load_config(tx).flag("collaborator_ticket_visibility"):
        joined = select(thread.object_id).join_from(
            t.thread, t.thread_collaborator, collaborator.thread_id == thread.id
        )
        theirs |= ticket.ticket_id.in_(joined.where(thread.object_type == "T", collaborator.user_id == owner.id))
    open_tickets = t.ticket.join(t.ticket_status, status.id == ticket.status_id)
    return int(tx.scalar(select(func.count()).select_from(open_tickets).where(theirs, status.state == "open")))
