"""How old clients name tickets: by number, by internal id, as text or as a JSON number."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, false

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.tickets.api import was_deleted
from osticket_api.web.input import MAX_ID

MAX_NUMBER: Final = 20
"""How long a ticket's number can be."""


def as_name(value: Any) -> str | None:
    """Read the name of a ticket from a body; None where the value cannot be one: empty, zero, or of another type."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    name = str(value).strip()
    return name if name not in ("", "0") and not name.startswith("-") else None


def lookups(tx: Read, name: str, *, id_first: bool = False) -> Iterator[ColumnElement[bool]]:
    """The ways in which this may name a ticket, in the order in which to try them.

    No id begins with a zero, and the number of a ticket that was deleted lately is not the id of another one.
    """
    by_number = t.ticket.c.number == name if len(name) <= MAX_NUMBER else false()
    is_id = is_digits(name) and not name.startswith("0") and int(name) <= MAX_ID
    if id_first and is_id:
        yield t.ticket.c.ticket_id == int(name)
    yield by_number
    if is_id and not id_first and not was_deleted(tx, name):
        yield t.ticket.c.ticket_id == int(name)


def is_digits(text: str) -> bool:
    """Whether a text is a whole number that is not longer than any id could be."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_NUMBER
