"""Guests, who follow the link in a mail about a ticket, and read and answer that ticket without an account.

Source: people.md 6.6, 6.7
"""

import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from sqlalchemy import select

from osticket_api.access.gate import admit
from osticket_api.access.loading import find_principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.errors import Unauthenticated
from osticket_api.kit.ticket_tokens import TicketToken, read_ticket_token, ticket_token

_MOMENT: Final = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Guest:
    """The user who followed a link to a ticket, and the ticket."""

    user_id: int
    ticket_id: int

    @property
    def subject(self) -> str:
        return f"guest:{self.user_id}-{self.ticket_id}"


def follow_link(tx: Read, token: str, ip: str) -> Guest:
    """Whom a link lets in.

    Raises: Unauthenticated for a bad link, and where the help desk gives no links; Forbidden and Unavailable where it
    lets nobody in.
    """
    said = read_ticket_token(token) if load_config(tx).flag("allow_auth_tokens") else None
    user_id = _user_of(tx, said, token) if said is not None else None
    if said is None or user_id is None:
        raise _bad_link()
    guest = Guest(user_id, said.ticket_id)
    principal = find_principal(tx, guest.subject)
    if principal is None:
        raise _bad_link()
    admit(tx, principal, ip)
    return guest


def _user_of(tx: Read, said: TicketToken, token: str) -> int | None:
    """The user of a token with the right signature."""
    ticket = tx.row(select(t.ticket.c.user_id, t.ticket.c.created).where(t.ticket.c.ticket_id == said.ticket_id))
    if ticket is None or not tx.secret_salt:
        return None
    created = ticket.created.astimezone(tx.zone).strftime(_MOMENT)
    right = ticket_token(said.person_id, said.ticket_id, created, tx.secret_salt, is_owner=said.is_owner)
    if not hmac.compare_digest(quote(token, safe=""), right):
        return None
    if said.is_owner:
        return said.person_id if said.person_id == ticket.user_id else None
    return _collaborator(tx, said)


def _collaborator(tx: Read, said: TicketToken) -> int | None:
    collaborator, thread = t.thread_collaborator.c, t.thread.c
    user_id: int | None = tx.scalar(
        select(collaborator.user_id)
        .join(t.thread, thread.id == collaborator.thread_id)
        .where(
            collaborator.id == said.person_id,
            thread.object_type.in_(("T", "C")),
            thread.object_id == said.ticket_id,
        )
    )
    return user_id


def _bad_link() -> Unauthenticated:
    return Unauthenticated.because("This link to a ticket is not valid, or has expired.", code="token_invalid")
