"""Response models for quick notes."""

from datetime import datetime
from typing import Literal

import msgspec

from osticket_api.web.responses import NamedRef


class About(msgspec.Struct):
    """The user or organization that a note is about."""

    kind: Literal["user", "organization"]
    id: int


class QuickNote(msgspec.Struct):
    id: int
    about: About
    body: str
    """HTML."""
    staff: NamedRef | None
    """The author of the note; null when the agent was deleted."""
    created_at: datetime | None
    updated_at: datetime | None
