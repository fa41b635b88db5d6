"""The second factors that an agent has.

osTicket keeps one, in rows of `config` in the namespace `staff.<id>`. Passkeys are in a table of ours, any number.
Source: people.md 6.5.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from osticket_api.db.config import load_config
from osticket_api.db.dialect import has_table
from osticket_api.db.tables import own
from osticket_api.db.unit import Read
from osticket_api.kit import php_json


class Method(StrEnum):
    """The kinds of second factors.

    `other`: the factor of a plugin, for which only osTicket's panel can ask. `passkey` is our own: osTicket's panel
    does not know it.
    """

    email = "email"
    totp = "totp"
    passkey = "passkey"
    other = "other"


BACKENDS: Final = {"2fa-email": Method.email, "auth.agent": Method.totp}
"""osTicket's names of these methods."""
CHOICE: Final = "default_2fa"


@dataclass(frozen=True)
class SecondFactor:
    """`secret`: the key of an authenticator in base32; empty where there is none."""

    method: Method
    secret: str = ""


def find_second_factor(tx: Read, staff_id: int) -> SecondFactor | None:
    """The second factor that an agent has chosen in osTicket, whether or not it can be asked for."""
    config = load_config(tx, namespace(staff_id))
    backend = config.text(CHOICE)
    if not backend:
        return None
    method = BACKENDS.get(backend, Method.other)
    if method is not Method.totp:
        return SecondFactor(method)
    return SecondFactor(method, _key_in(config.text(backend)))


def _key_in(stored: str) -> str:
    """The key of an authenticator: inside its settings, or stored bare as the plugin reads it too."""
    settings = php_json.decode(stored)
    if not isinstance(settings, dict):
        return stored
    inner = settings.get("config")
    key = inner.get("key") if isinstance(inner, dict) else None
    return key if isinstance(key, str) else ""


def has_passkey(tx: Read, staff_id: int) -> bool:
    """Whether an agent has a passkey. A server that is attached read-only asks too, where another one keeps them."""
    passkey = own.api_passkey.c
    is_kept = tx.has_own_tables or has_table(tx, own.api_passkey)
    return is_kept and tx.row(select(passkey.id).where(passkey.staff_id == staff_id).limit(1)) is not None


def has_second_factor(tx: Read, staff_id: int) -> bool:
    """Whether the password alone must not sign an agent in."""
    return find_second_factor(tx, staff_id) is not None or has_passkey(tx, staff_id)


def is_missing(tx: Read, staff_id: int) -> bool:
    """Whether the help desk demands a second factor of its agents, and this one has none."""
    return load_config(tx).flag("require_agent_2fa") and not has_second_factor(tx, staff_id)


def namespace(staff_id: int) -> str:
    """The namespace of an agent's settings."""
    return f"staff.{staff_id}"
