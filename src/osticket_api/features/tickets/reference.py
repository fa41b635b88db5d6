"""How a URL names a ticket: by id, or by number."""

from sqlalchemy import ColumnElement, false

from osticket_api.db import tables as t
from osticket_api.errors import NotFound

_MAX_ID = 2**32 - 1


def named(reference: str) -> ColumnElement[bool]:
    """The ticket that `17` or `number:304859` names. What cannot name a ticket names none."""
    kind, colon, number = reference.partition(":")
    if colon and kind == "number" and number:
        return t.ticket.c.number == number
    if reference.isascii() and reference.isdigit() and 0 < int(reference) <= _MAX_ID:
        return t.ticket.c.ticket_id == int(reference)
    return false()


def missing(reference: str) -> NotFound:
    return NotFound.because(f"There is no ticket {reference[:80]}.")
