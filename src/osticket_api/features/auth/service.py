"""Signing in: passwords against osTicket's hashes, sessions in our own table.

A refresh token is used once: refreshing gives the next one. A token presented a second time, later than a flaky
network explains, ends its session.
Source: people.md 6.2 and 6.6 for who may sign in; the sessions are our own, osTicket's stay PHP's.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update

from osticket_api.access.browser_sessions import KINDS, MODE, SECRET_PREFIX
from osticket_api.access.gate import admit
from osticket_api.access.loading import can_sign_in, find_principal, find_staff_login, find_user_login
from osticket_api.access.passwords import OWN_BACKENDS
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.second_factors import has_second_factor
from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import AccessToken, fingerprint, new_secret
from osticket_api.audit.entries import record_refused_sign_in
from osticket_api.db.flags import AccountStatus
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, NotAvailable, Unauthenticated
from osticket_api.events import security
from osticket_api.features.auth.refresh_tokens import RefreshToken
from osticket_api.features.auth.sign_in_context import SignInContext, note_language

_GRACE = timedelta(seconds=20)
LETTERS = {kind: letter for letter, kind in KINDS.items()}


@dataclass(frozen=True)
class Candidate:
    """Somebody who may sign in once their password is checked."""

    subject: str
    password_hash: str | None
    may_sign_in: bool
    backend: str
    """The only back end whose password counts, in lower case; empty for any."""
    hindrance: Unauthenticated | None = None
    """The error that tells a user with the right password why they may not sign in. None for agents."""

    @property
    def is_local(self) -> bool:
        """Whether the password that osTicket stores counts."""
        return self.backend in OWN_BACKENDS

    @property
    def may_be_told(self) -> bool:
        """Whether a right password lets them in, or lets them know why not."""
        return self.may_sign_in or self.hindrance is not None

    def may_use(self, backend: str) -> bool:
        return self.backend in ("", backend)


@dataclass(frozen=True)
class Session:
    """A sign-in, and the refresh token that continues it or the secret of its cookie.

    Where nothing is kept, its id is 0 and it has neither.
    """

    id: int
    subject: str
    refresh_token: str | None = None
    is_password_due: bool = False
    """Whether the password must be changed before anything else."""
    browser_secret: str | None = None


def find_candidate(tx: Read, kind: str, login: str) -> Candidate | None:
    """Find the account with this user name, e-mail address or (for agents) id.

    Source: people.md 6.2, 6.6; unlike osTicket, a locked agent is refused at once.
    """
    login = login.strip()
    if kind == "staff":
        row = find_staff_login(tx, login)
        return row and Candidate(f"staff:{row.staff_id}", row.passwd, row.isactive, _lowered(row.backend))
    row = find_user_login(tx, login)
    return row and Candidate(
        f"user:{row.user_id}",
        row.passwd,
        can_sign_in(row.status),
        _lowered(row.backend),
        _hindrance(row.status),
    )


def _hindrance(status: int) -> Unauthenticated | None:
    """What osTicket tells a user whose password is right, and who may not sign in. Source: people.md 6.6."""
    if not status & AccountStatus.CONFIRMED:
        message = "Confirm your account first: follow the link that was mailed to you."
        return Unauthenticated.because(message, code="account_unconfirmed")
    if status & AccountStatus.LOCKED:
        return Unauthenticated.because("Your account is locked by an administrator.", code="account_locked")
    return None


def _lowered(backend: str | None) -> str:
    return (backend or "").lower()


def start_session(tx: Write, subject: str, context: SignInContext, second_factor: str | None = None) -> Session:
    """Remember a sign-in, so that it can be continued and ended. `second_factor`: the kind that was shown."""
    kind, _, identifier = subject.partition(":")
    secret = new_secret(SECRET_PREFIX) if context.mode == MODE else None
    token = RefreshToken.of_new_family() if secret is None else None
    session_id = tx.insert(
        own.api_session,
        principal_kind=LETTERS[kind],
        principal_id=int(identifier),
        token_hash=token.token_hash if token else fingerprint(secret or ""),
        family_hash=token.family_hash if token else None,
        created_at=tx.now,
        expires_at=tx.now + timedelta(seconds=context.ttl_seconds),
        second_factor=second_factor,
        mode=None if secret is None else MODE,
        ip=context.ip[:64],
        user_agent=context.user_agent[:255],
    )
    note_language(tx, subject, context.language)
    security.note(tx, "signed_in", account=subject, session=session_id)
    return Session(session_id, subject, token.text if token else None, browser_secret=secret)


def continue_session(tx: Write, refresh_token: str, keys: SigningKeys, ip: str) -> Session | None:
    """Exchange a refresh token for the next one, which the `keys` make. None when the token is not good.

    A token that was exchanged before ends its session, however many were given since; so does a token of somebody who
    may no longer sign in.

    Raises: Unauthenticated for an agent who has a second factor by now, Forbidden and Unavailable where the help desk
    does not let them in.
    """
    session = own.api_session.c
    given = RefreshToken(refresh_token)
    row = tx.locked(select(own.api_session).where(session.family_hash == given.family_hash))
    if row is None or row.revoked_at is not None or row.expires_at <= tx.now:
        return None
    subject = f"{KINDS[row.principal_kind]}:{row.principal_id}"
    if not _is_fresh(tx, row, given):
        security.warn(tx, "refresh_token_reused", account=subject, session=row.id)
        record_refused_sign_in(tx, "refresh_token_reused", subject, session=row.id)
        end_session(tx, row.id)
        return None
    principal = find_principal(tx, subject)
    if principal is None:
        end_session(tx, row.id)
        return None
    admit(tx, principal, ip)
    _check_second_factor(tx, principal, row.second_factor)
    token = given.next(keys, row.token_hash)
    if given.token_hash == row.token_hash:
        values = {"token_hash": token.token_hash, "previous_hash": given.token_hash, "rotated_at": tx.now}
        tx.change(update(own.api_session).where(session.id == row.id).values(**values))
    return Session(row.id, subject, token.text, principal.must_change_password)


def _check_second_factor(tx: Read, principal: Principal, shown: str | None) -> None:
    """Raises: Unauthenticated for an agent who has a second factor by now and has not shown it."""
    if shown is None and isinstance(principal, Staff) and has_second_factor(tx, principal.id):
        raise Unauthenticated.because(
            "A second factor was set up after this sign-in: sign in again.", code="two_factor_required"
        )


def _is_fresh(tx: Write, row: Row[Any], given: RefreshToken) -> bool:
    """Whether a token is the newest, or the one before it, shown again because the answer was lost on its way."""
    if given.token_hash == row.token_hash:
        return True
    return bool(given.token_hash == row.previous_hash and row.rotated_at + _GRACE >= tx.now)


def end_session(tx: Write, session_id: int) -> None:
    """Sign out: the refresh token is dead at once, access tokens and cookies within half a second."""
    session = own.api_session.c
    tx.change(update(own.api_session).where(session.id == session_id).values(revoked_at=tx.now))


def end_sessions(tx: Write, kind: str, principal_id: int, kept: int | None = None) -> None:
    """Sign somebody out everywhere, but for the session that is `kept`."""
    if not tx.has_own_tables:
        return
    session = own.api_session.c
    of_principal = (session.principal_kind == LETTERS[kind], session.principal_id == principal_id)
    alive = (session.revoked_at.is_(None), session.id != (kept or 0))
    tx.change(update(own.api_session).where(*of_principal, *alive).values(revoked_at=tx.now))


def mark_session(tx: Write, session_id: int, second_factor: str) -> None:
    """Note that the second factor was shown in this session too."""
    this = own.api_session.c.id == session_id
    tx.change(update(own.api_session).where(this).values(second_factor=second_factor))


def require_sessions(are_kept: bool) -> None:
    """Raises: NotAvailable where the server is attached read-only."""
    if not are_kept:
        raise NotAvailable.because("This server is attached read-only and keeps no sessions; sign in again.")


def refuse_osticket_session(*, is_browser: bool, sign_in: AccessToken | None) -> None:
    """Raises: Conflict for whoever wants to sign out of a session that is osTicket's."""
    if is_browser and sign_in is None:
        message = "You are signed in at osTicket itself: sign out there."
        raise Conflict.because(message, code="osticket_session")


def refused() -> Unauthenticated:
    return Unauthenticated.because("The user name or password is wrong.", code="wrong_credentials")
