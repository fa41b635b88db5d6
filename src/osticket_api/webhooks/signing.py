"""Signatures of webhooks: https://www.standardwebhooks.com, symmetric."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

_PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new_secret() -> str:
    """A secret as receivers configure it."""
    return _PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()


def signed_headers(keys: Sequence[str], message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows that the body comes from here: one signature for each secret."""
    content = f"{message_id}.{seconds}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{_signature(key, content)}" for key in keys),
    }


def _signature(key: str, content: bytes) -> str:
    return b64encode(hmac.new(b64decode(key.removeprefix(_PREFIX)), content, hashlib.sha256).digest()).decode()
