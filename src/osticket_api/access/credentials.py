"""From the credentials of a request to the principal behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select

from osticket_api.access import links, tokens
from osticket_api.access.gate import admit
from osticket_api.access.keys import InvalidKey, find_key
from osticket_api.access.loading import find_principal
from osticket_api.access.principal import ANONYMOUS, Principal
from osticket_api.db.caches import CALLERS
from osticket_api.db.engine import Database
from osticket_api.db.tables import own
from osticket_api.db.unit import Read
from osticket_api.errors import Unauthenticated


@dataclass(frozen=True)
class Credentials:
    """What a request brought along."""

    bearer: str | None = None
    api_key: str | None = None
    ip: str = ""
    signature: str | None = None
    """In the address, good at `path` only."""
    path: str = ""


async def identify(database: Database, signing_key: str, credentials: Credentials) -> Principal:
    """The caller. A bad credential is refused even beside a good one; the token decides who acts.

    Raises: Unauthenticated.
    """
    principal: Principal = ANONYMOUS
    if credentials.api_key is not None:
        principal = await _cached_principal(database, _by_key, credentials.api_key, credentials.ip)
    if credentials.bearer is not None:
        token = tokens.read(signing_key, credentials.bearer)
        principal = await identify_token(database, token, credentials.ip)
    if credentials.signature is not None and principal is ANONYMOUS:
        token = links.read(signing_key, credentials.signature, credentials.path)
        principal = await identify_token(database, token, credentials.ip)
    return principal


async def admit_anonymous(database: Database, ip: str) -> None:
    """Let somebody in who has not signed in. Raises: Forbidden, Unavailable."""
    await _cached_principal(database, _admit_anonymous, ip)


async def identify_token(database: Database, token: tokens.AccessToken, ip: str) -> Principal:
    """Who an access token is for, as of now. Raises: Unauthenticated when the sign-in has ended."""
    return await _cached_principal(database, _by_token, token.subject, token.session_id, ip)


async def _cached_principal(database: Database, load: Callable[..., Principal], *key: Any) -> Principal:
    """A principal, as it was half a second ago at most, and never as it was before a change of ours."""
    known = database.caches.find(CALLERS, (load, key))
    if known is not None:
        return cast("Principal", known.value)
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
        raise Unauthenticated.because("This sign-in has ended; sign in again.", code="signed_out")
    admit(tx, principal, ip)
    return principal


def _is_alive(tx: Read, session_id: int) -> bool:
    session = own.api_session.c
    return tx.scalar(select(session.id).where(session.id == session_id, session.revoked_at.is_(None))) is not None
