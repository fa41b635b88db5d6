"""The files in the answers of a ticket, such as a photo that its form asks for."""

from sqlalchemy import select

from osticket_api.access.field_rules import limits_on
from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.files.api import find_file, open_content
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.columns import audience_of
from osticket_api.features.tickets.reference import missing, named
from osticket_api.features.tickets.responses import answer_file_address
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.results import Download


def address(ticket_id: int, file_id: int, urls: FileUrls = plain) -> str:
    return urls(answer_file_address(ticket_id, file_id))


def open_answer_file(tx: Read, principal: Principal, reference: str, file_id: int) -> Download:
    """A file in an answer that the caller sees on the ticket. Raises: NotFound, NotAvailable."""
    ticket = tx.row(
        select(t.ticket.c.ticket_id, t.ticket.c.dept_id).where(named(reference), reachable_ticket(principal))
    )
    if ticket is None:
        raise missing(reference)
    limits = limits_on(principal, "ticket", ticket.dept_id)
    names = forms.files_in_answers(
        tx,
        "T",
        ticket.ticket_id,
        audience=audience_of(principal),
        is_hidden=lambda field: limits.hides(f"custom_fields.{field}"),
    )
    if file_id not in names or find_file(tx, file_id) is None:
        raise NotFound.because(f"The ticket has no file {file_id} in its answers.")
    content = open_content(tx, file_id)
    return Download(content, names[file_id], content.file.content_type)
