"""Whom a mail brings into a conversation: people it was sent to as well, and departments whose mailboxes it reached.

Source: tickets.md 3.3 (4) and 4.5.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from osticket_api.access.principal import ANONYMOUS
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.events.recording import record
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.inbound_mail.arrival import Arrival
from osticket_api.features.inbound_mail.reading import Recipient
from osticket_api.features.tickets.api import TicketState, add_referral
from osticket_api.features.users.api import KnownUser, create_user, find_user
from osticket_api.kit import php_json
from osticket_api.kit.addresses import is_email

_MAX_TOLD = 1000
_HEADERS = {"to": "Email (to)", "cc": "Email (cc)"}


def invite_recipients(tx: Write, arrival: Arrival, ticket: TicketState, writer: KnownUser | None) -> None:
    """Add the other recipients of a mail to the help desk as collaborators, where the settings allow that.

    Effects: users who are new; one `collab` event for all of them, or several where its column has no room for all.
    """
    if not load_config(tx).flag("add_email_collabs") or not arrival.own:
        return
    added: dict[str, Any] = {}
    for each in arrival.others:
        user = _find_or_create(tx, each)
        if user is not None and collaborators.join(tx, ticket.subject, ANONYMOUS, ticket.user_id, user):
            added[str(user.id)] = {"name": user.name, "src": _HEADERS[each.header]}
    writer_id, name = (writer.id, writer.name) if writer is not None else (None, None)
    for each_event in _fitting(added):
        record(tx, "collab", ticket.subject, ANONYMOUS, data={"add": each_event}, user_id=writer_id, label=name)


def _fitting(added: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Split the users of an event into as few pieces as its column can hold."""
    piece: dict[str, Any] = {}
    for user_id, person in added.items():
        if piece and len(php_json.encode({**piece, user_id: person})) > _MAX_TOLD:
            yield piece
            piece = {}
        piece[user_id] = person
    if piece:
        yield piece


def _find_or_create(tx: Write, recipient: Recipient) -> KnownUser | None:
    mailbox = recipient.mailbox
    known = find_user(tx, email=mailbox.address)
    if known is not None or not is_email(mailbox.address):
        return known
    return create_user(tx, email=mailbox.address, name=mailbox.name)


def refer_to_other_mailboxes(tx: Write, arrival: Arrival, ticket: TicketState) -> None:
    """Refer the ticket to the departments of all mailboxes that the mail reached.

    A department that the ticket was transferred away from gets no referral.
    """
    left = _mailboxes_left(tx, ticket.thread_id)
    for mailbox in arrival.own:
        department_id = mailbox.dept_id
        if not department_id or department_id == ticket.department_id or mailbox.email_id in left:
            continue
        if mailbox.email_id != _mailbox_of(tx, ticket.id) and add_referral(tx, ticket, "D", department_id):
            record(tx, "referred", ticket.subject, ANONYMOUS, data={"dept": department_id})


def _mailbox_of(tx: Read, ticket_id: int) -> int | None:
    found: int | None = tx.scalar(select(t.ticket.c.email_id).where(t.ticket.c.ticket_id == ticket_id))
    return found


def _mailboxes_left(tx: Read, thread_id: int) -> set[int]:
    """The mailboxes of the departments that the ticket was in when it was transferred."""
    event, kind, department = t.thread_event.c, t.event.c, t.department.c
    rows = tx.rows(
        select(event.dept_id, department.email_id)
        .join_from(t.thread_event, t.event, kind.id == event.event_id)
        .outerjoin(t.department, department.id == event.dept_id)
        .where(event.thread_id == thread_id, kind.name == "transferred")
    )
    default = load_config(tx).number("default_email_id")
    return {row.email_id or default for row in rows}
