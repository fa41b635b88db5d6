"""Whether a webhook comes from the help desk (Standard Webhooks)."""

import hashlib
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

_PREFIX = "whsec_"


class InvalidSignature(Exception):
    """The message does not come from the help desk, or not now."""


def verify_webhook(
    secret: str, headers: Mapping[str, str], body: bytes, *, tolerance_seconds: int = 300, now: float | None = None
) -> dict[str, Any]:
    """The message. `headers` in any case. Raises: InvalidSignature."""
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, moment = given["webhook-id"], int(given["webhook-timestamp"])
        signatures = given["webhook-signature"].split()
    except (KeyError, ValueError):
        raise InvalidSignature("A header of the signature is missing or wrong.") from None
    if abs((time.time() if now is None else now) - moment) > tolerance_seconds:
        raise InvalidSignature("The message is too old, or a clock is wrong.")
    key = b64decode(secret.removeprefix(_PREFIX))
    signed = hmac.new(key, f"{message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    expected = f"v1,{b64encode(signed).decode()}"
    if not any(hmac.compare_digest(expected, each) for each in signatures):
        raise InvalidSignature("The signature does not fit the message.")
    message: dict[str, Any] = json.loads(body)
    return message
