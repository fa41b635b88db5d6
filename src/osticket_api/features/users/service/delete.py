"""Deleting a user, for good.

Source: people.md 1.10, golden cases 259 to 264.
"""

from sqlalchemy import delete, func, select

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.features.auth import api as auth
from osticket_api.features.forms import api as forms
from osticket_api.features.users.service.accounts import cancel_tokens, end_sessions
from osticket_api.features.users.service.state import UserState
from osticket_api.search_index import index


def delete_user(tx: Write, actor: Principal, user: UserState) -> None:
    """Delete a user with account, addresses and answers. What they wrote on tickets of others stays, under their name.

    What osTicket leaves behind goes too: quick notes, the copy of the answers, tokens, collaborations.

    Raises: Forbidden without `user.delete`; Conflict while the user has tickets.
    """
    require_global(actor, GlobalPermission.user_delete)
    _require_no_tickets(tx, user)
    tx.change(delete(t.user_account).where(t.user_account.c.user_id == user.id))
    tx.change(delete(t.user_email).where(t.user_email.c.user_id == user.id))
    forms.delete_entries(tx, "U", user.id)
    tx.change(delete(t.user).where(t.user.c.id == user.id))
    index.remove(tx, ("U", [user.id]))
    _clean_up(tx, user.id)
    tx.note_effect("user", id=user.id, deleted=True)


def _require_no_tickets(tx: Read, user: UserState) -> None:
    count = tx.scalar(select(func.count()).select_from(t.ticket).where(t.ticket.c.user_id == user.id))
    if count:
        tickets, them = ("a ticket", "it") if count == 1 else (f"{count} tickets", "them")
        message = f"{user.name} has {tickets}; give {them} to somebody else, or delete {them} with ?tickets=delete."
        raise Conflict.because(message, code="has_tickets", detail={"ticket_count": count})


def _clean_up(tx: Write, user_id: int) -> None:
    tx.change(delete(t.thread_collaborator).where(t.thread_collaborator.c.user_id == user_id))
    tx.change(delete(t.note).where(t.note.c.ext_id == f"U{user_id}"))
    if has_table(tx, t.user_cdata):
        tx.change(delete(t.user_cdata).where(t.user_cdata.c.user_id == user_id))
    cancel_tokens(tx, user_id)
    end_sessions(tx, user_id)
    auth.forget_identities(tx, "user", user_id)
