"""The tokens that a sign-in is answered with."""

from osticket_api.access import tokens
from osticket_api.features.auth.requests import Tokens
from osticket_api.kit.clock import system_clock
from osticket_api.web.call import Call


def issue_tokens(
    call: Call, subject: str, session_id: int, refresh_token: str | None, *, is_password_due: bool = False
) -> Tokens:
    """An access token for this sign-in, together with its refresh token."""
    ttl = call.settings.jwt_ttl
    access = tokens.issue(
        call.signing_key, tokens.AccessToken(subject, session_id), now=system_clock(), ttl_seconds=ttl
    )
    return Tokens(
        access_token=access,
        expires_in=ttl,
        refresh_token=refresh_token,
        refresh_expires_in=call.settings.jwt_refresh_ttl if refresh_token else None,
        password_change_required=is_password_due,
    )
