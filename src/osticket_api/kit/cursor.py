"""Opaque strings for cursors: what they hold is ours to change."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def encode_cursor(value: Any) -> str:
    return urlsafe_b64encode(msgspec.msgpack.encode(value)).rstrip(b"=").decode()


def decode_cursor(text: str, shape: type[T]) -> T:
    """What a cursor holds. Raises: ValueError for anything that does not have this shape."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        return msgspec.msgpack.decode(urlsafe_b64decode(padded), type=shape)
    except (ValueError, RecursionError) as error:
        raise ValueError("not one of our cursors") from error
