"""Codes: those that an authenticator shows, and those that are mailed. Each is good once.

Source: people.md 6.5.
"""

import hmac
import secrets
from typing import Final

import pyotp
from sqlalchemy import select, update

from osticket_api.access.tokens import fingerprint
from osticket_api.db.tables import own
from osticket_api.db.unit import Write

_SECONDS: Final = 30
_DRIFT: Final = (-1, 0, 1)
"""How many steps the clock of an authenticator may be slow or fast."""


class _Authenticator(pyotp.HOTP):
    """The codes of one key."""

    min_secret_length_bits = 80  # osTicket's plugin makes keys that are shorter than the 112 bits of the library.


def new_secret() -> str:
    """A new key for an authenticator."""
    return pyotp.random_base32()


def is_usable(secret: str) -> bool:
    """Whether codes can be made with this key."""
    try:
        return bool(_Authenticator(secret).at(0))
    except ValueError:
        return False


def address_for_app(secret: str, *, name: str, issuer: str) -> str:
    """The `otpauth:` address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def use_code(tx: Write, staff_id: int, secret: str, code: str) -> bool:
    """Whether an authenticator with this key shows this code about now.

    Effects: the code is used up, for all processes.
    """
    if not is_usable(secret):
        return False
    step = _step_of(secret, code, int(tx.now.timestamp()) // _SECONDS)
    if step is None:
        return False
    uses = own.api_code_use.c
    last = tx.locked(select(uses.time_step).where(uses.staff_id == staff_id))
    if last is None:
        tx.insert(own.api_code_use, staff_id=staff_id, time_step=step)
        return True
    if step <= last.time_step:
        return False
    tx.change(update(own.api_code_use).where(uses.staff_id == staff_id).values(time_step=step))
    return True


def _step_of(secret: str, code: str, now: int) -> int | None:
    """The step of the clock at which this is the code."""
    generator = _Authenticator(secret)
    return next((now + drift for drift in _DRIFT if _is_same(generator.at(now + drift), code)), None)


def new_mailed_code() -> str:
    """Six digits, the first of them not 0, as osTicket mails them."""
    return str(100_000 + secrets.randbelow(900_000))


def hash_of_mailed(token: str, code: str) -> str:
    """The hash of a mailed code that is stored.

    Without the token of the code's challenge, which is not stored, the hash reveals nothing.
    """
    return fingerprint(f"{token}:{code}")


def is_mailed(stored: str | None, token: str, code: str) -> bool:
    """Whether this is the code that was mailed."""
    return stored is not None and _is_same(stored, hash_of_mailed(token, code))


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
