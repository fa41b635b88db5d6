"""Browser sessions: sign-ins that a cookie stands for, with a secret of which we keep the hash.

They end when they are not used for as long as osTicket's own sessions may be idle, and in any case at `expires_at`.
Source: people.md 7.1, 7.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, literal, or_, select, true

from osticket_api.access.gate import admit
from osticket_api.access.loading import find_principal
from osticket_api.access.principal import Principal
from osticket_api.access.signing import SigningKeys
from osticket_api.access.tokens import AccessToken, fingerprint
from osticket_api.db.config import load_config
from osticket_api.db.tables import own
from osticket_api.db.unit import Read
from osticket_api.errors import Unauthenticated

MODE: Final = "cookie"
SECRET_PREFIX: Final = "osb_"  # noqa: S105
KINDS: Final = {"S": "staff", "U": "user"}
_NOTED_EACH: Final = timedelta(seconds=60)
"""The last use may have been this much later than the one that was noted."""
_IDLE_MINUTES: Final = {"S": "staff_session_timeout", "U": "client_session_timeout"}


@dataclass(frozen=True)
class BrowserSession:
    """The caller that a cookie stands for, and the caller's sign-in."""

    principal: Principal
    sign_in: AccessToken


def find_browser_session(tx: Read, secret: str, ip: str) -> BrowserSession:
    """The session of a cookie. Raises: Unauthenticated when it has ended; as `admit`."""
    session = own.api_session.c
    mine = (session.token_hash == fingerprint(secret), session.mode == MODE)
    row = tx.row(select(own.api_session).where(*mine)) if tx.has_own_tables else None
    if row is None or is_over(tx, row) or not _may_come_from(tx, row, ip):
        raise ended()
    sign_in = AccessToken(f"{KINDS[row.principal_kind]}:{row.principal_id}", row.id)
    principal = find_principal(tx, sign_in.subject)
    if principal is None:
        raise ended()
    admit(tx, principal, ip)
    return BrowserSession(principal, sign_in)


def is_over(tx: Read, row: Row[Any]) -> bool:
    """Whether a browser session was ended, is too old, or was idle for too long."""
    if row.revoked_at is not None or row.expires_at <= tx.now:
        return True
    idle_since = _idle_since(tx, row.principal_kind)
    if idle_since is None or row.created_at > idle_since:
        return False
    use = own.api_credential_use.c
    used_at = tx.scalar(select(use.last_used_at).where(use.credential == use_key(row.id)))
    return used_at is None or bool(used_at <= idle_since)


def is_in_use(tx: Read, letter: str) -> ColumnElement[bool]:
    """The condition on a session of an agent (S) or a user (U) that it was not idle for too long."""
    session, use, idle_since = own.api_session.c, own.api_credential_use.c, _idle_since(tx, letter)
    if idle_since is None:
        return true()
    uses = select(use.credential).where(use.last_used_at > idle_since, use.credential.startswith(use_key("")))
    is_used = literal(use_key("")).concat(session.id).in_(uses)  # MariaDB 11 compares no CAST with what is latin1.
    return or_(session.mode.is_(None), session.created_at > idle_since, is_used)


def _idle_since(tx: Read, letter: str) -> datetime | None:
    """Sessions that were last used before this moment have been idle for too long.

    None where idle sessions do not end.
    """
    minutes = load_config(tx).number(_IDLE_MINUTES[letter])
    return tx.now - timedelta(minutes=minutes) - _NOTED_EACH if minutes else None


def _may_come_from(tx: Read, row: Row[Any], ip: str) -> bool:
    """osTicket can bind the sessions of agents to the address at which they began."""
    is_bound = row.principal_kind == "S" and load_config(tx).flag("staff_ip_binding")
    return not is_bound or row.ip == ip[: len(row.ip)]


def use_key(session_id: int | str) -> str:
    """The key under which the uses of a session are stored."""
    return f"session:{session_id}"


def csrf_tokens(keys: SigningKeys, kind: str, secret: str) -> Sequence[str]:
    """The CSRF tokens that a page may send beside the cookie; the first one is given to new pages.

    A token begins with the kind of caller, so that pages know who is signed in.
    """
    return [f"{kind}.{digest.hex()}" for digest in keys.digests(f"csrf {kind} {secret}")]


def ended() -> Unauthenticated:
    return Unauthenticated.because("This sign-in has ended; sign in again.", code="signed_out")
