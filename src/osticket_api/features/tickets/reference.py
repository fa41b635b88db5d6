"""How a URL names a ticket: by id, or by number."""

from sqlalchemy import ColumnElement

from osticket_api.db import tables as t
from osticket_api.errors import NotFound
from osticket_api.web import reference as references

TicketRef = str
"""A ticket in a URL: `17`, or `number:304859`."""


def named(reference: str) -> ColumnElement[bool]:
    """The ticket that `17` or `number:304859` names."""
    return references.named(reference, id=t.ticket.c.ticket_id, number=t.ticket.c.number)


def missing(reference: str) -> NotFound:
    return NotFound.because(f"There is no ticket {reference[:80]}.")
