"""Using a canned response on a ticket: its text with the variables filled in, and its files.

Source: people.md 5.6, tickets.md 13.1.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, true

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.engine import Read
from osticket_api.errors import Invalid
from osticket_api.features.articles.service import CANNED_RESPONSE
from osticket_api.features.files.queries import attachments_of
from osticket_api.features.forms import service as forms
from osticket_api.features.threads.service import NewFile
from osticket_api.kit import html
from osticket_api.kit.names import Name

_VARIABLE = re.compile(r"%(?:\{|%7B)([\w.]+)(?:\}|%7D)", re.IGNORECASE)


@dataclass(frozen=True)
class Canned:
    """A response as it is posted: HTML, and what is attached to it."""

    body: str
    files: Sequence[NewFile]


def fill_in(tx: Read, canned_id: int, ticket_id: int, department_id: int | None) -> Canned:
    """An enabled response of the ticket's department, or of all, filled in for the ticket.

    Raises: Invalid naming `canned_response_id`.
    """
    canned = t.canned_response.c
    here = or_(canned.dept_id == None, canned.dept_id == department_id)  # noqa: E711
    found = _find(tx, canned_id, ticket_id, here)
    if found is None:
        raise Invalid.because(
            f"There is no canned response {canned_id} for this ticket's department.", field="canned_response_id"
        )
    return found


def find_filled(tx: Read, canned_id: int, ticket_id: int) -> Canned | None:
    """An enabled response of any department, filled in for the ticket."""
    return _find(tx, canned_id, ticket_id, true())


def _find(tx: Read, canned_id: int, ticket_id: int, condition: ColumnElement[bool]) -> Canned | None:
    canned = t.canned_response.c
    enabled = select(canned.response).where(canned.canned_id == canned_id, canned.isenabled == 1, condition)
    response = tx.scalar(enabled) if are_switched_on(tx) else None
    return None if response is None else _filled(tx, canned_id, response, ticket_id)


def are_switched_on(tx: Read) -> bool:
    """Whether the help desk uses canned responses at all."""
    return load_config(tx).flag("enable_premade")


def _filled(tx: Read, canned_id: int, response: str, ticket_id: int) -> Canned:
    attached = attachments_of(tx, [canned_id], CANNED_RESPONSE).get(canned_id, [])
    files = [NewFile(each.name, file_id=each.file_id, is_help_desks=True) for each in attached]
    return Canned(filled(response, variables_of(tx, ticket_id)), files)


def filled(text: str, variables: Mapping[str, str]) -> str:
    """The text with each `%{ticket.number}` replaced, as HTML; unknown ones become nothing, as in osTicket."""
    return _VARIABLE.sub(lambda match: html.escape(variables.get(match[1].lower(), "")), text)


def variables_of(tx: Read, ticket_id: int) -> dict[str, str]:
    """What variables stand for on a ticket, by their names in small letters."""
    ticket, user, staff = t.ticket.c, t.user.c, t.staff.c
    row = tx.row(
        select(
            ticket.number, ticket.created, ticket.duedate, ticket.est_duedate, ticket.closed, ticket.source,
            t.ticket_status.c.name.label("status"), t.department.c.name.label("dept"),
            t.help_topic.c.topic, user.name, t.user_email.c.address, t.team.c.name.label("team"),
            staff.firstname, staff.lastname,
            forms.select_answer("T", ticket.ticket_id, "subject", t.form_entry_values.c.value).label("subject"),
        )
        .select_from(t.ticket)
        .outerjoin(t.ticket_status, t.ticket_status.c.id == ticket.status_id)
        .outerjoin(t.department, t.department.c.id == ticket.dept_id)
        .outerjoin(t.help_topic, t.help_topic.c.topic_id == ticket.topic_id)
        .outerjoin(t.user, user.id == ticket.user_id)
        .outerjoin(t.user_email, t.user_email.c.id == user.default_email_id)
        .outerjoin(t.team, t.team.c.team_id == ticket.team_id)
        .outerjoin(t.staff, staff.staff_id == ticket.staff_id)
        .where(ticket.ticket_id == ticket_id)
    )  # fmt: skip
    assert row is not None
    config = load_config(tx)
    own = {f"ticket.{name}": value for name, value in _of_ticket(ticket_id, row).items()}
    names = {**_of_name("ticket.name", row.name), **_of_name("ticket.user.name", row.name)}
    return {**own, **names, "url": config.text("helpdesk_url"), "company.name": config.text("helpdesk_title")}


def _of_ticket(ticket_id: int, row: Row[Any]) -> dict[str, str]:
    agent = f"{row.firstname or ''} {row.lastname or ''}".strip()
    moments = {"create_date": row.created, "due_date": row.duedate or row.est_duedate, "close_date": row.closed}
    return {
        "id": str(ticket_id),
        "number": row.number or "",
        "subject": row.subject or "",
        "email": row.address or "",
        "status": row.status or "",
        "dept": row.dept or "",
        "dept.name": row.dept or "",
        "topic": row.topic or "",
        "topic.name": row.topic or "",
        "source": row.source or "",
        "team": row.team or "",
        "team.name": row.team or "",
        "staff": agent,
        "staff.name": agent,
        "assigned": " / ".join(part for part in (agent, row.team) if part),
        **{name: moment.strftime("%Y-%m-%d %H:%M") if moment else "" for name, moment in moments.items()},
    }


def _of_name(prefix: str, text: str | None) -> dict[str, str]:
    name = Name.split(text or "")
    return {
        prefix: text or "",
        f"{prefix}.first": name.first,
        f"{prefix}.last": name.last,
        f"{prefix}.full": f"{name.first} {name.last}".strip(),
        f"{prefix}.original": text or "",
    }
