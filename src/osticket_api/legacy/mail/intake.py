"""Receiving a mail: nothing new, a message or note in a conversation, or a new ticket.

Source: legacy-api.md 9, tickets.md 3.3 and 13.3, golden cases of `mail.receive`. People in To and Cc do not become
collaborators.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, func, select

from osticket_api.access.principal import ANONYMOUS, ApiKey
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.engine import Read, Write
from osticket_api.errors import ApiError, Fault
from osticket_api.features.collaborators import service as collaborators
from osticket_api.features.files import limits
from osticket_api.features.forms import service as forms
from osticket_api.features.threads.bodies import NOTHING
from osticket_api.features.threads.service import Addressees, Author, NewEntry, NewFile, add_entry
from osticket_api.features.tickets.service.create import TicketDenied, create_ticket
from osticket_api.features.tickets.service.new_ticket import NewTicket
from osticket_api.features.tickets.service.status import is_reopenable, reopen
from osticket_api.features.tickets.state import TicketState, load_ticket, refresh_index, save
from osticket_api.features.users.service import find_user, organization_of
from osticket_api.kit import html
from osticket_api.kit.names import shown
from osticket_api.legacy.core.complaints import Sheet, complaint
from osticket_api.legacy.core.opening import Opened
from osticket_api.legacy.mail.matching import Match, Writer, find_agent, find_match, number_of_known, writer_of
from osticket_api.legacy.mail.reading import Mail

_EMAIL: Final = "Email"
_MERGED: Final = 0x1 | 0x2


def receive(tx: Write, key: ApiKey, mail: Mail, salt: str) -> Opened:
    """Take a mail in. Returns the ticket it is in now. A mail that was taken in before changes nothing.

    Raises: Refused in osTicket's words; TicketDenied.
    """
    known = number_of_known(tx, mail, salt)
    if known is not None:
        ticket_id = tx.scalar(select(t.ticket.c.ticket_id).where(t.ticket.c.number == known))
        return Opened(ticket_id or 0, known)
    match = find_match(tx, mail, salt)
    ticket = _accepting(tx, mail, match) if match is not None else None
    if match is None or ticket is None:
        return _open(tx, key, mail)
    entry_id = _append(tx, mail, match, ticket)
    _keep_headers(tx, entry_id, mail)
    refresh_index(tx)
    return Opened(ticket.id, ticket.number)


def _accepting(tx: Write, mail: Mail, match: Match) -> TicketState | None:
    """The ticket, or the one it was merged into; None when it is closed for good and no agent writes."""
    ticket = load_ticket(tx, match.ticket_id)
    if ticket.parent_id is not None and ticket.flags & _MERGED:
        ticket = load_ticket(tx, ticket.parent_id)
    is_shut = ticket.is_closed and not is_reopenable(tx, ticket)
    return None if is_shut and find_agent(tx, mail.sender.address) is None else ticket


def _append(tx: Write, mail: Mail, match: Match, ticket: TicketState) -> int:
    """A note by an agent, or a message by anybody else."""
    writer = writer_of(tx, mail, match)
    parent_id = match.entry_id if match.thread_id == ticket.thread_id else None
    if writer.staff is not None:
        return add_entry(tx, ticket.thread_id, _note(tx, mail, writer.staff, parent_id))
    if writer.user is not None and writer.user.id != ticket.user_id:
        collaborators.add(tx, ticket.subject, ANONYMOUS, ticket.user_id, writer.user)
    entry_id = add_entry(tx, ticket.thread_id, _message(tx, mail, writer, parent_id))
    save(tx, ticket, is_answered=False, last_activity_at=tx.now)
    if ticket.is_closed and not mail.is_automatic and is_reopenable(tx, ticket):
        reopen(tx, ANONYMOUS, ticket)
    return entry_id


def _note(tx: Read, mail: Mail, staff: Row[Any], parent_id: int | None) -> NewEntry:
    name = shown(f"{staff.firstname} {staff.lastname}".strip(), load_config(tx).text("agent_name_format"))
    return NewEntry(kind="N", author=Author(name, staff_id=staff.staff_id), **_content(tx, mail, parent_id))


def _message(tx: Read, mail: Mail, writer: Writer, parent_id: int | None) -> NewEntry:
    """What a stranger writes begins with who they say they are."""
    content = _content(tx, mail, parent_id) | {"ip": ""}
    if writer.user is not None:
        name = shown(writer.user.name, load_config(tx).text("client_name_format"))
        return NewEntry(kind="M", author=Author(name, user_id=writer.user.id), **content)
    banner = f"Received From: {mail.sender}"
    is_html = mail.format == "html"
    content["body"] = f"<p>{html.escape(banner)}</p>{content['body']}" if is_html else f"{banner}\n\n{content['body']}"
    return NewEntry(kind="M", author=Author(mail.sender.name or mail.sender.address), **content)


def _content(tx: Read, mail: Mail, parent_id: int | None) -> dict[str, Any]:
    """What all entries that came by mail have in common. Files that may not be kept are left out."""
    return {
        "body": _unquoted(tx, mail.body),
        "format": mail.format,
        "source": _EMAIL,
        "parent_id": parent_id,
        "recipients": _addressees(mail),
        "files": _files(tx, mail)[0],
        "signed_in": False,
    }


def _addressees(mail: Mail) -> Addressees:
    return Addressees(dict(enumerate(map(str, mail.to))), dict(enumerate(map(str, mail.cc))))


def _unquoted(tx: Read, body: str) -> str:
    """What stands above the line that osTicket puts into its mails, if anything does."""
    config = load_config(tx)
    separator = config.text("reply_separator")
    if not config.flag("strip_quoted_reply") or not separator:
        return body
    above, found, _ = body.partition(separator)
    return above if found and html.to_text(above).strip() else body


def _files(tx: Read, mail: Mail) -> tuple[list[NewFile], list[tuple[str, str]]]:
    allowed = limits.limits_for(tx, "user")
    kept: list[NewFile] = []
    lost: list[tuple[str, str]] = []
    for file in mail.files if allowed.is_enabled else ():
        content = file.content if isinstance(file.content, bytes) else b""
        fault = allowed.fault(file.name, file.content_type or "", len(content))
        if content and fault is None:
            kept.append(file)
        else:
            lost.append((file.name, fault.message if fault else "Unable to save file"))
    return kept, lost


def _keep_headers(tx: Write, entry_id: int, mail: Mail) -> None:
    """Source: tickets.md 2.7."""
    if mail.message_id:
        tx.insert(
            t.thread_entry_email,
            thread_entry_id=entry_id,
            email_id=None,
            mid=mail.message_id[:255],
            headers=mail.headers,
        )


def _open(tx: Write, key: ApiKey, mail: Mail) -> Opened:
    """A new ticket. Raises: Refused; TicketDenied also for strangers, where only known users may write."""
    _check_sender(tx, mail)
    mailbox = _mailbox(tx, [each.address for each in (*mail.to, *mail.cc)])
    kept, lost = _files(tx, mail)
    new = NewTicket(
        channel="mail",
        subject=mail.subject,
        message=_unquoted(tx, mail.body) if html.to_text(mail.body).strip() else NOTHING,
        format=mail.format,
        email=mail.sender.address or None,
        name=mail.sender.name or None,
        topic_id=mailbox and mailbox.topic_id,
        department_id=mailbox and mailbox.dept_id,
        priority_id=mailbox and mailbox.priority_id,
        email_id=mailbox and mailbox.email_id,
        addressees=_addressees(mail),
        files=kept,
        lost_files=lost,
        takes_any_topic=True,
    )
    try:
        ticket_id = create_ticket(tx, key, new)
    except ApiError as error:
        raise complaint(error, Sheet(None, forms.topic_forms(tx, None), forms.load_form(tx, "U"))) from error
    ticket = load_ticket(tx, ticket_id)
    _keep_headers(tx, _first_message(tx, ticket), mail)
    return Opened(ticket.id, ticket.number)


def _check_sender(tx: Read, mail: Mail) -> None:
    if load_config(tx).flag("accept_unregistered_email") or not mail.sender.address:
        return
    if find_user(tx, email=mail.sender.address) is None and organization_of(tx, mail.sender.address) is None:
        raise TicketDenied(Fault("ticket_denied", "Only known users may write."), email=mail.sender.address)


def _mailbox(tx: Read, addresses: Sequence[str]) -> Row[Any] | None:
    """The help desk's address that the mail went to, else its default one."""
    email = t.email.c
    row = tx.row(select(t.email).where(email.email.in_(list(addresses) or [""])).order_by(email.email_id).limit(1))
    return row or tx.row(select(t.email).where(email.email_id == load_config(tx).number("default_email_id")))


def _first_message(tx: Read, ticket: TicketState) -> int:
    entry = t.thread_entry.c
    return int(tx.scalar(select(func.min(entry.id)).where(entry.thread_id == ticket.thread_id, entry.type == "M")))
