"""The data of a new ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from osticket_api.features.collaborators.api import ReplyTo
from osticket_api.features.threads.api import NewFile, Recipients
from osticket_api.kit import html

Channel = Literal["staff", "web", "api", "mail"]
"""An agent, a signed-in user, an API key, or a mail: decides what is required and how the ticket is credited."""


@dataclass(frozen=True)
class ReplyAddress:
    """The address to which answers to a mail shall go."""

    address: str
    name: str


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """A new ticket as the caller asks for it. None leaves the choice to topic, department, filters and settings."""

    channel: Channel
    subject: str
    message: str
    format: Literal["html", "text"] = "html"
    user_id: int | None = None
    email: str | None = None
    name: str | None = None
    topic_id: int | None = None
    department_id: int | None = None
    priority_id: int | None = None
    sla_id: int | None = None
    status_id: int | None = None
    due_at: datetime | None = None
    staff_id: int | None = None
    team_id: int | None = None
    source: str | None = None
    ip: str | None = None
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    user_fields: Mapping[str, Any] = field(default_factory=dict)
    collaborators: Sequence[int] = ()
    reply_to: ReplyTo = "all"
    note: str | None = None
    files: Sequence[NewFile] = ()
    email_id: int | None = None
    """The help desk's own address that a mail went to."""
    addressees: Recipients | None = None
    """The other recipients of a mail."""
    recipient_text: str = ""
    """Names and addresses of everybody else a mail went to, for filters."""
    reply_address: ReplyAddress | None = None
    """The address to which answers shall go, by the mail's headers, for filters."""
    lost_files: Sequence[tuple[str, str]] = ()
    """Files that were refused and may be missed, by name, with the reason: a note tells of them."""
    response: str | None = None
    """The response that the agent sends when opening the ticket."""
    signature: Literal["none", "mine", "department"] = "none"
    alert: bool = True
    """Whether agents are told that there is a new ticket. Who is given it is told of that in any case."""
    autorespond: bool = True
    """Whether the owner gets an automatic answer, where the help desk gives them."""
    is_automatic: bool = False
    """Whether a program wrote the message, such as one that answers while its owner is away."""
    takes_any_topic: bool = False
    """Whether a topic that is switched off will do, as osTicket's own HTTP API has it."""

    @property
    def message_text(self) -> str:
        """What the message says. In plain text, what looks like a tag is text, too."""
        return html.to_text(self.message) if self.format == "html" else self.message
