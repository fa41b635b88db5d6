"""Make the answer to a sign-in: tokens, or the cookies of a browser session."""

from osticket_api.access import tokens
from osticket_api.access.browser_sessions import csrf_tokens
from osticket_api.features.auth.requests import TicketAccess, Tokens
from osticket_api.features.auth.service import Session
from osticket_api.features.auth.ticket_access import Guest
from osticket_api.kit.clock import system_clock
from osticket_api.web.call import Call
from osticket_api.web.session_cookies import session_cookies


def issue_ticket_access(call: Call, guest: Guest) -> TicketAccess:
    """An access token for the ticket whose link was followed. The link itself is good for the next one."""
    ttl = call.settings.jwt_ttl
    token = tokens.issue(call.signing_keys, tokens.AccessToken(guest.subject, 0), now=system_clock(), ttl_seconds=ttl)
    return TicketAccess(access_token=token, expires_in=ttl, ticket_id=guest.ticket_id)


def issue_tokens(call: Call, session: Session, *, is_password_due: bool = False) -> Tokens:
    """An access token for this sign-in together with its refresh token, or cookies in their place."""
    if session.browser_secret is not None:
        return _give_cookies(call, session, session.browser_secret, is_password_due=is_password_due)
    ttl = call.settings.jwt_ttl
    token = tokens.AccessToken(session.subject, session.id)
    return Tokens(
        access_token=tokens.issue(call.signing_keys, token, now=system_clock(), ttl_seconds=ttl),
        expires_in=ttl,
        refresh_token=session.refresh_token,
        refresh_expires_in=call.settings.jwt_refresh_ttl if session.refresh_token else None,
        password_change_required=is_password_due,
    )


def _give_cookies(call: Call, session: Session, secret: str, *, is_password_due: bool) -> Tokens:
    seconds = call.settings.session_ttl
    csrf = csrf_tokens(call.signing_keys, session.subject.partition(":")[0], secret)[0]
    call.answer_cookies = session_cookies(call.request, secret, csrf, seconds)
    return Tokens(
        access_token="",
        token_type="Cookie",  # noqa: S106
        expires_in=seconds,
        password_change_required=is_password_due,
        csrf_token=csrf,
    )
