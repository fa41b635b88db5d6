"""JSON as PHP reads it, and what it says of JSON that it cannot read.

Source: legacy-api.md 4.
"""

import json
from typing import Any, Final, NoReturn

from osticket_api.legacy.answers import LegacyError

_MAX_DEPTH: Final = 512
_SYNTAX: Final = "Syntax error, malformed JSON"
_UTF8: Final = "Malformed UTF-8 characters, possibly incorrectly encoded"
_DEPTH: Final = "Maximum stack depth exceeded"
_CONTROL: Final = "Unexpected control character found"
_NOTHING: Final = "No errors"


def read_json(raw: bytes) -> dict[str, Any]:
    """The object of a body; a list as an object with its positions as names.

    Raises: LegacyError in PHP's words, also for a value that is not an object and for an empty one.
    """
    value = _parsed(raw)
    if isinstance(value, list):
        value = {str(position): each for position, each in enumerate(value)}
    if not isinstance(value, dict) or not value:
        raise LegacyError(400, _NOTHING)
    return value


def _parsed(raw: bytes) -> Any:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise LegacyError(400, _UTF8) from None
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        _check(value)
    except RecursionError:
        raise LegacyError(400, _DEPTH) from None
    except json.JSONDecodeError as error:
        raise LegacyError(400, _CONTROL if error.msg.startswith("Invalid control") else _SYNTAX) from None
    except UnicodeEncodeError:
        raise LegacyError(400, _UTF8) from None
    except ValueError:
        raise LegacyError(400, _SYNTAX) from None
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise LegacyError(400, _SYNTAX)


def _check(value: Any) -> None:
    """Depth, and half characters, which no database could keep."""
    waiting = [(value, 1)]
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, str):
            each.encode()
        elif isinstance(each, dict | list):
            if depth > _MAX_DEPTH:
                raise LegacyError(400, _DEPTH)
            children = [*each, *each.values()] if isinstance(each, dict) else each
            waiting += [(child, depth + 1) for child in children]
