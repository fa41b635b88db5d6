"""Response models for canned responses."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.features.rich_text.api import AttachedFile
from osticket_api.web.responses import NamedRef


class CannedResponse(msgspec.Struct, kw_only=True):
    """An answer kept ready."""

    id: int
    title: str
    response: str
    """HTML with variables such as `%{ticket.number}`."""
    department: NamedRef | None
    """null: all departments."""
    is_active: bool
    attachments: list[AttachedFile]
    notes: str | UnsetType | None = UNSET
    """Shown to agents who manage canned responses."""
    created_at: datetime | None
    updated_at: datetime | None


class Preview(msgspec.Struct, kw_only=True):
    """A canned response as a reply to a ticket would begin with it."""

    response: str
    """HTML."""
    attachments: list[AttachedFile]
