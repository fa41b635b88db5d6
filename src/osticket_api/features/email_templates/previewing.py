"""A template as it reads for one ticket. Nothing is sent."""

import re
from typing import Any

from sqlalchemy import select

from osticket_api.access.principal import Staff
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid
from osticket_api.features.email_templates.queries import get_template
from osticket_api.features.email_templates.requests import TemplatePreview
from osticket_api.features.email_templates.responses import FilledTemplate
from osticket_api.mail.masking import without
from osticket_api.mail.occasions.telling import Telling
from osticket_api.mail.occasions.users import owner_in, read_by_owner, signature
from osticket_api.mail.outbox import Occasion
from osticket_api.mail.plain_text import to_plain_text
from osticket_api.mail.variables.entries import Entry
from osticket_api.mail.variables.language import Value, Variables
from osticket_api.mail.variables.people import Agent, Scene
from osticket_api.mail.variables.records import Records


def preview(tx: Read, caller: Staff, template_id: int, asked: TemplatePreview) -> FilledTemplate:
    """A template, or texts that are tried in its place, filled in for a ticket that the caller may open.

    The newest entries of the ticket are its message, response and note; the caller is the agent who acts.
    Codes that let the ticket's owner in are masked.
    What a kind of mail does not supply stays as it is written.

    Raises: NotFound, Invalid for a ticket that is not there.
    """
    template = get_template(tx, caller, template_id)
    seen = select(t.ticket.c.ticket_id).where(t.ticket.c.ticket_id == asked.ticket_id, reachable_ticket(caller))
    if tx.scalar(seen) is None:
        raise Invalid.because(f"There is no ticket {asked.ticket_id}.", field="ticket_id")
    records = Records(tx, tx.secret_salt)
    telling = Telling(records, Occasion(kind="preview", ticket_id=asked.ticket_id, staff_id=caller.id))
    scene = read_by_owner(telling)
    variables = Variables({**telling.roots(scene), **_roots(tx, telling, scene, caller)})
    html = variables.fill(template.body if asked.body is None else asked.body, as_html=True)
    subject = variables.fill(template.subject if asked.subject is None else asked.subject, as_html=False)
    subject, html = (without(variables.secrets, text) for text in (subject, html))
    return FilledTemplate(subject=re.sub(r"[\r\n]+", " ", subject).strip(), html=html, text=to_plain_text(html))


def _roots(tx: Read, telling: Telling, scene: Scene, caller: Staff) -> dict[str, Value]:
    agent = telling.records.staff(caller.id)
    roots: dict[str, Value] = {"signature": signature(telling, "dept"), "recipient": owner_in(telling, scene)}
    if agent is not None:
        person = Agent(scene, agent)
        roots |= {"staff": person, "poster": person, "assigner": person, "assignee": person}
    newest = {row.type: row for row in _entries(tx, telling)}
    names = {"M": ("message",), "R": ("response",), "N": ("note", "comments")}
    roots |= {name: Entry(scene, newest[kind]) for kind, named in names.items() if kind in newest for name in named}
    return roots


def _entries(tx: Read, telling: Telling) -> list[Any]:
    entry = t.thread_entry.c
    rows = tx.rows(select(entry.id).where(entry.thread_id == telling.thread_id).order_by(entry.id.desc()).limit(50))
    found = (telling.records.entry(row.id) for row in reversed(rows))
    return [each for each in found if each is not None]
