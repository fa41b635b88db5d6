"""How the name of a person is kept and shown.

Source: people.md 1.4 and 1.5.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

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
        salutation = words.pop(0) if len(words) > 1 and "." in words[0] else ""
        first = words.pop(0) if words else ""
        suffix = words.pop() if words and "." in words[-1] else ""
        last = words.pop() if words else ""
        return cls(salutation, first, " ".join(words), last, suffix)

    @property
    def middle_initial(self) -> str:
        return f"{self.middle[:1]}." if self.middle else ""

    @property
    def initials(self) -> str:
        words = [self.first, *self.middle.split(" "), self.last]
        return "".join(word[:1] for word in words).upper()


def _joined(*parts: str, by: str = " ") -> str:
    return by.join(part for part in parts if part)


FORMATS: Final[Mapping[str, Callable[[Name], str]]] = {
    "first": lambda name: name.first,
    "middle": lambda name: name.middle,
    "last": lambda name: name.last,
    "full": lambda name: _joined(name.first, name.last),
    "legal": lambda name: _joined(name.first, name.middle_initial, name.last),
    "lastfirst": lambda name: _joined(name.last, name.first, name.suffix, by=", "),
    "formal": lambda name: _joined(name.salutation, name.last),
    "short": lambda name: f"{name.first} " + (f"{name.last[:1]}." if name.last else ""),
    "shortformal": lambda name: (f"{name.first[:1]}." if name.first else "") + f" {name.last}",
    "complete": lambda name: _joined(name.salutation, name.first, name.middle_initial, name.last, name.suffix),
    "initials": lambda name: name.initials,
}
"""What a name looks like in each of osTicket's formats. `original` is the text itself."""


def shown(text: str, format: str) -> str:
    """The name in one of osTicket's formats, such as `full` or `lastfirst`."""
    in_format = FORMATS.get(format)
    return text if in_format is None else in_format(Name.split(text)).strip() or text
