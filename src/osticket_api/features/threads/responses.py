"""Response models for thread entries and events."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from osticket_api.db.words import SOURCES
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef


class Attachment(msgspec.Struct):
    id: int
    file_id: int
    name: str
    size: int
    """The size in bytes."""
    content_type: str
    inline: bool
    url: str


EntrySource = Annotated[str, one_of(SOURCES)]


class Entry(msgspec.Struct, kw_only=True):
    """One contribution to a conversation. HTML bodies are sanitised."""

    id: int
    type: Annotated[str, one_of(("message", "response", "note"))]
    """message (of a user), response (of an agent) or note (among agents; users never see it)."""
    title: str | None
    body: str
    format: Annotated[str, one_of(("html", "text"))]
    """html or text."""
    poster: str
    staff: NamedRef | None
    user: NamedRef | None
    source: EntrySource | None
    """How it came in, where that is known."""
    parent_id: int | None
    is_edited: bool
    is_system: bool
    created_at: datetime
    updated_at: datetime | None
    attachments: list[Attachment] = []


EVENT_NAMES: Final = (
    "created", "closed", "reopened", "assigned", "released", "transferred", "referred", "overdue", "edited", "viewed",
    "error", "collab", "resent", "deleted", "merged", "unlinked", "linked", "login", "logout", "message", "note",
)  # fmt: skip

PartKind = Literal[
    "text", "staff", "user", "team", "department", "organization", "status", "ticket", "field", "filter", "system"
]


class Part(msgspec.Struct):
    """A piece of a sentence: plain text, or the name of somebody or something."""

    kind: PartKind
    text: str
    id: int | None
    """The id of the resource that the text names, where that is known."""


class Event(msgspec.Struct, kw_only=True):
    """Something that happened to a ticket or task."""

    id: int
    name: Annotated[str, one_of(EVENT_NAMES)]
    """The kind of event, by osTicket's own word."""
    staff: NamedRef | None
    user: NamedRef | None
    username: str
    data: Any
    is_annulled: bool
    created_at: datetime
    sentence: str
    """The event as an English sentence: the texts of all parts together."""
    parts: list[Part]


class TimelineItem(msgspec.Struct, kw_only=True):
    """One entry or one event of a conversation."""

    id: str
    """`entry:` or `event:` and the id."""
    kind: Literal["entry", "event"]
    created_at: datetime
    entry: Entry | None
    event: Event | None
