"""Queue events of the feed for each webhook, as the agent hears them whose rights the webhook has."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

import msgspec
from sqlalchemy import Row, select, update

from osticket_api.access.loading import find_staff
from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table
from osticket_api.db.tables.own_webhooks import api_delivery, api_webhook
from osticket_api.db.unit import Read, Write
from osticket_api.events.catalogue import types_matching, types_read_for
from osticket_api.events.delivery import heard_by, of_types
from osticket_api.events.feed import HISTORY, events_between, first_number_kept, last_number
from osticket_api.events.messages import EventSubject, FeedEvent, to_message
from osticket_api.kit.rounds import did
from osticket_api.webhooks.filtering import Filters, matching
from osticket_api.webhooks.formats import TEST, Ticket, body_of
from osticket_api.webhooks.pausing import pause

PENDING: Final = "pending"
_AT_ONCE: Final = 200

_webhook: Final = api_webhook.c


def behind(tx: Read) -> Sequence[int]:
    """The webhooks that have not been told of all that the feed has."""
    is_behind = (_webhook.is_active == True) & (_webhook.last_number < last_number(tx))  # noqa: E712
    return tx.scalars(select(_webhook.id).where(is_behind).order_by(_webhook.id))


def fan_out(tx: Write, webhook_id: int, osticket_url: str) -> bool:
    """Queue the next events for one webhook. Returns whether there are more.

    Whoever holds its row works on it alone, and the row says how far it is: so nothing is queued twice.
    """
    webhook = tx.locked(select(api_webhook).where(_webhook.id == webhook_id))
    if webhook is None or not webhook.is_active:
        return False
    last = last_number(tx)
    types = types_matching(webhook.types)
    number = max(webhook.last_number, first_number_kept(tx))
    rows = events_between(tx, number, last, _AT_ONCE, types_read_for(types))
    told = _heard(tx, webhook, [row for row in rows if row.origin != HISTORY], types)
    if told is None:
        pause(tx, webhook, "The agent whose rights this webhook has does not exist, or is locked.")
        return False
    _queue(tx, webhook, told, osticket_url)
    reached = rows[-1].number if len(rows) == _AT_ONCE else last
    tx.change(update(api_webhook).where(_webhook.id == webhook_id).values(last_number=reached))
    return reached < last


def queue_again(tx: Write, webhook: Row[Any], after: int, until: int, osticket_url: str) -> int:
    """Queue what the webhook would be told now of the events in a span of the feed. Returns how many."""
    types = types_matching(webhook.types)
    queued = 0
    while after < until and (rows := events_between(tx, after, until, _AT_ONCE, types_read_for(types))):
        queued += _queue(tx, webhook, _heard(tx, webhook, rows, types) or [], osticket_url)
        after = rows[-1].number
    return queued


def queue_test(tx: Write, webhook: Row[Any]) -> int:
    """Queue a message that tells of nothing. Returns the id of the delivery."""
    event = FeedEvent(
        id=0,
        type=TEST,
        subject=EventSubject("webhook", webhook.id),
        ticket_id=None,
        actor=None,
        origin="api",
        request_id=None,
        occurred_at=tx.now,
        changes={},
        details={},
    )
    name = f"test_{uuid4().hex}"
    values = _delivery(tx, webhook, event, None)
    return tx.insert(api_delivery, **{**values, "message_id": name, "sequence": name[:32]})


def _heard(
    tx: Read, webhook: Row[Any], rows: Sequence[Row[Any]], types: frozenset[str] | None
) -> list[FeedEvent] | None:
    """The events that pass its filters, as its agent hears them. None where the agent cannot be found."""
    rows = matching(tx, msgspec.json.decode(webhook.filters, type=Filters), rows)
    if webhook.staff_id is None:
        return [to_message(row) for row in rows if types is None or row.type in types]
    staff = find_staff(tx, webhook.staff_id)
    return None if staff is None else list(of_types(heard_by(tx, staff, rows), rows, types))


def _queue(tx: Write, webhook: Row[Any], events: Sequence[FeedEvent], osticket_url: str) -> int:
    shown = [event.ticket_id for event in events if event.ticket_id and not event.type.endswith(".gone")]
    tickets = {} if webhook.format == "standard" else _tickets(tx, shown, osticket_url)
    rows = [_delivery(tx, webhook, event, _ticket_of(event, tickets)) for event in events]
    tx.insert_many(api_delivery, rows)
    did("deliveries_queued", len(rows), for_requests=(event.request_id for event in events))
    return len(rows)


def _ticket_of(event: FeedEvent, tickets: Mapping[int, Ticket]) -> Ticket | None:
    return None if event.type.endswith(".gone") else tickets.get(event.ticket_id or 0)


def _delivery(tx: Write, webhook: Row[Any], event: FeedEvent, ticket: Ticket | None) -> dict[str, Any]:
    is_of_ticket = event.ticket_id is not None
    return {
        "webhook_id": webhook.id,
        "number": event.id,
        "message_id": f"evt_{event.id}",
        "type": event.type,
        "sequence": f"ticket:{event.ticket_id}" if is_of_ticket else f"{event.subject.kind}:{event.subject.id}"[:32],
        "status": PENDING,
        "attempts": 0,
        "next_attempt_at": tx.now,
        "body": body_of(event, ticket, webhook.format, webhook.payload),
        "created_at": tx.now,
    }


def _tickets(tx: Read, ids: Collection[int], osticket_url: str) -> dict[int, Ticket]:
    """The number, subject and address of tickets for messages.

    The subject is known where PHP's lookup table is there.
    """
    if not ids:
        return {}
    ticket = t.ticket.c
    statement = select(ticket.ticket_id, ticket.number).where(ticket.ticket_id.in_(sorted(set(ids))))
    if has_table(tx, t.ticket_cdata):
        is_its_copy = t.ticket_cdata.c.ticket_id == ticket.ticket_id
        statement = statement.add_columns(t.ticket_cdata.c.subject).outerjoin(t.ticket_cdata, is_its_copy)
    return {
        row.ticket_id: Ticket(
            row.number,
            getattr(row, "subject", None) or "",
            f"{osticket_url}/scp/tickets.php?id={row.ticket_id}" if osticket_url else None,
        )
        for row in tx.rows(statement)
    }
