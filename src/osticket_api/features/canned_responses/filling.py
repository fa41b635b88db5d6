"""Using a canned response on a ticket: its text with the variables filled in, and its files.

Source: people.md 5.6, mail.md 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true

from osticket_api.access.knowledge import uses_canned_responses
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid
from osticket_api.features.canned_responses.hiding import narrowed
from osticket_api.features.files.api import attachments_of, read_all
from osticket_api.features.rich_text.api import CANNED_RESPONSE
from osticket_api.features.threads.api import NewFile
from osticket_api.mail.variables.company import Company
from osticket_api.mail.variables.language import Value, Variables
from osticket_api.mail.variables.records import Records
from osticket_api.mail.variables.scenes import scene_of
from osticket_api.mail.variables.tickets import Ticket


@dataclass(frozen=True)
class Canned:
    """A response as it is posted: HTML, and what is attached to it."""

    body: str
    files: Sequence[NewFile]


def fill_in(tx: Read, actor: Principal, canned_id: int, ticket_id: int, department_id: int | None) -> Canned:
    """An enabled response of the ticket's department, or of all, filled in for the ticket.

    Raises: Invalid naming `canned_response_id`.
    """
    canned = t.canned_response.c
    here = or_(canned.dept_id == None, canned.dept_id == department_id)  # noqa: E711
    found = _find(tx, actor, canned_id, ticket_id, here)
    if found is None:
        raise Invalid.because(
            f"There is no canned response {canned_id} for this ticket's department.", field="canned_response_id"
        )
    return found


def find_filled(tx: Read, actor: Principal, canned_id: int, ticket_id: int) -> Canned | None:
    """An enabled response of any department, filled in for the ticket."""
    return _find(tx, actor, canned_id, ticket_id, true())


def _find(tx: Read, actor: Principal, canned_id: int, ticket_id: int, condition: ColumnElement[bool]) -> Canned | None:
    canned = t.canned_response.c
    enabled = select(canned.response).where(canned.canned_id == canned_id, canned.isenabled == 1, condition)
    response = tx.scalar(enabled) if uses_canned_responses(tx) else None
    return None if response is None else _filled(tx, actor, canned_id, response, ticket_id)


def _filled(tx: Read, actor: Principal, canned_id: int, response: str, ticket_id: int) -> Canned:
    attached = attachments_of(tx, [canned_id], CANNED_RESPONSE).get(canned_id, [])
    files = [NewFile(each.name, file_id=each.file_id, is_help_desks=True) for each in attached]
    return Canned(fill_text(tx, actor, response, ticket_id), files)


def fill_text(tx: Read, actor: Principal, text: str, ticket_id: int) -> str:
    """HTML with its variables filled in for a ticket, as this agent reads moments. Unknown and hidden ones stay."""
    records = Records(tx, tx.secret_salt, read_all)
    scene = scene_of(records, staff_id=actor.id if isinstance(actor, Staff) else None)
    ticket = records.find(t.ticket, ticket_id)
    assert ticket is not None
    told = narrowed(actor, Ticket(scene, ticket), ticket.dept_id)
    roots: dict[str, Value] = {"ticket": told, "url": records.url, "company": Company(scene)}
    return Variables(roots).fill(text, as_html=True)
