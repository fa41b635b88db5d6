"""The queue: which deliveries are due, who is at them, and what came of each attempt."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, delete, exists, or_, select, update

from osticket_api.db.secrets import Secret
from osticket_api.db.tables.own_webhooks import api_delivery, api_webhook
from osticket_api.db.unit import Read, Write
from osticket_api.webhooks.answers import Answer, seconds_asked_for
from osticket_api.webhooks.fan_out import PENDING
from osticket_api.webhooks.formats import TEST
from osticket_api.webhooks.pausing import pause

DELIVERED: Final = "delivered"
FAILED: Final = "failed"

_AT_ONCE: Final = 8
"""How many requests one receiver gets at the same time, each about another ticket."""
_CLEARED_AT_ONCE: Final = 500
_CLAIM: Final = timedelta(seconds=30)
"""Longer than a request may take."""
_DELAYS: Final = (5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 72_000)
"""Seconds from one attempt to the next: about three days in all."""
_LONGEST_DELAY: Final = 86_400.0
_JITTER: Final = 0.2
_PAUSED_AFTER: Final = timedelta(days=3)
_GONE: Final = 410

_delivery: Final = api_delivery.c
_webhook: Final = api_webhook.c
_earlier: Final = api_delivery.alias("earlier")
_OF_WEBHOOK: Final = (api_webhook, _webhook.id == _delivery.webhook_id)


def receivers_due(tx: Read) -> Sequence[int]:
    """The webhooks that have something to deliver now."""
    return tx.scalars(select(_delivery.webhook_id).join(*_OF_WEBHOOK).where(*_due(tx)).distinct())


def claim(tx: Write, webhook_id: int, worker: str) -> Sequence[Row[Any]]:
    """Take what is due for one webhook and what nobody else is at: of each ticket the first that waits."""
    mine = and_(_delivery.webhook_id == webhook_id, *_due(tx))
    ids = list(tx.scalars(select(_delivery.id).join(*_OF_WEBHOOK).where(mine).order_by(_delivery.id).limit(_AT_ONCE)))
    if not ids:
        return []
    taken = update(api_delivery).where(_delivery.id.in_(ids), _delivery.status == PENDING, _is_free(tx))
    tx.change(taken.values(claimed_by=worker, claimed_until=tx.now + _CLAIM))
    claimed = select(api_delivery, _webhook.url, _webhook.secret, _webhook.old_secret, _webhook.old_secret_until)
    return tx.rows(
        claimed.join(*_OF_WEBHOOK)
        .where(_delivery.id.in_(ids), _delivery.claimed_by == worker, _delivery.status == PENDING)
        .order_by(_delivery.id)
    )


def _due(tx: Read) -> list[ColumnElement[bool]]:
    before_it = exists().where(
        _earlier.c.webhook_id == _delivery.webhook_id,
        _earlier.c.sequence == _delivery.sequence,
        _earlier.c.status == PENDING,
        _earlier.c.id < _delivery.id,
    )
    return [
        _delivery.status == PENDING,
        _delivery.next_attempt_at <= tx.now,
        _is_free(tx),
        or_(_webhook.is_active == True, _delivery.type == TEST),  # noqa: E712
        ~before_it,
    ]


def _is_free(tx: Read) -> ColumnElement[bool]:
    return or_(_delivery.claimed_until.is_(None), _delivery.claimed_until < tx.now)


def give_back(tx: Write, worker: str) -> None:
    """Give up the claims of a worker, so that others can deliver at once."""
    tx.change(
        update(api_delivery)
        .where(_delivery.status == PENDING, _delivery.claimed_by == worker)
        .values(claimed_by=None, claimed_until=None)
    )


def secrets_of(tx: Read, row: Row[Any]) -> list[str]:
    """The secrets that sign a claimed delivery: the old one too, as long as receivers may still expect it."""
    overlaps = row.old_secret is not None and row.old_secret_until > tx.now
    stored = [row.secret, row.old_secret] if overlaps else [row.secret]
    return [tx.vault.open_text(each, Secret.webhook) for each in stored]


def record_all(tx: Write, worker: str, answers: Sequence[tuple[int, Answer]]) -> None:
    """Keep what came of several attempts, by the ids of the deliveries: one commit for all."""
    for delivery_id, answer in answers:
        record(tx, delivery_id, worker, answer)


def record(tx: Write, delivery_id: int, worker: str, answer: Answer) -> None:
    """Keep what came of an attempt, and say when the next one is."""
    row = tx.locked(select(api_delivery).where(_delivery.id == delivery_id))
    if row is None or row.claimed_by != worker:
        return
    webhook = tx.locked(select(api_webhook).where(_webhook.id == row.webhook_id))
    if webhook is None:
        return
    values = {
        "claimed_by": None,
        "claimed_until": None,
        "attempts": row.attempts + 1,
        "attempted_at": tx.now,
        "response_status": answer.status,
        "response_body": answer.body,
        "error": answer.error[:255] if answer.error else None,
        **_becomes(tx, row, answer),
    }
    tx.change(update(api_delivery).where(_delivery.id == delivery_id).values(values))
    if row.type != TEST:
        _judge(tx, webhook, answer)


def _becomes(tx: Write, row: Row[Any], answer: Answer) -> dict[str, Any]:
    """The state of a delivery after an attempt."""
    if answer.is_success:
        return {"status": DELIVERED, "next_attempt_at": None, "finished_at": tx.now}
    if row.type == TEST or answer.status == _GONE or row.attempts >= len(_DELAYS):
        return {"status": FAILED, "next_attempt_at": None, "finished_at": tx.now}
    jittered = _DELAYS[row.attempts] * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
    seconds = min(max(jittered, seconds_asked_for(answer, tx.now)), _LONGEST_DELAY)
    return {"next_attempt_at": tx.now + timedelta(seconds=round(seconds))}


def _judge(tx: Write, webhook: Row[Any], answer: Answer) -> None:
    """Note since when a receiver fails, and stop telling one that is gone or has failed for days."""
    since = None if answer.is_success else webhook.failing_since or tx.now
    if since != webhook.failing_since:
        tx.change(update(api_webhook).where(_webhook.id == webhook.id).values(failing_since=since))
    if not webhook.is_active or since is None:
        return
    if answer.status == _GONE:
        pause(tx, webhook, "The receiver answered 410 Gone.")
    elif tx.now - since >= _PAUSED_AFTER:
        pause(tx, webhook, f"The receiver has failed for {_PAUSED_AFTER.days} days.")


def clear_old(tx: Write, days: int) -> int:
    """Forget one batch of deliveries that were done with so many days ago. Returns how many."""
    done = select(_delivery.id).where(_delivery.finished_at < tx.now - timedelta(days=days))
    ids = list(tx.scalars(done.limit(_CLEARED_AT_ONCE)))
    if ids:
        tx.change(delete(api_delivery).where(_delivery.id.in_(ids)))
    return len(ids)
