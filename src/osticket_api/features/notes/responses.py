"""Quick notes as they leave."""

from datetime import datetime
from typing import Literal

import msgspec

from osticket_api.web.responses import NamedRef


class About(msgspec.Struct):
    """What a note is about."""

    kind: Literal["user", "organization"]
    id: int


class QuickNote(msgspec.Struct):
    id: int
    about: About
    body: str
    """HTML."""
    staff: NamedRef | None
    """Who wrote it, None when they are gone."""
    created_at: datetime | None
    updated_at: datetime | None
