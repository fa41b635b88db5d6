"""The part of a text in which the words of a query stand, as HTML that cannot do anything."""

import re
from collections.abc import Iterable
from html import escape

from osticket_api.search_index.terms import Term

_AROUND = 80
_LENGTH = 240


def snippet(text: str, terms: Iterable[Term]) -> str | None:
    """The text around the first words found, else its beginning: escaped, every word found in `<mark>`."""
    if not text.strip():
        return None
    pattern = re.compile("|".join(term.pattern for term in terms) or r"(?!)", re.IGNORECASE)
    first = pattern.search(text)
    start, end = _bounds(text, first.start() if first else 0)
    cut = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{_marked(cut, pattern)}{' …' if end < len(text) else ''}"


def _bounds(text: str, place: int) -> tuple[int, int]:
    """From the beginning of a word to the end of one."""
    start = max(0, place - _AROUND)
    if start:
        start = text.find(" ", start, place) + 1 or place
    end = start + _LENGTH
    if end < len(text):
        end = max(text.rfind(" ", start, end), place + 1)
    return start, end


def _marked(text: str, pattern: re.Pattern[str]) -> str:
    parts: list[str] = []
    done = 0
    for match in pattern.finditer(text):
        parts += [escape(text[done : match.start()]), f"<mark>{escape(match[0])}</mark>"]
        done = match.end()
    return "".join([*parts, escape(text[done:])])
