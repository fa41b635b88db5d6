"""Response models for webhooks and deliveries."""

from datetime import datetime
from typing import Annotated

import msgspec

from osticket_api.events.catalogue import CATALOGUE
from osticket_api.features.webhooks.requests import Status
from osticket_api.kit.enumerations import one_of
from osticket_api.webhooks.filtering import Filters
from osticket_api.webhooks.formats import TEST, Format, Payload


class Webhook(msgspec.Struct, kw_only=True):
    """A webhook: an address, and the events that are posted to it."""

    id: int
    url: str
    types: list[str]
    filters: Filters
    staff_id: int | None
    """The agent whose rights the webhook has: it is sent what this agent may see; null: everything."""
    description: str
    payload: Payload
    format: Format
    is_active: bool
    pause_reason: str | None
    """The reason for which the webhook was paused automatically."""
    failing_since: datetime | None
    """The moment since which no delivery has succeeded."""
    last_event_id: int
    """Up to which event deliveries were queued."""
    old_secret_until: datetime | None
    """The moment until which the previous secret signs as well."""
    created_by: str
    created_at: datetime
    updated_at: datetime


class NewWebhook(Webhook, kw_only=True):
    """A webhook with its secret, which is shown this once."""

    secret: str


class Delivery(msgspec.Struct, kw_only=True):
    """One message to one receiver, and the outcome."""

    id: int
    webhook_id: int
    event_id: int | None
    message_id: str
    """What is sent as `webhook-id`. It stays the same, however often the message is sent."""
    type: Annotated[str, one_of(sorted([*CATALOGUE, TEST]))]
    status: Status
    attempts: int
    next_attempt_at: datetime | None
    response_status: int | None
    error: str | None
    """Why there was no answer."""
    created_at: datetime
    attempted_at: datetime | None
    finished_at: datetime | None


class DeliveryDetail(Delivery, kw_only=True):
    """A delivery with what was sent and answered."""

    body: str
    response_body: str | None
    """The first 2 KB."""


class Replayed(msgspec.Struct):
    """How many deliveries were queued again."""

    queued: int
