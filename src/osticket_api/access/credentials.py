"""From the credentials of a request to the principal behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from osticket_api.access import links, tokens
from osticket_api.access.browser_sessions import MODE, ended, find_browser_session, is_over
from osticket_api.access.gate import admit
from osticket_api.access.keys import InvalidKey, find_key
from osticket_api.access.loading import find_principal
from osticket_api.access.principal import ANONYMOUS, Principal
from osticket_api.access.tokens import AccessToken
from osticket_api.db.caches import CALLERS
from osticket_api.db.engine import Database
from osticket_api.db.tables import own
from osticket_api.db.unit import Read
from osticket_api.errors import BadRequest, Unauthenticated


@dataclass(frozen=True)
class Credentials:
    """What a request brought along."""

    bearer: str | None = None
    api_key: str | None = None
    ip: str = ""
    signature: str | None = None
    """In the address, good at `path` only."""
    path: str = ""
    session: str | None = None
    """The secret in the cookie of a browser."""

    @property
    def are_headers(self) -> bool:
        return self.bearer is not None or self.api_key is not None


@dataclass(frozen=True)
class Identified:
    """Who calls, and the sign-in they call through. `is_browser`: a cookie stands for them."""

    principal: Principal
    sign_in: AccessToken | None = None
    is_browser: bool = False


async def identify(database: Database, signing_key: str, credentials: Credentials) -> Identified:
    """The caller. A bad credential is refused even beside a good one, and so are a good token and a good key at once.

    A browser sends its cookie unasked: beside a header it counts for nothing.

    Raises: Unauthenticated, BadRequest.
    """
    caller = Identified(ANONYMOUS)
    if credentials.api_key is not None:
        caller = Identified(await _cached_caller(database, _by_key, credentials.api_key, credentials.ip))
    if credentials.bearer is not None:
        token = tokens.read(signing_key, credentials.bearer)
        caller = Identified(await identify_token(database, token, credentials.ip), token)
    if credentials.bearer is not None and credentials.api_key is not None:
        raise BadRequest.because("Send either a token or an API key, not both.", code="ambiguous_credentials")
    if credentials.session is not None and not credentials.are_headers:
        found = await _cached_caller(database, find_browser_session, credentials.session, credentials.ip)
        caller = Identified(found.principal, found.sign_in, is_browser=True)
    if credentials.signature is not None:
        token = links.read(signing_key, credentials.signature, credentials.path)
        signer = await identify_token(database, token, credentials.ip)
        caller = Identified(signer) if caller.principal is ANONYMOUS else caller
    return caller


async def admit_anonymous(database: Database, ip: str) -> None:
    """Let somebody in who has not signed in. Raises: Forbidden, Unavailable."""
    await _cached_caller(database, _admit_anonymous, ip)


async def identify_token(database: Database, token: tokens.AccessToken, ip: str) -> Principal:
    """Who an access token is for, as of now. Raises: Unauthenticated when the sign-in has ended."""
    principal: Principal = await _cached_caller(database, _by_token, token.subject, token.session_id, ip)
    return principal


async def _cached_caller(database: Database, load: Callable[..., Any], *key: Any) -> Any:
    """A caller, as they were half a second ago at most, and never as they were before a change of ours."""
    known = database.caches.find(CALLERS, (load, key))
    if known is not None:
        return known.value
    return await database.read(lambda tx: tx.caches.make(CALLERS, (load, key), lambda: load(tx, *key)).value)


def _admit_anonymous(tx: Read, ip: str) -> Principal:
    admit(tx, ANONYMOUS, ip)
    return ANONYMOUS


def _by_key(tx: Read, key: str, ip: str) -> Principal:
    try:
        found = find_key(tx, key, ip)
    except InvalidKey as refused:
        raise Unauthenticated.because(str(refused)) from None
    principal = found.staff or found.key
    admit(tx, principal, ip)
    return principal


def _by_token(tx: Read, subject: str, session_id: int, ip: str) -> Principal:
    principal = find_principal(tx, subject)
    if principal is None or (session_id and not _is_alive(tx, session_id)):
        raise ended()
    admit(tx, principal, ip)
    return principal


def _is_alive(tx: Read, session_id: int) -> bool:
    row = tx.row(select(own.api_session).where(own.api_session.c.id == session_id))
    if row is None or row.revoked_at is not None:
        return False
    return row.mode != MODE or not is_over(tx, row)
