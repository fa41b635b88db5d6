"""Response models for outgoing mails."""

from datetime import datetime
from typing import Annotated

import msgspec

from osticket_api.features.outgoing_mails.requests import State
from osticket_api.kit.enumerations import one_of


class OutgoingMail(msgspec.Struct, kw_only=True):
    """A mail, without what it says."""

    id: int
    state: State
    """queued: it is on its way; stored: this server is set not to send."""
    template: str
    """The code name of the template, `page:<type>` for a page, `plain` for a mail to administrators."""
    subject: str
    recipients: list[str]
    waiting_for: list[str]
    """Recipients whose server has asked to try again, where others have got the mail."""
    message_id: str
    """The Message-ID of the mail, the same for all attempts."""
    ticket_id: int | None
    task_id: int | None
    entry_id: int | None
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    done_at: datetime | None


class Attempt(msgspec.Struct, kw_only=True):
    """One attempt to deliver a mail."""

    at: datetime
    through: str
    """The account, or `no account`."""
    outcome: Annotated[str, one_of(("accepted", "deferred", "refused"))]
    """accepted, deferred or refused."""
    answer: str
    """The answer of the mail server."""


class MailHeader(msgspec.Struct, kw_only=True):
    """One header, decoded."""

    name: str
    value: str


class MailFile(msgspec.Struct, kw_only=True):
    """A file that goes with the mail."""

    file_id: int
    name: str
    type: str
    is_inline: bool
    """Whether the file is an image inside the text."""


class OutgoingMailDetail(OutgoingMail, kw_only=True):
    """A mail with its headers, its texts, and the attempts to deliver it."""

    headers: list[MailHeader]
    text: str
    html: str | None
    files: list[MailFile]
    deliveries: list[Attempt]
    """Oldest first."""
