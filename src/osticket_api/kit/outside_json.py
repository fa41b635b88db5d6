"""JSON that others have written, which may be anything."""

from typing import TypeVar

import msgspec

T = TypeVar("T")


def decode_json(content: bytes | str, shape: type[T]) -> T:
    """The JSON as this type. Raises: ValueError for anything else, also where it is nested too deeply to be read."""
    try:
        return msgspec.json.decode(content, type=shape)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
