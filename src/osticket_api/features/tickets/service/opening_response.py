"""The response that an agent gives to a ticket they open for somebody.

Source: tickets.md 1.14, mail.md 1.2
"""

from osticket_api.access.principal import Principal, Staff
from osticket_api.db.unit import Write
from osticket_api.features.canned_responses.api import fill_text
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.threads.api import NewEntry, add_entry, author_of
from osticket_api.features.tickets.service.new_ticket import NewTicket
from osticket_api.features.tickets.service.reply import claimed_by_answering
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.features.users.api import find_user
from osticket_api.mail import outbox
from osticket_api.mail.occasions.activity import NEW_RESPONSE


def answer_as_opener(tx: Write, actor: Principal, ticket: TicketState, new: NewTicket, message_id: int) -> None:
    """Post the response, with its variables filled in, and leave it to be told that the ticket was opened."""
    response_id = None
    if new.response:
        owner = find_user(tx, user_id=ticket.user_id) if ticket.user_id else None
        entry = NewEntry(
            kind="R",
            author=author_of(tx, actor),
            body=fill_text(tx, actor, new.response, ticket.id),
            format=new.format,
            recipients=collaborators.recipients(tx, ticket.thread_id, owner, new.reply_to),
            sender=actor,
        )
        response_id = add_entry(tx, ticket.thread_id, entry)
        if new.alert:
            _tell_followers(tx, actor, ticket, response_id)
        claim = claimed_by_answering(tx, actor, ticket) if isinstance(actor, Staff) else {}
        save(tx, ticket, is_answered=True, **claim)
    outbox.post(
        tx,
        "ticket.opened_by_agent",
        actor,
        ticket_id=ticket.id,
        entry_id=message_id,
        response_id=response_id,
        reply_to=new.reply_to,
        signature=new.signature,
    )


def _tell_followers(tx: Write, actor: Principal, ticket: TicketState, response_id: int) -> None:
    """Alert agents as to any response, before the user gets it. Source: mail.md 1.3 step 2"""
    outbox.post(
        tx,
        "ticket.note",
        actor,
        ticket_id=ticket.id,
        entry_id=response_id,
        activity=NEW_RESPONSE,
        assigned_before=ticket.staff_id,
    )
