"""Signing in: passwords against osTicket's hashes, sessions in our own table.

A refresh token is used once: refreshing gives the next one. A token presented a second time, later than a flaky
network explains, ends its session.
Source: people.md 6.2 and 6.6 for who may sign in; the sessions are our own, osTicket's stay PHP's.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update

from osticket_api.access import tokens
from osticket_api.access.loading import can_sign_in, find_staff_login, find_user_login
from osticket_api.db.engine import Read, Write
from osticket_api.db.tables import own
from osticket_api.errors import Unauthenticated

_GRACE = timedelta(seconds=20)
_LETTERS = {"staff": "S", "user": "U"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}


@dataclass(frozen=True)
class Candidate:
    """Somebody who may sign in once their password is checked."""

    subject: str
    password_hash: str | None
    may_sign_in: bool


@dataclass(frozen=True)
class Session:
    """A sign-in and the refresh token that continues it."""

    id: int
    subject: str
    refresh_token: str


def find_candidate(tx: Read, kind: str, login: str) -> Candidate | None:
    """Who has this user name, e-mail address or (agents) id.

    An agent or account bound to another back end, such as LDAP, cannot use a password here.
    Source: people.md 6.2, 6.6; unlike osTicket, a locked agent is refused at once.
    """
    if kind == "staff":
        row = find_staff_login(tx, login)
        return row and Candidate(f"staff:{row.staff_id}", row.passwd, row.isactive and _is_local(row.backend))
    row = find_user_login(tx, login)
    return row and Candidate(f"user:{row.user_id}", row.passwd, can_sign_in(row.status) and _is_local(row.backend))


def _is_local(backend: str | None) -> bool:
    return backend in (None, "", "local", "client")


def start_session(tx: Write, subject: str, ip: str, user_agent: str, ttl_seconds: int) -> Session:
    """Remember a sign-in, so that it can be continued and ended."""
    kind, _, identifier = subject.partition(":")
    secret = tokens.new_secret("osr_")
    session_id = tx.insert(
        own.api_session,
        principal_kind=_LETTERS[kind],
        principal_id=int(identifier),
        token_hash=tokens.fingerprint(secret),
        created_at=tx.now,
        expires_at=tx.now + timedelta(seconds=ttl_seconds),
        ip=ip[:64],
        user_agent=user_agent[:255],
    )
    return Session(session_id, subject, secret)


def continue_session(tx: Write, refresh_token: str) -> Session | None:
    """Exchange a refresh token for the next one. None when the token is no good; a reused one ends its session."""
    session = own.api_session.c
    given = tokens.fingerprint(refresh_token)
    row = tx.locked(select(own.api_session).where(or_(session.token_hash == given, session.previous_hash == given)))
    if row is None or row.revoked_at is not None or row.expires_at <= tx.now:
        return None
    if row.token_hash != given and row.rotated_at + _GRACE < tx.now:
        end_session(tx, row.id)
        return None
    secret = tokens.new_secret("osr_")
    tx.change(
        update(own.api_session)
        .where(session.id == row.id)
        .values(token_hash=tokens.fingerprint(secret), previous_hash=row.token_hash, rotated_at=tx.now)
    )
    return Session(row.id, f"{_KINDS[row.principal_kind]}:{row.principal_id}", secret)


def end_session(tx: Write, session_id: int) -> None:
    """Sign out: the refresh token is dead at once, access tokens within seconds."""
    session = own.api_session.c
    tx.change(update(own.api_session).where(session.id == session_id).values(revoked_at=tx.now))
    tx.memory.clear()


def end_sessions(tx: Write, kind: str, principal_id: int, kept: int | None = None) -> None:
    """Sign somebody out everywhere, but for the session that is `kept`."""
    tx.memory.clear()
    if not tx.has_own_tables:
        return
    session = own.api_session.c
    theirs = (session.principal_kind == _LETTERS[kind], session.principal_id == principal_id)
    alive = (session.revoked_at.is_(None), session.id != (kept or 0))
    tx.change(update(own.api_session).where(*theirs, *alive).values(revoked_at=tx.now))


def refused() -> Unauthenticated:
    return Unauthenticated.because("The user name or password is wrong.", code="wrong_credentials")
