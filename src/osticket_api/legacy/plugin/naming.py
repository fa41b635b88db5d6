"""How old clients name tickets: by number, by internal id, as text or as a JSON number."""

from typing import Any, Final

from sqlalchemy import ColumnElement, false

from osticket_api.db import tables as t
from osticket_api.web.input import MAX_ID

MAX_NUMBER: Final = 20
"""How long a ticket's number can be."""


def as_name(value: Any) -> str | None:
    """What a body gives as a ticket's name; None where it can be none: empty, zero, or of another type."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    name = str(value).strip()
    return name if name not in ("", "0") and not name.startswith("-") else None


def ways(name: str, *, id_first: bool = False) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The two ways in which this may name a ticket, in the order in which to try them."""
    by_number = t.ticket.c.number == name if len(name) <= MAX_NUMBER else false()
    is_id = is_digits(name) and 0 < int(name) <= MAX_ID
    by_id = t.ticket.c.ticket_id == int(name) if is_id else false()
    return (by_id, by_number) if id_first else (by_number, by_id)


def is_digits(text: str) -> bool:
    """Whether a text is a whole number that is not longer than any id could be."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_NUMBER
