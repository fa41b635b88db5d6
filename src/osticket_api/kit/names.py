"""How the name of a person is kept and shown.

Source: people.md 1.4 and 1.5.
"""

import re
from dataclasses import dataclass

from osticket_api.kit import html

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MAX = 128


def normalized(name: str, email: str) -> str:
    """A name as osTicket keeps it: `Last, First` turned round, an address made readable, never empty."""
    cleaned = html.strip_tags(name).strip() or email.partition("@")[0]
    parts = [part.strip() for part in cleaned.split(",")]
    if len(parts) in (2, 3):
        cleaned = " ".join([parts[1], parts[0], *parts[2:]])
    if _EMAIL.fullmatch(cleaned):
        cleaned = cleaned.partition("@")[0].replace(".", " ").title()
    return cleaned[:_MAX]


@dataclass(frozen=True)
class Name:
    """The parts of a name. Titles and suffixes are recognised by their dot."""

    salutation: str
    first: str
    middle: str
    last: str
    suffix: str

    @classmethod
    def split(cls, text: str) -> "Name":
        words = text.split(" ")
        if len(words) == 1 and "." in text:
            words = text.split(".")
        words = [word for word in words if word]
        salutation = words.pop(0) if len(words) > 1 and "." in words[0] else ""
        first = words.pop(0) if words else ""
        suffix = words.pop() if words and "." in words[-1] else ""
        last = words.pop() if words else ""
        return cls(salutation, first, " ".join(words), last, suffix)


def shown(text: str, format: str) -> str:
    """The name in one of osTicket's formats, such as `full` or `lastfirst`."""
    if format in ("original", ""):
        return text
    name = Name.split(text)
    initial = f"{name.middle[:1]}." if name.middle else ""
    formats = {
        "first": [name.first],
        "last": [name.last],
        "full": [name.first, name.last],
        "legal": [name.first, initial, name.last],
        "lastfirst": [f"{name.last}, {name.first}" + (f", {name.suffix}" if name.suffix else "")],
        "formal": [name.salutation, name.last],
        "short": [name.first, f"{name.last[:1]}." if name.last else ""],
        "shortformal": [f"{name.first[:1]}." if name.first else "", name.last],
        "complete": [name.salutation, name.first, initial, name.last, name.suffix],
    }
    return " ".join(part for part in formats.get(format, [text]) if part) or text
