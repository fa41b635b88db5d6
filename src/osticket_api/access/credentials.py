"""From the credentials of a request to the principal behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from osticket_api.access import tokens
from osticket_api.access.keys import find_osticket_key, find_own_key
from osticket_api.access.loading import find_staff, find_user
from osticket_api.access.principal import ANONYMOUS, Principal
from osticket_api.db.engine import Database, Read
from osticket_api.db.tables import own
from osticket_api.errors import Unauthenticated

_SECONDS_KEPT = 2
"""How long a principal is believed before the database is asked again: an agent locked in PHP is out after this."""


@dataclass(frozen=True)
class Credentials:
    """What a request brought along."""

    bearer: str | None = None
    api_key: str | None = None
    ip: str = ""


async def identify(database: Database, signing_key: str, credentials: Credentials) -> Principal:
    """The caller. A bad credential is refused even beside a good one; the token decides who acts.

    Raises: Unauthenticated.
    """
    principal: Principal = ANONYMOUS
    if credentials.api_key is not None:
        principal = await _remembered(database, _by_key, (credentials.api_key, credentials.ip))
    if credentials.bearer is not None:
        token = tokens.read(signing_key, credentials.bearer)
        principal = await _remembered(database, _by_token, (token.subject, token.session_id))
    return principal


async def _remembered(
    database: Database, load: Callable[[Read, Any, Any], Principal], key: tuple[Any, Any]
) -> Principal:
    principal: Principal | None = database.memory.get((load, key))
    if principal is None:
        principal = await database.read(load, *key)
        database.memory.put((load, key), principal, _SECONDS_KEPT)
    return principal


def _by_key(tx: Read, key: str, ip: str) -> Principal:
    principal: Principal | None = find_osticket_key(tx, key, ip)
    if principal is None and tx.has_own_tables:
        principal = find_own_key(tx, tokens.fingerprint(key), ip)
    if principal is None:
        raise Unauthenticated.because("The API key is unknown, inactive, or not allowed from this address.")
    return principal


def _by_token(tx: Read, subject: str, session_id: int) -> Principal:
    kind, _, identifier = subject.partition(":")
    finders = {"staff": find_staff, "user": find_user}
    principal = finders[kind](tx, int(identifier)) if kind in finders else None
    if principal is None or (session_id and not _is_alive(tx, session_id)):
        raise Unauthenticated.because("This sign-in has ended; sign in again.", code="signed_out")
    return principal


def _is_alive(tx: Read, session_id: int) -> bool:
    session = own.api_session.c
    return tx.scalar(select(session.id).where(session.id == session_id, session.revoked_at.is_(None))) is not None
