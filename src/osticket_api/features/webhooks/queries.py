"""Reading webhooks and their deliveries."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Row, select

from osticket_api.access.principal import Principal
from osticket_api.db.tables.own_webhooks import api_delivery, api_webhook
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable, NotFound
from osticket_api.features.webhooks.requests import DeliveryQuery
from osticket_api.features.webhooks.responses import Delivery, DeliveryDetail, Webhook
from osticket_api.query.listing import Listing, ListQuery
from osticket_api.query.ordering import sort_keys
from osticket_api.query.small_lists import read_page
from osticket_api.web.paging import Page
from osticket_api.webhooks.filtering import Filters

_webhook: Final = api_webhook.c
_delivery: Final = api_delivery.c
_LISTED: Final = [column for column in _delivery if column.name not in ("body", "response_body")]


def list_webhooks(tx: Read, principal: Principal, query: ListQuery) -> Page[Webhook]:
    """The page of webhooks that the query asks for. Raises: Invalid, NotAvailable."""
    _require_tables(tx)
    columns = {"id": _webhook.id, "created_at": _webhook.created_at}
    listing = Listing(principal, query, _webhook.id, sort_keys(query.sort, columns), [_webhook.id > 0])
    return read_page(tx, listing, select(api_webhook), lambda rows: [_to_response(row) for row in rows])


def get_webhook(tx: Read, principal: Principal, webhook_id: int) -> Webhook:
    """Raises: NotFound, NotAvailable."""
    return _to_response(webhook_row(tx, webhook_id))


def webhook_row(tx: Read, webhook_id: int) -> Row[Any]:
    """Raises: NotFound, NotAvailable."""
    _require_tables(tx)
    row = tx.row(select(api_webhook).where(_webhook.id == webhook_id))
    if row is None:
        raise NotFound.because(f"There is no webhook {webhook_id}.")
    return row


def list_deliveries(tx: Read, principal: Principal, webhook_id: int, query: DeliveryQuery) -> Page[Delivery]:
    """The page of deliveries that the query asks for. Raises: Invalid, NotFound, NotAvailable."""
    webhook_row(tx, webhook_id)
    wanted = [_delivery.webhook_id == webhook_id]
    wanted += [_delivery[name] == value for name in ("status", "type") if (value := getattr(query, name)) is not None]
    if query.ticket_id is not None:
        wanted.append(_delivery.sequence == f"ticket:{query.ticket_id}")
    columns = {"id": _delivery.id, "created_at": _delivery.created_at}
    listing = Listing(principal, query, _delivery.id, sort_keys(query.sort, columns), wanted)
    return read_page(tx, listing, select(*_LISTED), _to_deliveries)


def get_delivery(tx: Read, principal: Principal, webhook_id: int, delivery_id: int) -> DeliveryDetail:
    """A delivery with what was sent and answered. Raises: NotFound, NotAvailable."""
    row = delivery_row(tx, webhook_id, delivery_id)
    body = bytes(row.body).decode()
    return DeliveryDetail(**msgspec.structs.asdict(_to_delivery(row)), body=body, response_body=row.response_body)


def delivery_row(tx: Read, webhook_id: int, delivery_id: int) -> Row[Any]:
    """Raises: NotFound, NotAvailable."""
    webhook_row(tx, webhook_id)
    row = tx.row(select(api_delivery).where(_delivery.id == delivery_id, _delivery.webhook_id == webhook_id))
    if row is None:
        raise NotFound.because(f"Webhook {webhook_id} has no delivery {delivery_id}.")
    return row


def _require_tables(tx: Read) -> None:
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no webhooks.")


def _to_response(row: Row[Any]) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        types=row.types.split(","),
        filters=msgspec.json.decode(row.filters, type=Filters),
        staff_id=row.staff_id,
        description=row.description,
        payload=row.payload,
        format=row.format,
        is_active=row.is_active,
        pause_reason=row.pause_reason,
        failing_since=row.failing_since,
        last_event_id=row.last_number,
        old_secret_until=row.old_secret_until,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _to_deliveries(rows: Sequence[Row[Any]]) -> list[Delivery]:
    return [_to_delivery(row) for row in rows]


def _to_delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.webhook_id,
        event_id=row.number or None,
        message_id=row.message_id,
        type=row.type,
        status=row.status,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        response_status=row.response_status,
        error=row.error,
        created_at=row.created_at,
        attempted_at=row.attempted_at,
        finished_at=row.finished_at,
    )
