"""Sign-ins that are under way at a provider: begun, come back, and handed over to the page.

The browser has a secret in a cookie. From it and from the state follow the nonce and the PKCE verifier, so that none of
them is stored; a row is good for the browser that began it alone, and each step of it once.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, delete, select, update

from osticket_api.access.tokens import fingerprint, new_secret
from osticket_api.audit.entries import record_refused_sign_in
from osticket_api.db.secrets import Secret
from osticket_api.db.tables.own_sign_on import api_sign_on as table
from osticket_api.db.unit import Write
from osticket_api.errors import Unauthenticated
from osticket_api.events import security

_AWAY: Final = timedelta(minutes=10)
"""How long a sign-in at the provider may take."""
_HANDED_OVER: Final = timedelta(minutes=1)
_CODE: Final = "ose_"
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Outcome(msgspec.Struct, omit_defaults=True):
    """The outcome of a sign-in: the account, or the reason of the refusal."""

    subject: str = ""
    issuer: str = ""
    provider_subject: str = ""
    id_token: str = ""
    second_factor: str | None = None
    status: int = 0
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class Pending:
    """A sign-in under way. `linking`: who wants to have the identity linked, instead of signing in."""

    id: int
    provider: str
    kind: str
    mode: str
    return_to: str
    linking: str | None
    code_challenge: str | None = None


def browser_secret(given: str) -> str:
    """The secret of a browser: the one that it has, else a new one."""
    return given if _SECRET.fullmatch(given) else new_secret()


def derived(browser: str, purpose: str, state: str) -> str:
    """A value that only this browser's sign-in with this state has: its `nonce`, its `verifier`."""
    digest = hmac.digest(browser.encode(), f"{purpose} {state}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def begin(
    tx: Write,
    browser: str,
    *,
    provider: str,
    kind: str,
    mode: str,
    return_to: str,
    linking: str | None = None,
    code_challenge: str | None = None,
) -> str:
    """Begin a sign-in. Returns its state."""
    state = new_secret()
    tx.change(delete(table).where(table.c.expires_at < tx.now))
    tx.insert(
        table,
        state_hash=fingerprint(state),
        browser_hash=fingerprint(browser),
        provider=provider,
        kind=kind,
        mode=mode,
        return_to=return_to,
        linking=linking,
        code_challenge=code_challenge,
        created_at=tx.now,
        expires_at=tx.now + _AWAY,
    )
    return state


def claim(tx: Write, provider: str, state: str, browser: str) -> tuple[Pending, str] | None:
    """The sign-in that comes back, and the code for its outcome. None for one that is unknown, over, or used.

    It is used with this, whatever comes of it.
    """
    row = tx.locked(select(table).where(table.c.state_hash == fingerprint(state)))
    is_theirs = row is not None and hmac.compare_digest(row.browser_hash, fingerprint(browser))
    if row is None or not is_theirs or row.provider != provider or row.expires_at <= tx.now or row.code_hash:
        security.warn(tx, "sign_in_refused", reason="state", provider=provider)
        record_refused_sign_in(tx, "sign_in_unknown", "", provider=provider)
        return None
    code = new_secret(_CODE)
    tx.change(update(table).where(table.c.id == row.id).values(code_hash=fingerprint(code)))
    return _pending(row), code


def settle(tx: Write, pending: Pending, outcome: Outcome) -> None:
    """Keep the outcome for the page that has the code."""
    sealed = tx.vault.seal(msgspec.json.encode(outcome), Secret.sign_on)
    values = {"outcome": sealed, "expires_at": tx.now + _HANDED_OVER}
    tx.change(update(table).where(table.c.id == pending.id).values(**values))


def take(tx: Write, code: str, browser: str, verifier: str | None = None) -> tuple[Pending, Outcome]:
    """The outcome that a code is for. It is handed over once, to the browser or the front end that began.

    Raises: Unauthenticated.
    """
    row = tx.locked(select(table).where(table.c.code_hash == fingerprint(code)))
    is_theirs = row is not None and _has_begun(row, browser, verifier)
    if row is None or not is_theirs or row.expires_at <= tx.now or row.outcome is None:
        raise unknown()
    tx.change(delete(table).where(table.c.id == row.id))
    return _pending(row), msgspec.json.decode(tx.vault.open(row.outcome, Secret.sign_on), type=Outcome)


def _has_begun(row: Row[Any], browser: str, verifier: str | None) -> bool:
    """Whether the caller with the code has begun the sign-in: proved by the cookie, or on other hosts by the code
    verifier.
    """
    if row.code_challenge is None:
        return verifier is None and hmac.compare_digest(row.browser_hash, fingerprint(browser))
    digest = hashlib.sha256((verifier or "").encode()).digest()
    return hmac.compare_digest(row.code_challenge, urlsafe_b64encode(digest).decode().rstrip("="))


def unknown() -> Unauthenticated:
    message = "This sign-in is unknown, used, expired, or was begun in another browser; begin again."
    return Unauthenticated.because(message, code="sign_in_unknown")


def _pending(row: Row[Any]) -> Pending:
    return Pending(row.id, row.provider, row.kind, row.mode, row.return_to, row.linking, row.code_challenge)
