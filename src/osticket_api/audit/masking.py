"""What the audit log tells of a value: no secret, and no more of a text than is needed to recognise it."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

MASK: Final = "(secret)"
_LONGEST: Final = 200
_SECRET: Final = re.compile(r"passw|apikey|key_hash|previous_hash|token|secret|salt", re.IGNORECASE)
_TEXTS: Final = frozenset({"body", "filedata", "signature"})
_SECRET_NAMESPACE: Final = re.compile(r"pwreset$|email\.|plugin\.")
_SECRET_SETTING: Final = re.compile(r"2fa|auth\.|passw|secret|token|key", re.IGNORECASE)
_HARMLESS_SETTINGS: Final = ("default_2fa", "require_agent_2fa", "allow_auth_tokens")


def masked(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row as the audit log keeps them."""
    shown = {name: _masked(name, value) for name, value in values.items()}
    if table != "config" or not _is_secret_setting(values):
        return shown
    # The key is the secret part of a link.
    hidden = ("value", "key") if values.get("namespace") == "pwreset" else ("value",)
    return {**shown, **{name: MASK for name in hidden if name in shown}}


def _is_secret_setting(values: Mapping[str, Any]) -> bool:
    namespace, key = str(values.get("namespace", "")), str(values.get("key", ""))
    if key in _HARMLESS_SETTINGS:
        return False
    return bool(_SECRET_NAMESPACE.match(namespace) or _SECRET_SETTING.search(key))


@lru_cache(maxsize=2048)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def _masked(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _is_secret(name):
        return MASK
    if isinstance(value, datetime):
        return value
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    text = str(value)
    if name in _TEXTS:
        return f"({len(text)} characters)"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"
