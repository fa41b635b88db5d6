"""Response models for system addresses."""

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
    """The department of tickets that come to this address; null: the default department."""
    topic: NamedRef | None
    priority: NamedRef | None
    sends_auto_responses: bool
    is_default: bool
    """Whether mails are sent from this address where the department has no address of its own."""
    sends_alerts: bool
    """Whether alerts are sent from this address."""
    notes: str | UnsetType | None = UNSET
    """For administrators."""
    created_at: datetime | None
    updated_at: datetime | None
