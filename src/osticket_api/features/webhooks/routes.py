"""Webhooks over HTTP."""

from osticket_api.access.principal import Principal
from osticket_api.access.rules import MANAGES_WEBHOOKS
from osticket_api.db.unit import Read, Write
from osticket_api.features.webhooks import managing, queries
from osticket_api.features.webhooks.managing import WEBHOOKS
from osticket_api.features.webhooks.requests import DeliveryQuery, Rotation, Span, WebhookCreate, WebhookUpdate
from osticket_api.features.webhooks.responses import Delivery, DeliveryDetail, NewWebhook, Replayed, Webhook
from osticket_api.query.listing import ListQuery
from osticket_api.web.call import Call
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Secret
from osticket_api.web.router import Router

router = Router(tag="webhooks", prefix="/webhooks")


@router.get("", access=MANAGES_WEBHOOKS)
def get_webhooks(unit: Read, caller: Principal, query: ListQuery) -> Page[Webhook]:
    """The webhooks, newest first."""
    return queries.list_webhooks(unit, caller, query)


@router.post("", access=MANAGES_WEBHOOKS, status=201)
def post_webhook(unit: Write, call: Call, caller: Principal, body: WebhookCreate) -> Secret[NewWebhook]:
    """Add a webhook. Its secret is shown in this answer and never again.

    Each event is posted to the address at least once, events of one ticket in their order, signed as
    https://www.standardwebhooks.com says. A receiver answers 2xx within 10 seconds; otherwise the message is sent again
    for three days. 410 pauses the webhook.
    """
    return Secret(managing.add_webhook(unit, caller, body, call.settings.webhook_allowed_networks))


@router.get("/{webhook}", access=MANAGES_WEBHOOKS)
def get_webhook(unit: Read, caller: Principal, webhook: PathId) -> Webhook:
    """A webhook, without its secret."""
    return queries.get_webhook(unit, caller, webhook)


@router.patch("/{webhook}", access=MANAGES_WEBHOOKS)
def update_webhook(unit: Write, call: Call, caller: Principal, webhook: PathId, body: WebhookUpdate) -> Webhook:
    """Change a webhook, pause it, or switch it on again: it goes on where it stopped, as far as the feed goes back."""
    row = WEBHOOKS.get_for_update(unit, caller, webhook)
    managing.edit_webhook(unit, caller, row, body.given(), call.settings.webhook_allowed_networks)
    return queries.get_webhook(unit, caller, webhook)


@router.delete("/{webhook}", access=MANAGES_WEBHOOKS)
def delete_webhook(unit: Write, caller: Principal, webhook: PathId) -> None:
    """Delete a webhook with its deliveries. Deliveries that are due are not sent any more."""
    WEBHOOKS.get_for_update(unit, caller, webhook)
    managing.delete_webhook(unit, caller, webhook)
    WEBHOOKS.note_deleted(unit, webhook)


@router.post("/{webhook}/rotate", access=MANAGES_WEBHOOKS)
def rotate_webhook(unit: Write, caller: Principal, webhook: PathId, body: Rotation) -> Secret[NewWebhook]:
    """Replace the secret. The old one signs beside the new one for `overlap_hours`."""
    row = WEBHOOKS.get_for_update(unit, caller, webhook)
    return Secret(managing.rotate_secret(unit, caller, row, body.overlap_hours))


@router.post("/{webhook}/test", access=MANAGES_WEBHOOKS)
def send_test(unit: Write, caller: Principal, webhook: PathId) -> DeliveryDetail:
    """Send a message of type `webhook.test`, once, even if the webhook is paused.

    The delivery tells what came of it.
    """
    delivery_id = managing.send_test(unit, caller, webhook)
    return queries.get_delivery(unit, caller, webhook, delivery_id)


@router.post("/{webhook}/replay", access=MANAGES_WEBHOOKS)
def replay_webhook(unit: Write, call: Call, caller: Principal, webhook: PathId, body: Span) -> Replayed:
    """Send all events of a span of the feed once more, as the webhook hears them today."""
    return Replayed(managing.replay_span(unit, caller, webhook, body, call.settings.osticket_url))


@router.get("/{webhook}/deliveries", access=MANAGES_WEBHOOKS)
def get_deliveries(unit: Read, caller: Principal, webhook: PathId, query: DeliveryQuery) -> Page[Delivery]:
    """The deliveries, sent or due, newest first."""
    return queries.list_deliveries(unit, caller, webhook, query)


@router.get("/{webhook}/deliveries/{delivery}", access=MANAGES_WEBHOOKS)
def get_delivery(unit: Read, caller: Principal, webhook: PathId, delivery: PathId) -> DeliveryDetail:
    """A delivery with what was sent, and the beginning of the answer."""
    return queries.get_delivery(unit, caller, webhook, delivery)


@router.post("/{webhook}/deliveries/{delivery}/replay", access=MANAGES_WEBHOOKS)
def replay_delivery(unit: Write, caller: Principal, webhook: PathId, delivery: PathId) -> DeliveryDetail:
    """Send a message once more, as it was, under the same `webhook-id`."""
    managing.replay_delivery(unit, caller, webhook, delivery)
    return queries.get_delivery(unit, caller, webhook, delivery)
