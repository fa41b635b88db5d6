"""Find the principal behind the credentials of a request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from osticket_api.access import signed_urls, tokens
from osticket_api.access.browser_sessions import MODE, csrf_tokens, ended, find_browser_session, is_over
from osticket_api.access.field_rules import load_rules
from osticket_api.access.gate import admit
from osticket_api.access.keys import InvalidKey, find_key, find_key_of_token
from osticket_api.access.loading import find_principal
from osticket_api.access.osticket_sessions import find_osticket_session
from osticket_api.access.principal import ANONYMOUS, Anonymous, Principal
from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import AccessToken, fingerprint
from osticket_api.db.caches import CALLERS
from osticket_api.db.engine import Database
from osticket_api.db.tables import own
from osticket_api.db.unit import Read
from osticket_api.errors import BadRequest, Unauthenticated


@dataclass(frozen=True)
class Credentials:
    """The credentials that a request has sent."""

    bearer: str | None = None
    api_key: str | None = None
    ip: str = ""
    signature: str | None = None
    """A signature in the address, valid for `path` only."""
    path: str = ""
    session: str | None = None
    """The secret in the cookie of a browser."""
    osticket_session: str | None = None
    """The id in osTicket's cookie, where that counts."""

    @property
    def are_headers(self) -> bool:
        return self.bearer is not None or self.api_key is not None


@dataclass(frozen=True)
class Identified:
    """The caller, and the sign-in that the request uses.

    `is_browser`: the caller is known by a cookie. `page_tokens`: a page that changes something must send one of these
    beside the cookie.
    """

    principal: Principal
    sign_in: AccessToken | None = None
    is_browser: bool = False
    page_tokens: Sequence[str] = ()
    key_hash: str | None = None
    """The hash of the API key whose requests are counted, where there is one."""


async def identify(database: Database, signing_keys: SigningKeys, credentials: Credentials) -> Identified:
    """The caller. A bad credential is refused even beside a good one, and so are a good token and a good key at once.

    A browser sends its cookies unasked: beside a header they count for nothing, and osTicket's beside ours.

    Raises: Unauthenticated, BadRequest.
    """
    caller = Identified(ANONYMOUS)
    if credentials.api_key is not None:
        principal = await _cached_caller(database, _by_key, credentials.api_key, credentials.ip)
        caller = Identified(principal, key_hash=fingerprint(credentials.api_key.strip()))
    if credentials.bearer is not None:
        token = tokens.read(signing_keys, credentials.bearer)
        caller = await _identified_by(database, token, credentials.ip)
    if credentials.bearer is not None and credentials.api_key is not None:
        raise BadRequest.because("Send either a token or an API key, not both.", code="ambiguous_credentials")
    if credentials.session is not None and not credentials.are_headers:
        found = await _cached_caller(database, find_browser_session, credentials.session, credentials.ip)
        tokens_of_pages = csrf_tokens(signing_keys, found.principal.kind, credentials.session)
        caller = Identified(found.principal, found.sign_in, is_browser=True, page_tokens=tokens_of_pages)
    elif credentials.osticket_session is not None and not credentials.are_headers:
        caller = await _by_osticket(database, credentials.osticket_session, credentials.ip)
    if credentials.signature is not None:
        token = signed_urls.read(signing_keys, credentials.signature, credentials.path)
        signer = await identify_token(database, token, credentials.ip)
        caller = Identified(signer) if caller.principal is ANONYMOUS else caller
    return caller


async def _by_osticket(database: Database, session_id: str, ip: str) -> Identified:
    """Find who is signed in at osTicket itself. osTicket gives visitors sessions too, which stand for nobody."""
    found = await _cached_caller(database, find_osticket_session, session_id, ip)
    if found is None:
        return Identified(ANONYMOUS)
    page_tokens = () if found.csrf_token is None else (found.csrf_token,)
    return Identified(found.principal, is_browser=True, page_tokens=page_tokens)


async def _identified_by(database: Database, token: AccessToken, ip: str) -> Identified:
    """Find who a bearer token is for: somebody who has signed in, or a machine client."""
    if token.is_of_key:
        principal, key_hash = await _cached_caller(database, _by_token_of_key, token, ip)
        return Identified(principal, key_hash=key_hash)
    return Identified(await identify_token(database, token, ip), token)


async def admit_anonymous(database: Database, ip: str) -> Principal:
    """Admit a visitor, who has not signed in. Raises: Forbidden, Unavailable."""
    visitor: Principal = await _cached_caller(database, _admit_anonymous, ip)
    return visitor


async def identify_token(database: Database, token: tokens.AccessToken, ip: str) -> Principal:
    """Find who an access token is for now. Raises: Unauthenticated when the sign-in has ended."""
    principal: Principal = await _cached_caller(database, _by_token, token.subject, token.session_id, ip)
    return principal


async def _cached_caller(database: Database, load: Callable[..., Any], *key: Any) -> Any:
    """The caller with rights that are at most half a second old, and never older than a change through this machine."""
    known = database.caches.find(CALLERS, (load, key))
    if known is not None:
        return known.value
    return await database.read(lambda tx: tx.caches.make(CALLERS, (load, key), lambda: load(tx, *key)).value)


def _admit_anonymous(tx: Read, ip: str) -> Principal:
    admit(tx, ANONYMOUS, ip)
    return Anonymous(load_rules(tx))


def _by_key(tx: Read, key: str, ip: str) -> Principal:
    try:
        found = find_key(tx, key, ip)
    except InvalidKey as refused:
        raise Unauthenticated.because(str(refused)) from None
    principal = found.staff or found.key
    admit(tx, principal, ip)
    return principal


def _by_token_of_key(tx: Read, token: AccessToken, ip: str) -> tuple[Principal, str]:
    try:
        found, key_hash = find_key_of_token(tx, token, ip)
    except InvalidKey:
        told = "The API key of this token has ended, or is not allowed from this address."
        raise Unauthenticated.because(told, code="token_invalid") from None
    principal = found.staff or found.key
    admit(tx, principal, ip)
    return principal, key_hash


def _by_token(tx: Read, subject: str, session_id: int, ip: str) -> Principal:
    principal = find_principal(tx, subject)
    if principal is None or not is_signed_in(tx, session_id):
        raise ended()
    admit(tx, principal, ip)
    return principal


def is_signed_in(tx: Read, session_id: int) -> bool:
    """Whether a sign-in has not ended.

    A server without tables of our own stores no sign-ins: their id is 0, and they end with the token.
    """
    if not session_id:
        return True
    row = tx.row(select(own.api_session).where(own.api_session.c.id == session_id))
    if row is None or row.revoked_at is not None:
        return False
    return row.mode != MODE or not is_over(tx, row)
