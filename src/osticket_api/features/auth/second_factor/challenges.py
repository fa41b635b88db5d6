"""Asking an agent for a second factor. Who is asked has a token that says so, a few minutes and three tries.

Source: people.md 6.5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, delete, func, select, update

from osticket_api.access.principal import Staff
from osticket_api.access.second_factors import Method, SecondFactor
from osticket_api.access.tokens import fingerprint, new_secret
from osticket_api.db.secrets import Secret
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotAvailable, TooManyRequests, Unauthenticated
from osticket_api.features.auth.second_factor import codes
from osticket_api.mail.second_factor import mail_code

LASTS: Final = timedelta(minutes=6)
_TRIES: Final = 3
_MAILS_AT_MOST: Final = 5
_WITHIN: Final = timedelta(minutes=10)
_KIND: Final = "osc_"

Purpose = Literal["sign_in", "set_up", "add_passkey"]


@dataclass(frozen=True)
class Challenge:
    """A question for a code. `sent_to` hides most of the address that the code was mailed to.

    `passkey`: what a browser needs to show a passkey, which answers as well as the code.
    """

    token: str
    method: Method
    secret: str = ""
    sent_to: str | None = None
    passkey: Mapping[str, Any] | None = None

    @property
    def methods(self) -> Sequence[Method]:
        """All methods that answer the challenge."""
        also = (Method.passkey,) if self.passkey and self.method is not Method.passkey else ()
        return (self.method, *also)


def ask(tx: Write, staff: Staff, factor: SecondFactor, purpose: Purpose, mode: str | None = None) -> Challenge:
    """Ask for a code or a passkey. A code is mailed where the factor is the agent's mailbox.

    `mode`: of the sign-in that it finishes.
    Raises: NotAvailable where no mail is sent, TooManyRequests for one code after the other.
    """
    token = new_secret(_KIND)
    waits = purpose == "set_up" and bool(factor.secret)
    code = _mail_code(tx, staff) if factor.method is Method.email else None
    tx.change(delete(own.api_challenge).where(own.api_challenge.c.expires_at < tx.now - _WITHIN))
    tx.insert(
        own.api_challenge,
        token_hash=fingerprint(token),
        purpose=purpose,
        staff_id=staff.id,
        method=factor.method.value,
        secret=tx.vault.seal_text(factor.secret, Secret.authenticator) if waits else None,
        code_hash=None if code is None else codes.hash_of_mailed(token, code),
        mode=mode,
        tries=0,
        created_at=tx.now,
        expires_at=tx.now + LASTS,
    )
    return Challenge(token, factor.method, factor.secret, None if code is None else _hidden(staff.email))


def _mail_code(tx: Write, staff: Staff) -> str:
    if not tx.keeps_mail:
        raise NotAvailable.because("This server sends no mail, and so cannot mail a code.")
    challenge = own.api_challenge.c
    mine = (challenge.staff_id == staff.id, challenge.method == Method.email.value)
    lately = select(func.count()).where(*mine, challenge.created_at > tx.now - _WITHIN)
    if tx.scalar(lately) >= _MAILS_AT_MOST:
        error = TooManyRequests.because("Too many codes have been mailed; wait a few minutes.", code="too_many_codes")
        error.headers["Retry-After"] = str(int(_WITHIN.total_seconds()))
        raise error
    code = codes.new_mailed_code()
    mail_code(tx, staff.id, code)
    return code


def _hidden(address: str) -> str:
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"


def find_asked(tx: Read, token: str, purpose: Purpose) -> int:
    """The id of the agent who is asked. Raises: Unauthenticated when nobody is, or no longer."""
    return int(_open(tx, token, purpose).staff_id)


def find_open(tx: Write, token: str, purpose: Purpose) -> Row[Any]:
    """The challenge that is answered, locked. Raises: Unauthenticated when nobody is asked, or no longer."""
    return _open(tx, token, purpose)


def use_code(tx: Write, row: Row[Any], token: str, code: str, secret: str | None = None) -> bool:
    """Whether this code answers a challenge. It is used up then.

    `secret`: the key of the authenticator that should show the code; without it, the one that waits with the challenge.
    """
    code = code.replace(" ", "")
    if row.method == Method.email.value:
        return codes.is_mailed(row.code_hash, token, code)
    return codes.use_code(tx, row.staff_id, secret or secret_of(tx, row), code)


def settle(tx: Write, row: Row[Any], *, is_right: bool) -> None:
    """Use up a challenge with a right answer, or count a wrong one."""
    challenge = own.api_challenge.c
    if is_right:
        tx.change(delete(own.api_challenge).where(challenge.id == row.id))
    else:
        tx.change(update(own.api_challenge).where(challenge.id == row.id).values(tries=challenge.tries + 1))


def secret_of(tx: Read, row: Row[Any]) -> str:
    """The key of the authenticator that waits with a challenge; empty where none does."""
    return tx.vault.open_text(row.secret, Secret.authenticator) if row.secret else ""


def _open(tx: Read, token: str, purpose: Purpose) -> Row[Any]:
    challenge = own.api_challenge.c
    found = select(own.api_challenge).where(challenge.token_hash == fingerprint(token), challenge.purpose == purpose)
    row = tx.locked(found) if isinstance(tx, Write) else tx.row(found)
    if row is None or row.expires_at <= tx.now or row.tries >= _TRIES:
        message = "This challenge is unknown, used, or expired; begin again."
        raise Unauthenticated.because(message, field="challenge", code="challenge_invalid")
    return row
