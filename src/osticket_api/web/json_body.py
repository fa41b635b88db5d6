"""Parse strict JSON: refuse what two parsers could read differently, or no database could store."""

import json
import re
from collections.abc import Iterator
from math import isinf
from typing import Any, Final, NoReturn

from osticket_api.errors import BadRequest, Fault, Invalid
from osticket_api.kit.suggestions import shortened

MAX_DEPTH: Final = 32
MAX_KEYS: Final = 1000
_INT64: Final = range(-(2**63), 2**63)
_INT64_CHARACTERS: Final = 20
_SUSPECT: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes that may mean a NUL or half a character."""
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def parse_json(raw: bytes) -> Any:
    """Parse a JSON text: UTF-8, no duplicate key, finite numbers of 64 bits, bounded depth and width.

    Raises: BadRequest with the position of the error, Invalid naming texts with characters that do not exist.
    """
    if not raw.strip():
        raise _malformed("The body is empty.")
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise _malformed("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _malformed(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        _too_deep()
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _check_depth(value, 1)
    if _SUSPECT.search(raw):
        check_texts(value)
    return value


def _malformed(message: str) -> BadRequest:
    return BadRequest.because(message, code="malformed_json")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise BadRequest.because(f"An object in the body has more than {MAX_KEYS} keys.", code="too_many_keys")
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        name = shortened(twice)
        raise BadRequest.because(f"The body has the key {name} twice.", field=name, code="duplicate_key")
    return result


def _no_constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is not a JSON number.")


def _integer(text: str) -> int:
    if len(text) <= _INT64_CHARACTERS and (value := int(text)) in _INT64:
        return value
    raise _malformed(f"The number {shortened(text)} is too large.")


def _finite(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise _malformed(f"The number {shortened(text)} is too large.")
    return value


def _check_depth(value: Any, depth: int) -> None:
    if not isinstance(value, dict | list):
        return
    if depth > MAX_DEPTH:
        _too_deep()
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            _check_depth(child, depth + 1)


def _too_deep() -> NoReturn:
    raise BadRequest.because(f"The body is nested deeper than {MAX_DEPTH} levels.", code="too_deep")


def check_texts(value: Any) -> None:
    """Raises: Invalid naming every text that holds a NUL or half a character (a lone surrogate)."""
    faults = [Fault("invalid", "This holds a character that cannot be stored.", path or None) for path in _bad(value)]
    if faults:
        raise Invalid(*faults)


def _bad(value: Any, path: str = "") -> Iterator[str]:
    """The dotted paths of texts with such characters."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            yield path
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _bad(each, _joined(path, str(place)))
    elif isinstance(value, dict):
        for name, each in value.items():
            if _UNSTORABLE.search(name):
                yield _joined(path, ascii(name)[1:-1])
            else:
                yield from _bad(each, _joined(path, name))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
