"""Signing out whom the provider has signed out.

Source: OpenID Connect Back-Channel Logout 1.0.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from osticket_api.access.tokens import fingerprint
from osticket_api.db.tables.own_sign_on import api_provider_logout as table
from osticket_api.db.unit import Write
from osticket_api.errors import BadRequest
from osticket_api.events import security
from osticket_api.features.auth.api import end_provider_sessions
from osticket_api.features.single_sign_on.logout import LOGOUT_SECONDS, Logout

_KEPT: Final = timedelta(seconds=2 * LOGOUT_SECONDS)
"""Longer than a token is good."""


def sign_out(tx: Write, provider: str, logout: Logout) -> None:
    """End the sign-ins that a logout token is about, and those that wait for a second factor.

    Raises: BadRequest for a token that was used before.
    """
    _use_up(tx, provider, logout.id)
    ended = end_provider_sessions(tx, provider, subject=logout.subject, sid=logout.sid)
    security.note(tx, "signed_out_by_provider", provider=provider, sessions=ended)


def _use_up(tx: Write, provider: str, token_id: str) -> None:
    tx.change(delete(table).where(table.c.expires_at < tx.now))
    try:
        tx.insert(table, token_hash=fingerprint(f"{provider} {token_id}"), expires_at=tx.now + _KEPT)
    except IntegrityError:
        message = "The logout token was used before."
        raise BadRequest.because(message, code="logout_token_used", field="logout_token") from None
