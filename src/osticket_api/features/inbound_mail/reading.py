"""A mail as the help desk understands it.

Source: legacy-api.md 9, tickets.md 13.3.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from osticket_api.features.inbound_mail.automatic import is_automatic, is_bounce
from osticket_api.features.inbound_mail.content import Body, Content, content_of
from osticket_api.features.threads.api import NewFile, is_too_complex
from osticket_api.kit import html
from osticket_api.kit.addresses import is_email
from osticket_api.kit.mime import parts
from osticket_api.kit.mime.headers import Mailbox, decoded, mailboxes, unfolded
from osticket_api.kit.mime.parts import Part

_IDS: Final = re.compile(r"<[^<>@\s]+@[^<>\s]+>")
_HIDDEN_IN_HTML: Final = re.compile(r'class="mid-([^"\s]*)"')
_OF_SENDERS: Final = ("from", "sender", "reply-to", "return-path")
_NO_SUBJECT: Final = "[No Subject]"
_MAX_SUBJECT: Final = 10_000
_MAX_REFERENCES: Final = 100
_URGENCY: Final = re.compile(rb"(?:priority|importance):\s*(\w)", re.IGNORECASE)
_URGENCIES: Final = {**dict.fromkeys("HU12", 2), **dict.fromkeys("N34", 3), **dict.fromkeys("L56", 4)}
_OUTLOOKS: Final = {0: 4, 1: 3, 2: 2}


@dataclass(frozen=True)
class Recipient:
    """Somebody a mail went to. `header`: `to`, `cc`, or `delivered-to` for an address that only servers know of."""

    mailbox: Mailbox
    header: str


@dataclass(frozen=True)
class Mail:
    """A mail.

    `references`: the ids of mails it may be an answer to, the likeliest first.
    `rich_body`, `plain_body`: its text where the help desk keeps HTML, and where it does not. HTML is clean, but for
    pictures that are part of it.
    `urgency`: osTicket's number for the priority it asks for, 2 for high to 4 for low.
    """

    message_id: str
    sender: Mailbox
    recipients: Sequence[Recipient]
    hidden_recipients: Sequence[Mailbox]
    reply_to: Mailbox | None
    subject: str
    rich_body: Body
    plain_body: Body
    files: Sequence[NewFile]
    references: Sequence[str]
    headers: str
    urgency: int | None
    is_automatic: bool
    is_bounce: bool


def read_mail(raw: bytes) -> Mail:
    """The mail in these bytes. Nothing is too broken to be read: what is missing is empty.

    This may take seconds: call it where nobody waits for the thread.
    """
    mail = parts.read(raw)
    content = content_of(mail)
    rich, format = content.body(prefers_html=True)
    if format == "html" and is_too_complex(rich):
        # Cleaning takes seconds then. The text is the body, and the whole HTML goes along as a file.
        content.files.append(NewFile("message.html", "text/html", rich.encode("utf-8", "replace")))
        rich, format = content.body(prefers_html=False)
    block = parts.header_block(mail.raw)
    charset = _charset(mail)
    message_id = _message_id(mail, block)
    return Mail(
        message_id=message_id,
        sender=_sender(mail, charset),
        recipients=[
            Recipient(box, header)
            for header in ("to", "cc", "delivered-to")
            for box in mailboxes(mail.all_headers(header), mail.decoder, charset)
        ],
        hidden_recipients=mailboxes(mail.all_headers("bcc"), mail.decoder, charset),
        reply_to=next(iter(mailboxes(mail.all_headers("reply-to"), mail.decoder, charset)), None),
        subject=decoded(mail.header("subject"), mail.decoder, charset).strip()[:_MAX_SUBJECT] or _NO_SUBJECT,
        rich_body=(html.clean(rich, data_urls=True) if format == "html" else rich, format),
        plain_body=content.body(prefers_html=False),
        files=content.files,
        references=_references(mail, message_id, rich if format == "html" else ""),
        headers=mail.decoder.decode(block.strip(), "", charset).replace("\0", ""),
        urgency=_urgency(block, content),
        is_automatic=is_automatic(mail),
        is_bounce=is_bounce(mail),
    )


def _charset(mail: Part) -> str:
    """The character set of the mail's first text, in which its headers may be written too."""
    if mail.charset:
        return mail.charset
    return next((charset for each in mail.parts if (charset := _charset(each))), "")


def _sender(mail: Part, charset: str) -> Mailbox:
    """The first usable address; a sender without a name goes by the address.

    Where From names none, the headers that mail programs and servers write count, nearest to the writer first.
    """
    found = [box for name in _OF_SENDERS for box in mailboxes(mail.all_headers(name), mail.decoder, charset)]
    sender = next((box for box in found if is_email(box.address)), next(iter(found), Mailbox("", "")))
    name = sender.name or next((box.name for box in found), "")
    return Mailbox(name or sender.address, sender.address)


def _message_id(mail: Part, block: bytes) -> str:
    """The Message-ID as it came; where there is none, osTicket makes one from the headers."""
    given = unfolded(mail.header("message-id")).decode("utf-8", "replace").replace("\0", "")
    return given or f"<{hashlib.md5(block, usedforsecurity=False).hexdigest()}@local>"


def _references(mail: Part, message_id: str, text: str) -> list[str]:
    """Message-IDs that the mail refers to: of each header the last first, then those that osTicket hides in the HTML of
    its own mails.
    """
    found = list(_IDS.findall(message_id))
    for name in ("in-reply-to", "references"):
        found += reversed(_IDS.findall(unfolded(mail.header(name)).decode("utf-8", "replace")))
    hidden = _HIDDEN_IN_HTML.search(text)
    found = found[:_MAX_REFERENCES] + ([f"<{hidden[1].strip('<>')}>"] if hidden else [])
    return list(dict.fromkeys(found))


def _urgency(block: bytes, content: Content) -> int | None:
    if content.packed is not None and content.packed.importance is not None:
        return _OUTLOOKS.get(content.packed.importance)
    match = _URGENCY.search(block)
    return _URGENCIES.get(match[1].decode("ascii", "replace").upper()) if match else None
