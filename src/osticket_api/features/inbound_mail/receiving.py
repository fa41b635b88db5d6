"""Receiving a mail: nothing new, a message or note in a conversation, or a new ticket.

Source: legacy-api.md 9, tickets.md 3.3 and 13.3, golden cases of `mail.receive`, the recorded mails.
"""

from dataclasses import dataclass

from sqlalchemy import select

from osticket_api.access.principal import ANONYMOUS, ApiKey
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import TicketFlag
from osticket_api.db.named_lock import hold_named_lock
from osticket_api.db.unit import Write
from osticket_api.errors import Fault, Invalid
from osticket_api.events.system_log import log
from osticket_api.features.collaborators import api as collaborators
from osticket_api.features.inbound_mail.arrival import Arrival
from osticket_api.features.inbound_mail.entries import message_of, note_of
from osticket_api.features.inbound_mail.invitations import invite_recipients, refer_to_other_mailboxes
from osticket_api.features.inbound_mail.matching import Match, find_known, find_matches, first_message, is_own_mail
from osticket_api.features.inbound_mail.reading import Mail
from osticket_api.features.inbound_mail.task_answers import answer_task
from osticket_api.features.inbound_mail.writers import Place, Writer, find_writer, is_of_agent
from osticket_api.features.tasks import api as tasks
from osticket_api.features.threads.api import add_entry, note_origin
from osticket_api.features.tickets.api import (
    NewTicket,
    ReplyAddress,
    TicketDenied,
    TicketState,
    create_ticket,
    is_reopenable,
    load_ticket,
    refresh_index,
    reopen,
    save,
    tell_of_note,
)
from osticket_api.features.users.api import find_user, organization_of
from osticket_api.kit.addresses import is_email
from osticket_api.mail import outbox


class SenderMissing(Invalid):
    """A mail without a sender answers nothing, so there is nobody to open a ticket for."""


@dataclass(frozen=True)
class Received:
    """The ticket or task that a mail is in now, and whether anything of the mail was stored."""

    id: int
    number: str
    is_new: bool
    is_task: bool = False


def receive(tx: Write, key: ApiKey, mail: Mail) -> Received:
    """Take a mail in, however often it is sent: a mail that was taken in before changes nothing.

    Raises: what creating a ticket raises; SenderMissing; TicketDenied, too, for strangers where only known users write.
    """
    hold_named_lock(tx, f"mail {mail.message_id}")
    arrival = Arrival(tx, mail)
    known = find_known(tx, mail)
    if known is not None:
        return _again(tx, arrival, known)
    for match in find_matches(tx, mail, arrival.text):
        if is_own_mail(tx, mail):
            return _stop_loop(tx, mail, match)
        received = _add_to_task(tx, arrival, match) if match.is_task else _add_to_ticket(tx, arrival, match)
        if received is not None:
            return received
    return _open(tx, key, arrival)


def _again(tx: Write, arrival: Arrival, known: Match) -> Received:
    """A mail that is here already may have come to another mailbox this time."""
    if known.is_task:
        return _in_task(tx, known, is_new=False)
    ticket = load_ticket(tx, known.object_id)
    refer_to_other_mailboxes(tx, arrival, ticket)
    return Received(ticket.id, ticket.number, is_new=False)


def _stop_loop(tx: Write, mail: Mail, match: Match) -> Received:
    """A mail of our own has come back: it answers nothing, and administrators should know."""
    text = f"A mail that this help desk sent came back from {mail.sender.address}: {mail.message_id}"
    log(tx, "Error", "Email loop detected", text)
    if match.is_task:
        return _in_task(tx, match, is_new=False)
    ticket = load_ticket(tx, match.object_id)
    return Received(ticket.id, ticket.number, is_new=False)


def _in_task(tx: Write, match: Match, *, is_new: bool) -> Received:
    task = tasks.load_task(tx, match.object_id)
    return Received(task.id, task.number, is_new=is_new, is_task=True)


def _add_to_task(tx: Write, arrival: Arrival, match: Match) -> Received | None:
    writer = find_writer(tx, arrival.mail, match, Place(match.thread_id))
    if writer is None:
        return None
    entry_id = answer_task(tx, arrival, match, writer)
    arrival.keep_headers(tx, entry_id)
    refresh_index(tx)
    return _in_task(tx, match, is_new=True)


def _add_to_ticket(tx: Write, arrival: Arrival, match: Match) -> Received | None:
    ticket = _accepting(tx, match)
    if ticket is None:
        return None
    writer = find_writer(tx, arrival.mail, match, Place(ticket.thread_id, ticket.user_id))
    return _append(tx, arrival, match, ticket, writer) if writer is not None else None


def _accepting(tx: Write, match: Match) -> TicketState | None:
    """The ticket, or the one it was merged into; None when it is closed for good and no agent writes."""
    ticket = load_ticket(tx, match.object_id)
    if ticket.is_closed and not is_reopenable(tx, ticket) and not is_of_agent(match):
        return None
    if ticket.parent_id is not None and ticket.flags & TicketFlag.MERGED:
        return load_ticket(tx, ticket.parent_id)
    return ticket


