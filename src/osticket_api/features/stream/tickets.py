"""Tickets for streams, since an EventSource of a browser sends no headers."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from osticket_api.access import tokens
from osticket_api.access.tokens import AccessToken
from osticket_api.db.tables.own_webhooks import api_stream_ticket
from osticket_api.db.unit import Write
from osticket_api.errors import Unauthenticated

SECONDS_VALID: Final = 30


def issue_ticket(tx: Write, token: AccessToken) -> str:
    """A ticket that stands for an access token once, within the next seconds.

    Effects: clears away tickets that nobody used.
    """
    ticket = tokens.new_secret("st_")
    tx.change(delete(api_stream_ticket).where(api_stream_ticket.c.expires_at < tx.now))
    tx.insert(
        api_stream_ticket,
        ticket_hash=tokens.fingerprint(ticket),
        subject=token.subject,
        session_id=token.session_id,
        expires_at=tx.now + timedelta(seconds=SECONDS_VALID),
    )
    return ticket


def redeem_ticket(tx: Write, ticket: str) -> AccessToken:
    """Exchange a ticket for the token that it stands for. The ticket is used up. Raises: Unauthenticated."""
    found = api_stream_ticket.c
    mine = found.ticket_hash == tokens.fingerprint(ticket)
    row = tx.locked(select(api_stream_ticket).where(mine))
    if row is None or row.expires_at < tx.now:
        raise Unauthenticated.because(
            "The ticket for the stream is unknown, used or expired: get a new one.", code="token_invalid"
        )
    tx.change(delete(api_stream_ticket).where(mine))
    return AccessToken(row.subject, row.session_id)
