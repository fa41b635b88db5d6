"""Giving a ticket to another user.

Source: tickets.md 4.10 and golden README lesson 23.
"""

from sqlalchemy import delete

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import require, require_settable
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, Invalid
from osticket_api.events.recording import record
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.features.users.api import find_named_user


def change_owner(tx: Write, actor: Principal, ticket: TicketState, user_id: int) -> None:
    """Make somebody else the user who asks. The former one is gone from the ticket, but for what they wrote.

    A collaborator who becomes the owner is removed from the collaborators, without an event.
    Raises: Forbidden, Conflict when it is theirs already, Invalid when they see no such user.
    """
    require(actor, Permission.ticket_edit, ticket)
    require_settable(actor, "ticket", ticket, "user_id")
    user = find_named_user(tx, actor, user_id)
    if user is None:
        raise Invalid.because(f"There is no user {user_id}.", field="user_id")
    if user.id == ticket.user_id:
        raise Conflict.because(f"The ticket belongs to {user.name} already.")
    save(tx, ticket, user_id=user.id)
    collaborator = t.thread_collaborator.c
    tx.change(
        delete(t.thread_collaborator).where(collaborator.thread_id == ticket.thread_id, collaborator.user_id == user.id)
    )
    record(tx, "edited", ticket.subject, actor, data={"owner": user.id, "fields": {"Ticket Owner": user.name}})
