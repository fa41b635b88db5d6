"""Telephone numbers as osTicket takes and writes them. Source: people.md 1.9, 3.1."""

import re

_PUNCTUATION = re.compile(r"[().\-+ ]")
_LEAST_DIGITS, _MOST_DIGITS = 7, 16


def is_phone(text: str) -> bool:
    """Whether the text is a number, whatever stands between its digits."""
    digits = _PUNCTUATION.sub("", text)
    return digits.isascii() and digits.isdigit() and _LEAST_DIGITS <= len(digits) <= _MOST_DIGITS


def written(text: str) -> str:
    """The number as it is shown: `555-1234`, `(555) 555-1234`, any other as it is."""
    digits = re.sub(r"[^0-9]", "", text)
    if len(digits) == 7:
        return f"{digits[:3]}-{digits[3:]}"
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else text


def shown(stored: str, format: str = "us") -> str:
    """A number as a form keeps it (`5555551234X12`) as it is shown: in the US `(555) 555-1234 x12`."""
    digits, _, extension = stored.upper().partition("X")
    number = written(digits) if format == "us" else digits
    return f"{number} x{extension}" if extension else number
