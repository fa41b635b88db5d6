"""System addresses as they leave."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.web.shapes import Named


class Email(msgspec.Struct, kw_only=True):
    """An address of the help desk. How its mail is fetched and sent is no part of it."""

    id: int
    email: str
    name: str
    department: Named | None
    """Where tickets go that come to this address; null: the default."""
    topic: Named | None
    priority: Named | None
    sends_auto_responses: bool
    is_default: bool
    """What answers come from where the department has no address of its own."""
    sends_alerts: bool
    """What alerts come from."""
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    created_at: datetime | None
    updated_at: datetime | None
