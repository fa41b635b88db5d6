"""Deleting a user together with the user's tickets.

Source: people.md 1.10, golden cases 259 to 264.
"""

from sqlalchemy import select

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.tickets.api import delete_ticket, load_ticket, refresh_index
from osticket_api.features.users.api import UserState, delete_user


def delete_with_tickets(tx: Write, actor: Principal, user: UserState) -> None:
    """Delete a user and every ticket the user owns.

    Raises: Forbidden without `user.delete`, or without `ticket.delete` for one of the tickets.
    """
    require_global(actor, GlobalPermission.user_delete)
    ticket = t.ticket.c
    for ticket_id in tx.scalars(select(ticket.ticket_id).where(ticket.user_id == user.id).order_by(ticket.ticket_id)):
        delete_ticket(tx, actor, load_ticket(tx, ticket_id))
    refresh_index(tx)
    delete_user(tx, actor, user)