def _append(tx: Write, arrival: Arrival, match: Match, ticket: TicketState, writer: Writer) -> Received:
    """A note by an agent, or a message by anybody else."""
    refer_to_other_mailboxes(tx, arrival, ticket)
    parent_id = match.entry_id if match.thread_id == ticket.thread_id else None
    if writer.staff is not None:
        entry_id = add_entry(tx, ticket.thread_id, note_of(tx, arrival, writer.staff, parent_id))
        _tell_of_note(tx, arrival, ticket, entry_id)
    else:
        entry_id = _add_message(tx, arrival, ticket, writer, parent_id)
        _tell_of_message(tx, arrival, match, ticket, entry_id)
    if match.thread_id != ticket.thread_id:
        note_origin(tx, entry_id, match.thread_id)
    arrival.keep_headers(tx, entry_id)
    refresh_index(tx)
    return Received(ticket.id, ticket.number, is_new=True)


def _add_message(tx: Write, arrival: Arrival, ticket: TicketState, writer: Writer, parent_id: int | None) -> int:
    """Somebody known who is not in the conversation joins it, and so do those the mail went to as well."""
    mail, user = arrival.mail, writer.user
    if user is not None and user.id != ticket.user_id:
        collaborators.add(tx, ticket.subject, ANONYMOUS, ticket.user_id, user)
    entry_id = add_entry(tx, ticket.thread_id, message_of(arrival, user, parent_id))
    invite_recipients(tx, arrival, ticket, writer.user)
    save(tx, ticket, is_answered=False, last_activity_at=tx.now)
    if ticket.is_closed and not (mail.is_automatic or mail.is_bounce) and is_reopenable(tx, ticket):
        reopen(tx, ANONYMOUS, ticket)
    return entry_id


def _tell_of_note(tx: Write, arrival: Arrival, ticket: TicketState, entry_id: int) -> None:
    """Agents are told, but not of what a program wrote. Source: mail.md 1.5"""
    if not (arrival.mail.is_automatic or arrival.mail.is_bounce):
        tell_of_note(tx, ANONYMOUS, ticket, entry_id)


def _tell_of_message(tx: Write, arrival: Arrival, match: Match, ticket: TicketState, entry_id: int) -> None:
    """Source: mail.md 1.4"""
    outbox.post(
        tx,
        "ticket.message",
        ANONYMOUS,
        ticket_id=ticket.id,
        entry_id=entry_id,
        child_id=match.object_id,
        origin="mail",
        poster=arrival.mail.sender.name,
        autorespond=not match.is_passive,
        is_automatic=arrival.mail.is_automatic or arrival.mail.is_bounce,
    )


def _open(tx: Write, key: ApiKey, arrival: Arrival) -> Received:
    _check_sender(tx, arrival.mail)
    ticket = load_ticket(tx, create_ticket(tx, key, _new_ticket(tx, arrival)))
    arrival.keep_headers(tx, first_message(tx, ticket.thread_id))
    owner = find_user(tx, user_id=ticket.user_id) if ticket.user_id else None
    invite_recipients(tx, arrival, ticket, owner)
    refer_to_other_mailboxes(tx, arrival, ticket)
    refresh_index(tx)
    return Received(ticket.id, ticket.number, is_new=True)


def _new_ticket(tx: Write, arrival: Arrival) -> NewTicket:
    mail, mailbox = arrival.mail, arrival.mailbox
    reply_to = mail.reply_to
    return NewTicket(
        channel="mail",
        subject=mail.subject,
        message=arrival.body,
        format=arrival.format,
        email=mail.sender.address or None,
        name=mail.sender.name or None,
        topic_id=mailbox and mailbox.topic_id,
        department_id=mailbox and mailbox.dept_id,
        priority_id=_asked_priority(tx, mail) or (mailbox and mailbox.priority_id),
        email_id=mailbox and mailbox.email_id,
        addressees=arrival.addressees,
        recipient_text=" ".join(f"{each.mailbox.name} {each.mailbox.address}" for each in arrival.others),
        reply_address=ReplyAddress(reply_to.address, reply_to.name) if reply_to is not None else None,
        files=arrival.files,
        takes_any_topic=True,
        alert=not mail.is_bounce,
        autorespond=not (mail.is_bounce or mail.is_automatic),
        is_automatic=mail.is_automatic,
    )


def _asked_priority(tx: Write, mail: Mail) -> int | None:
    """The priority that the mail asks for, where the help desk listens to that."""
    if mail.urgency is None or not load_config(tx).flag("use_email_priority"):
        return None
    priority = t.ticket_priority.c
    found: int | None = tx.scalar(
        select(priority.priority_id).where(priority.priority_urgency == mail.urgency).order_by(priority.priority_id)
    )
    return found


def _check_sender(tx: Write, mail: Mail) -> None:
    address = mail.sender.address
    if not is_email(address):
        message = "The mail names nobody who sent it: From, Sender, Reply-To and Return-Path hold no e-mail address."
        raise SenderMissing.because(message, field="from", code="sender_missing")
    if load_config(tx).flag("accept_unregistered_email"):
        return
    if find_user(tx, email=address) is None and organization_of(tx, address) is None:
        raise TicketDenied(Fault("ticket_denied", "Only known users may write."), email=address)
