"""JSON exactly as PHP's encoder writes it, and a reader for what PHP left behind."""

import json
from typing import Any


def encode(value: Any, *, ascii_only: bool = True) -> str:
    """Compact JSON, non-ASCII as `\\uXXXX`, slashes escaped: the bytes PHP's default encoder would give."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only).replace("/", "\\/")


def decode(text: str | None) -> Any:
    """The value, or None for nothing and for JSON that was cut off (long event data is, by MySQL)."""
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
