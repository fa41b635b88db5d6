"""Opaque strings for cursors: what they hold is ours to change."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec


def encode_cursor(value: Any) -> str:
    return urlsafe_b64encode(msgspec.msgpack.encode(value)).rstrip(b"=").decode()


def decode_cursor(text: str) -> Any:
    """Raises: ValueError for anything we did not encode."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        return msgspec.msgpack.decode(urlsafe_b64decode(padded))
    except (ValueError, msgspec.MsgspecError) as error:
        raise ValueError("not one of our cursors") from error
