"""SQL as it may be shown: without the values that stand in it."""

import re
from typing import Final

_LITERAL: Final = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\b0x[0-9A-Fa-f]+|(?<![\w`\"$:.])-?\d+(?:\.\d+)?(?![\w`\"])", re.DOTALL
)
_SEVERAL: Final = re.compile(r"\(\s*\?(?:\s*,\s*\?)+\s*\)")
_BLANK: Final = re.compile(r"\s+")
_LONGEST: Final = 4000


def without_values(sql: str) -> str:
    """A statement with a question mark for each text and number, on one line, and cut where it is very long."""
    masked = _SEVERAL.sub("(?)", _LITERAL.sub("?", sql))
    return _BLANK.sub(" ", masked).strip()[:_LONGEST]
