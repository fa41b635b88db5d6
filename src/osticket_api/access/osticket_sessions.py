"""Sessions of osTicket's panel and portal, read as PHP left them in its table. Nothing here writes or prolongs them.

Visitors who have not signed in there have a session, too, which identifies nobody.
Source: people.md 7.1, 7.3, 7.5.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from sqlalchemy import select

from osticket_api.access.gate import admit
from osticket_api.access.loading import find_staff, find_user
from osticket_api.access.principal import Staff, User
from osticket_api.access.second_factors import find_second_factor, has_passkey
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.plugins import is_enabled_backend
from osticket_api.db.unit import Read
from osticket_api.kit.php_session import PhpSessionError, read_session

_SESSION_ID: Final = re.compile(r"[A-Za-z0-9,-]{22,255}")
_TOKEN: Final = re.compile(r"([0-9a-f]{32}):([0-9]{1,12}):([0-9a-f]{32})")
_CSRF_TOKEN: Final = re.compile(r"[0-9a-f]{40}")
_OWN_BACKENDS: Final = {
    "staff": frozenset({"local", "pwreset.staff"}),
    "user": frozenset({"client", "pwreset.client", "confirm.client"}),
}
"""osTicket's own backends. Links to a ticket are not among them: `/auth/ticket-access` follows those."""


@dataclass(frozen=True)
class OsTicketSession:
    """The caller that a cookie of osTicket stands for, and the CSRF token of osTicket's pages, where the session has
    one.
    """

    principal: Staff | User
    csrf_token: str | None


def find_osticket_session(tx: Read, session_id: str, ip: str) -> OsTicketSession | None:
    """Find who is signed in by this session of osTicket; the agent, where an agent and a user are.

    None where PHP would not accept the session either. Raises: as `admit`.
    """
    session = _read(tx, session_id)
    principal = _agent(tx, session, ip) or _user(tx, session)
    if principal is None:
        return None
    admit(tx, principal, ip)
    csrf_token = _part(session, "csrf").get("token")
    is_usable = isinstance(csrf_token, str) and _CSRF_TOKEN.fullmatch(csrf_token)
    return OsTicketSession(principal, csrf_token if is_usable else None)


def _read(tx: Read, session_id: str) -> Mapping[Any, Any]:
    """What a session holds; nothing for one that is unknown, over, or not as PHP writes it."""
    if not _SESSION_ID.fullmatch(session_id):
        return {}
    row = tx.row(select(t.session).where(t.session.c.session_id == session_id))
    if row is None or row.session_id != session_id or row.session_expire is None or row.session_expire < tx.now:
        return {}
    try:
        session = read_session(bytes(row.session_data or b""))
    except PhpSessionError:
        return {}
    dies_at = session.get("TTD", _now(tx))
    return session if type(dies_at) is int and dies_at >= _now(tx) else {}


def _agent(tx: Read, session: Mapping[Any, Any], ip: str) -> Staff | None:
    """The agent of a session, unless the code of their second factor is still due.

    An agent whose second factor is a passkey alone has not shown it to osTicket.
    """
    told = _part(session, "_auth", "staff")
    staff_id = _id(told)
    if staff_id is None or told.get("2fa") is not None or not _is_alive(tx, session, "staff", staff_id, ip):
        return None
    staff = find_staff(tx, staff_id)
    if staff is None or not _may_come_by(tx, "staff", told, lambda name: name.lower() == staff.username.lower()):
        return None
    is_skipped = find_second_factor(tx, staff_id) is None and has_passkey(tx, staff_id)
    return None if is_skipped else staff


def _user(tx: Read, session: Mapping[Any, Any]) -> User | None:
    told = _part(session, "_auth", "user")
    user_id = _id(told)
    if user_id is None or not _is_alive(tx, session, "client", user_id):
        return None
    user = find_user(tx, user_id)
    return user if user and _may_come_by(tx, "user", told, lambda name: name == str(user_id)) else None


def _may_come_by(tx: Read, kind: str, told: Mapping[Any, Any], is_theirs: Callable[[str], bool]) -> bool:
    """Whether the backend by which somebody signed in is still there. osTicket's own backends and plugins store its
    name in different ways.
    """
    key = told.get("key")
    backend, _, rest = key.partition(":") if isinstance(key, str) else ("", "", "")
    if backend in _OWN_BACKENDS[kind]:
        return is_theirs(rest.partition(":")[0])
    return is_enabled_backend(tx, backend)


def _is_alive(tx: Read, session: Mapping[Any, Any], kind: str, owner_id: int, ip: str | None = None) -> bool:
    """Whether the token of a session belongs to its owner, and is not too old.

    `ip`: the address that an agent's token may be bound to.
    """
    token = _part(session, ":token").get(kind)
    parts = _TOKEN.fullmatch(unquote(token)) if isinstance(token, str) else None
    if parts is None or not tx.secret_salt:
        return False
    given, time, address = parts.groups()
    if not hmac.compare_digest(given, _md5(f"{time}{_md5(tx.secret_salt)}{owner_id}")):
        return False
    config = load_config(tx)
    seconds = config.number(f"{kind}_session_timeout") * 60
    if seconds and _now(tx) - int(time) > seconds:
        return False
    is_bound = ip is not None and config.flag("staff_ip_binding")
    return not is_bound or address == _md5(ip or "")


def _part(session: Mapping[Any, Any], *path: str) -> Mapping[Any, Any]:
    """The array at a place in a session; an empty one where there is none."""
    found: Any = session
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _id(told: Mapping[Any, Any]) -> int | None:
    found = told.get("id")
    is_number = type(found) is int or (isinstance(found, str) and re.fullmatch(r"[0-9]{1,10}", found))
    return int(found) if is_number and found is not None else None


def _now(tx: Read) -> int:
    return int(tx.now.timestamp())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
