"""Adding, changing and removing webhooks, and telling receivers again. Nothing of osTicket is written here."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, delete, select, update

from osticket_api.access.loading import find_staff
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.secrets import Secret
from osticket_api.db.tables.own_webhooks import api_delivery, api_webhook
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Faults, Invalid
from osticket_api.events import security
from osticket_api.events.feed import first_number_kept, last_number
from osticket_api.features.tickets.api import field_names
from osticket_api.features.webhooks.queries import delivery_row, get_webhook, webhook_row
from osticket_api.features.webhooks.requests import Span, WebhookCreate, WebhookFilters
from osticket_api.features.webhooks.responses import NewWebhook
from osticket_api.kit.reachable import is_allowed, literal_address
from osticket_api.kit.suggestions import did_you_mean, shortened
from osticket_api.query.resource import Resource
from osticket_api.webhooks.fan_out import PENDING, queue_again, queue_test
from osticket_api.webhooks.signing import new_secret
from osticket_api.webhooks.worker import JOB

_CHOSEN: Final = {
    "departments": ("department", t.department.c.id),
    "topics": ("topic", t.help_topic.c.topic_id),
    "statuses": ("status", t.ticket_status.c.id),
    "priorities": ("priority", t.ticket_priority.c.priority_id),
}
"""Filters by ids: what they are ids of."""

WEBHOOKS: Final = Resource("webhook", api_webhook, get_webhook)


def add_webhook(tx: Write, actor: Principal, new: WebhookCreate, allowed: Sequence[str]) -> NewWebhook:
    """Add a webhook that is told of what happens from now on. Raises: Invalid."""
    given = {name: getattr(new, name) for name in WebhookCreate.model_fields}
    secret = new_secret()
    webhook_id = WEBHOOKS.insert(
        tx,
        **_columns(tx, given, allowed),
        secret=tx.vault.seal_text(secret, Secret.webhook),
        last_number=last_number(tx),
        created_by=actor.key,
        created_at=tx.now,
        updated_at=tx.now,
    )
    security.note(tx, "webhook_added", webhook=webhook_id, by=actor.key)
    return _with_secret(tx, actor, webhook_id, secret)


def edit_webhook(
    tx: Write, actor: Principal, webhook: Row[Any], given: Mapping[str, Any], allowed: Sequence[str]
) -> None:
    """Change a webhook. One that is switched on again goes on where it stopped. Raises: Invalid."""
    columns = _columns(tx, given, allowed)
    if given.get("is_active") and not webhook.is_active:
        columns |= {"failing_since": None}
    if "is_active" in given:
        columns |= {"pause_reason": None}
    if WEBHOOKS.save(tx, webhook, columns):
        tx.change(update(api_webhook).where(api_webhook.c.id == webhook.id).values(updated_at=tx.now))
        security.note(tx, "webhook_changed", webhook=webhook.id, by=actor.key)
    tx.after_commit(tx.wake, JOB)


def delete_webhook(tx: Write, actor: Principal, webhook_id: int) -> None:
    """Remove a webhook with all its deliveries."""
    tx.change(delete(api_delivery).where(api_delivery.c.webhook_id == webhook_id))
    tx.change(delete(api_webhook).where(api_webhook.c.id == webhook_id))
    security.note(tx, "webhook_deleted", webhook=webhook_id, by=actor.key)


def rotate_secret(tx: Write, actor: Principal, webhook: Row[Any], overlap_hours: int) -> NewWebhook:
    """Replace the secret. For some time both sign, so that receivers can change over when they like."""
    secret = new_secret()
    values = {
        "secret": tx.vault.seal_text(secret, Secret.webhook),
        "old_secret": webhook.secret if overlap_hours else None,
        "old_secret_until": tx.now + timedelta(hours=overlap_hours) if overlap_hours else None,
        "updated_at": tx.now,
    }
    tx.change(update(api_webhook).where(api_webhook.c.id == webhook.id).values(values))
    tx.note_effect("webhook", id=webhook.id, rotated=True)
    security.note(tx, "webhook_secret_rotated", webhook=webhook.id, by=actor.key)
    return _with_secret(tx, actor, webhook.id, secret)


def send_test(tx: Write, actor: Principal, webhook_id: int) -> int:
    """Queue a message of type `webhook.test`, also where the webhook is paused. Returns the id of the delivery."""
    delivery_id = queue_test(tx, webhook_row(tx, webhook_id))
    tx.note_effect("webhook", id=webhook_id, tested=True)
    tx.after_commit(tx.wake, JOB)
    return delivery_id


def replay_delivery(tx: Write, actor: Principal, webhook_id: int, delivery_id: int) -> None:
    """Send a message once more, as it was. Raises: NotFound, Conflict while it waits to be sent."""
    row = delivery_row(tx, webhook_id, delivery_id)
    if row.status == PENDING and row.attempts == 0:
        raise Conflict.because("The message is waiting to be sent already.", code="delivery_is_pending")
    values = {"status": PENDING, "attempts": 0, "next_attempt_at": tx.now, "finished_at": None}
    tx.change(update(api_delivery).where(api_delivery.c.id == delivery_id).values(values))
    tx.note_effect("delivery", id=delivery_id, queued=True)
    tx.after_commit(tx.wake, JOB)


def replay_span(tx: Write, actor: Principal, webhook_id: int, span: Span, osticket_url: str) -> int:
    """Queue all events of a span once more, as the webhook hears them today. Returns how many.

    Raises: Invalid for a span that the feed does not have any more.
    """
    webhook = webhook_row(tx, webhook_id)
    if span.after < first_number_kept(tx):
        raise Invalid.because("Events after this one were cleared away.", field="after", code="expired")
    until = webhook.last_number if span.until is None else min(span.until, webhook.last_number)
    queued = queue_again(tx, webhook, span.after, until, osticket_url)
    tx.note_effect("webhook", id=webhook_id, replayed=queued)
    tx.after_commit(tx.wake, JOB)
    return queued


def _columns(tx: Read, given: Mapping[str, Any], allowed: Sequence[str]) -> dict[str, Any]:
    """The columns for what was given. Raises: Invalid."""
    columns = dict(given)
    if "url" in given:
        from httpx2 import URL  # Loaded by need, as the rest of the HTTP client.

        _check_host(URL(given["url"]).host, allowed)
    if "types" in given:
        columns["types"] = ",".join(given["types"])
    if "filters" in given:
        _check_filters(tx, given["filters"])
        columns["filters"] = msgspec.json.encode(given["filters"].model_dump()).decode()
    staff_id = given.get("staff_id")
    if staff_id is not None and find_staff(tx, staff_id) is None:
        raise Invalid.because(f"There is no active agent {staff_id}.", field="staff_id")
    return columns


def _check_host(host: str, allowed: Sequence[str]) -> None:
    """Refuse an internal address at once. What a name means is seen at each delivery. Raises: Invalid."""
    address = literal_address(host)
    if address is not None and not is_allowed(address, allowed):
        message = "This is an internal address, which WEBHOOK_ALLOWED_NETWORKS does not allow."
        raise Invalid.because(message, field="url")


def _check_filters(tx: Read, filters: WebhookFilters) -> None:
    """Raises: Invalid naming every filter by something that is not there."""
    faults = Faults()
    for name, (noun, column) in _CHOSEN.items():
        wanted = sorted(set(getattr(filters, name)))
        for unknown in sorted(set(wanted) - set(tx.scalars(select(column).where(column.in_(wanted))))):
            faults.add(f"filters.{name}", f"There is no {noun} {unknown}.")
    known = field_names(tx, "staff") if filters.fields else []
    for name in filters.fields:
        if name not in known:
            message = f"Tickets have no field {shortened(name)}.{did_you_mean(name, known)}"
            faults.add(f"filters.fields.{shortened(name)}", message)
    faults.raise_if_any()


def _with_secret(tx: Read, actor: Principal, webhook_id: int, secret: str) -> NewWebhook:
    return NewWebhook(**msgspec.structs.asdict(get_webhook(tx, actor, webhook_id)), secret=secret)
