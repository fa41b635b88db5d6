"""Thread entries and events as they leave."""

from datetime import datetime
from typing import Any

import msgspec

from osticket_api.web.shapes import Named


class Attachment(msgspec.Struct):
    id: int
    file_id: int
    name: str
    size: int
    """In bytes."""
    content_type: str
    inline: bool
    url: str


class Entry(msgspec.Struct, kw_only=True):
    """One contribution to a conversation. HTML bodies are sanitised."""

    id: int
    type: str
    """message (of a user), response (of an agent) or note (among agents; users never see it)."""
    title: str | None
    body: str
    format: str
    """html or text."""
    poster: str
    staff: Named | None
    user: Named | None
    source: str | None
    parent_id: int | None
    is_edited: bool
    is_system: bool
    created_at: datetime
    updated_at: datetime | None
    attachments: list[Attachment] = []


class Event(msgspec.Struct, kw_only=True):
    """Something that happened to a ticket or task."""

    id: int
    name: str
    staff: Named | None
    user: Named | None
    username: str
    data: Any
    is_annulled: bool
    created_at: datetime
