"""The link by which somebody without an account sees their ticket, sent to the address that the ticket has.

Source: mail.md 7.1, people.md 6.6
"""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, func, or_, select

from osticket_api.access.principal import ANONYMOUS
from osticket_api.db import tables as t
from osticket_api.db.identity import row_named
from osticket_api.db.tables.own_mail import api_mail_occasion, api_outgoing_mail
from osticket_api.db.unit import Read, Write
from osticket_api.mail import outbox

_AT_MOST: Final = 3
_WITHIN: Final = timedelta(minutes=10)


def send_link(tx: Write, email: str, number: str) -> None:
    """Mail the link to the owner of this ticket, or to somebody who takes part in it. Anybody else gets nothing.

    Whoever asks learns nothing about who is there. One ticket gets a few links in ten minutes and no more.
    """
    found = find_participant(tx, email, number)
    if found is not None and not _is_enough(tx, found.ticket_id):
        outbox.post(tx, outbox.ACCESS_LINK, ANONYMOUS, ticket_id=found.ticket_id, user_id=found.user_id)


def find_participant(tx: Read, email: str, number: str) -> Row[Any] | None:
    """The owner of a ticket, or somebody who takes part in it, by their address: `ticket_id`, `user_id`."""
    ticket, address, collaborator = t.ticket.c, t.user_email.c, t.thread_collaborator.c
    taking_part = (
        select(collaborator.user_id)
        .join(t.thread, t.thread.c.id == collaborator.thread_id)
        .where(t.thread.c.object_type == "T", t.thread.c.object_id == ticket.ticket_id)
        .correlate(t.ticket)
    )
    people = (
        select(ticket.ticket_id, address.user_id)
        .select_from(t.ticket)
        .join(t.user_email, or_(address.user_id == ticket.user_id, address.user_id.in_(taking_part)))
        .where(ticket.number == number)
    )
    return row_named(tx, people, address.address, email)


def _is_enough(tx: Write, ticket_id: int) -> bool:
    """Whether so many links were sent lately that nobody can want another one."""
    if not tx.has_own_tables:
        return False
    occasion, mail, since = api_mail_occasion.c, api_outgoing_mail.c, tx.now - _WITHIN
    asked = select(func.count()).where(
        occasion.kind == outbox.ACCESS_LINK, occasion.ticket_id == ticket_id, occasion.created_at > since
    )
    sent = select(func.count()).where(
        mail.template == "page:access-link", mail.ticket_id == ticket_id, mail.created_at > since
    )
    return int(tx.scalar(asked)) + int(tx.scalar(sent)) >= _AT_MOST
