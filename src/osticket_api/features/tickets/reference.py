"""How a URL or a body names a ticket: by id, or by number."""

from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints
from sqlalchemy import ColumnElement

from osticket_api.db import tables as t
from osticket_api.errors import NotFound
from osticket_api.web import reference as references

TicketRef = str
"""A ticket in a URL: `17`, or `number:304859`."""


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


TicketReference = Annotated[
    str,
    BeforeValidator(_text, json_schema_input_type=int | str),
    StringConstraints(min_length=1, max_length=64, strip_whitespace=True),
]
"""A ticket in a body, as in a URL: its id, or `number:<number>`."""


def named(reference: str) -> ColumnElement[bool]:
    """The ticket that `17` or `number:304859` names."""
    return references.named(reference, id=t.ticket.c.ticket_id, number=t.ticket.c.number)


def missing(reference: str) -> NotFound:
    return NotFound.because(f"There is no ticket {reference[:80]}.")
