"""The answers of a ticket: their files, and what of them can be changed."""

from typing import Any

from sqlalchemy import Row, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.columns import audience_of
from osticket_api.features.tickets.reference import missing, named
from osticket_api.web.results import Download


def open_answer_file(tx: Read, principal: Principal, reference: str, file_id: int) -> Download:
    """A file in an answer that the caller sees on the ticket. Raises: NotFound, NotAvailable."""
    ticket = _get_row(tx, principal, reference)
    audience = audience_of(principal)
    return forms.open_answer_file(
        tx, principal, "T", ticket.ticket_id, file_id, audience=audience, where=ticket.dept_id
    )


def get_form(tx: Read, principal: Principal, reference: str) -> forms.FormSchema:
    """What the caller may change in the answers of a ticket they may see. Raises: NotFound."""
    ticket = _get_row(tx, principal, reference)
    return forms.schema_of(tx, principal, "T", ticket.ticket_id, ticket.dept_id)


def _get_row(tx: Read, principal: Principal, reference: str) -> Row[Any]:
    """Id and department. Raises: NotFound."""
    ticket = tx.row(
        select(t.ticket.c.ticket_id, t.ticket.c.dept_id).where(named(reference), reachable_ticket(principal))
    )
    if ticket is None:
        raise missing(reference)
    return ticket
