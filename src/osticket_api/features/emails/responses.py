"""System addresses as they leave."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.web.responses import NamedRef


class Email(msgspec.Struct, kw_only=True):
    """An address of the help desk. How its mail is sent and fetched: `/emails/{address}/accounts`."""

    id: int
    email: str
    name: str
    department: NamedRef | None
    """Where tickets go that come to this address; null: the default."""
    topic: NamedRef | None
    priority: NamedRef | None
    sends_auto_responses: bool
    is_default: bool
    """What answers come from where the department has no address of its own."""
    sends_alerts: bool
    """What alerts come from."""
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    created_at: datetime | None
    updated_at: datetime | None
