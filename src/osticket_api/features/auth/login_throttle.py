"""Lock an account for a while after too many wrong passwords.

osTicket counts in the PHP session. We count by the account that was found and the address the tries come from, over
all processes; ten times as many lock the account for every address, and the address for every account.
Source: people.md 6.4 for the numbers and the rows of `syslog`, mail.md 7.3 for the mail to the administrator.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from osticket_api.access.principal import ANONYMOUS
from osticket_api.audit.entries import record_refused_sign_in
from osticket_api.db import tables as t
from osticket_api.db.config import help_desk_zone, load_config
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid, TooManyRequests, Unauthenticated
from osticket_api.events import security
from osticket_api.events.system_log import Severity, log
from osticket_api.features.auth.tallies import KEPT, Tallies, Tally, count
from osticket_api.mail import outbox

_WIDE: Final = 10
"""How many times as many tries lock an account for all addresses, and an address for all accounts."""
_LOGGED_EACH: Final = 3
_LOOKS: Final = 100
_SECONDS_BETWEEN_LOOKS: Final = 0.05
_UNDER_WAY: Final = timedelta(seconds=10)
"""After this time, a try that has not reported its end is taken to have none."""


@dataclass(frozen=True)
class LoginAttempt:
    """A try at a password, or at another secret: whose, and from where."""

    kind: str
    """`staff` or `user`."""
    account: str
    """The account that was found, or the name that finds none."""
    username: str | None
    """The user name as it was typed; None where nobody had to type one."""
    ip: str
    secret: str | None = None
    """What is guessed, where it is not the password of a sign-in. Each secret of an account is counted apart."""

    @property
    def here(self) -> str:
        return f"{self._guessed} {self.ip}"

    @property
    def anywhere(self) -> str:
        return f"{self._guessed} anywhere"

    @property
    def address(self) -> str:
        return f"address {self.ip}"

    @property
    def _guessed(self) -> str:
        return self.account if self.secret is None else f"{self.secret} of {self.account}"


@asynccontextmanager
async def counted(database: Database, who: LoginAttempt) -> AsyncIterator[None]:
    """Count one try at a password. A refusal from in here is a wrong password; without one the count begins anew.

    A try is counted before it is made: of many at once, no more are made than are allowed.

    Raises: TooManyRequests while the account or the address is locked.
    """
    tries = await _turn(database, who)
    try:
        yield
    except (Unauthenticated, Invalid):
        await count(database, _count_wrong, who, tries)
        raise
    await count(database, _forget, who)


async def _turn(database: Database, who: LoginAttempt) -> int:
    """Which try this is, once those before it have ended. Raises: TooManyRequests."""
    for _ in range(_LOOKS):
        tries = await count(database, _take_turn, who)
        if tries is not None:
            return tries
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
    raise _locked(_UNDER_WAY)


def _take_turn(tx: Read, tallies: Tallies, who: LoginAttempt) -> int | None:
    """Count one more try. None while as many as are allowed are being made. Raises: TooManyRequests."""
    allowed, _ = _limits(tx, who.kind)
    now = tx.now
    locked_until = tallies.locked_until((who.here, who.anywhere, who.address), now)
    if locked_until is not None:
        raise _locked(locked_until - now)
    tally = _current(tallies.take(who.here), now)
    if tally.tries > allowed and tally.last_at > now - _UNDER_WAY:
        return None
    tallies.put(who.here, Tally(tally.tries + 1, now))
    return tally.tries + 1


def _current(tally: Tally | None, now: datetime) -> Tally:
    """The tally, unless its lock has ended or its last try is long ago: then it begins anew."""
    if tally is None or tally.last_at <= now - KEPT or (tally.locked_until is not None and tally.locked_until <= now):
        return Tally(0, now)
    return tally


def _forget(tx: Read, tallies: Tallies, who: LoginAttempt) -> None:
    tallies.forget(who.here)


def _count_wrong(tx: Read, tallies: Tallies, who: LoginAttempt, tries: int) -> None:
    """Lock what has had more tries than are allowed, and tell osTicket's log as osTicket does."""
    allowed, lock = _limits(tx, who.kind)
    if tries > allowed:
        tallies.put(who.here, Tally(tries, tx.now, tx.now + lock))
    for subject in (who.anywhere, who.address):
        tally = _current(tallies.take(subject), tx.now)
        tally = Tally(tally.tries + 1, tx.now)
        is_full = tally.tries > allowed * _WIDE
        tallies.put(subject, replace(tally, locked_until=tx.now + lock) if is_full else tally)
    if isinstance(tx, Write):
        _tell(tx, who, tries, lock if tries > allowed else None)


async def note_refusal(database: Database, account: str, refusal: Unauthenticated) -> None:
    """Put on record that somebody was refused whose password is right."""
    await count(database, _note_refusal, account, refusal.faults[0].code)


def _note_refusal(tx: Read, tallies: Tallies, account: str, code: str) -> None:
    if isinstance(tx, Write):
        security.warn(tx, "sign_in_refused", account=account, reason=code)
        record_refused_sign_in(tx, code, account)


def _limits(tx: Read, kind: str) -> tuple[int, timedelta]:
    """How many wrong passwords are allowed, and for how long one more locks.

    osTicket has a setting for how long users are locked, and uses that of agents for both.
    """
    config = load_config(tx)
    allowed = config.number("staff_max_logins" if kind == "staff" else "client_max_logins")
    return allowed or 4, timedelta(minutes=config.number("staff_login_timeout") or 2)


def _tell(tx: Write, who: LoginAttempt, tries: int, lock: timedelta | None) -> None:
    """Log a wrong password: each in our logs, each third and those that lock in osTicket's."""
    event = "sign_in_refused" if lock is None else "locked_out"
    guessed = {} if who.secret is None else {"guessed": who.secret}
    security.warn(tx, event, account=who.account, tries=tries, **guessed)
    record_refused_sign_in(tx, event, who.account, tries=tries, **guessed)
    username = _name_of(tx, who)
    name = username if who.kind == "staff" else "user"
    moment = tx.now.astimezone(help_desk_zone(tx)).isoformat(" ", "minutes")
    severity: Severity
    lines = [f"Username: {username}", f"IP: {who.ip}", f"Time: {moment}", "", f"Attempts: {tries}"]
    if lock is not None:
        lines.append(f"Timeout: {lock // timedelta(minutes=1)} minutes")
        severity, title = ("Warning" if who.kind == "staff" else "Error"), f"Excessive login attempts ({name})"
    elif tries % _LOGGED_EACH == 0:
        kind = "agent login" if who.kind == "staff" else "login"
        severity, title = "Warning", f"Failed {kind} attempt ({name})"
    else:
        return
    is_logged = log(tx, severity, title, "\n".join(lines))
    if is_logged and lock is not None and load_config(tx).text("send_login_errors") == "1":
        outbox.post(tx, "administrator", ANONYMOUS, subject=title, text="\n".join(lines))


def _name_of(tx: Read, who: LoginAttempt) -> str:
    """What was typed, or else the user name of the account."""
    if who.username is not None:
        return who.username
    kind, _, identifier = who.account.partition(":")
    staff, account = t.staff.c, t.user_account.c
    by_kind = {
        "staff": select(staff.username).where(staff.staff_id == int(identifier)),
        "user": select(account.username).where(account.user_id == int(identifier)),
    }
    return tx.scalar(by_kind[kind]) or who.account


def _locked(wait: timedelta) -> TooManyRequests:
    error = TooManyRequests.because("Too many failed attempts; wait a few minutes.", code="login_locked")
    error.headers["Retry-After"] = str(max(1, int(wait.total_seconds())))
    return error
