"""The relay: every event of the feed as a CloudEvent in a broker, in order and at least once.

One worker at a time holds the row of the relay, which says how far the broker is. It is moved on after the broker has
acknowledged the events: when a worker dies in between, another one sends them again under the same `id`.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any, Final
from uuid import uuid4

import msgspec
import structlog
from sqlalchemy import Row, select, update

from osticket_api.db.engine import Database
from osticket_api.db.tables.own_events import api_feed, api_relay
from osticket_api.db.unit import Read, Write
from osticket_api.events.brokers.broker import Away, Message
from osticket_api.events.brokers.choice import broker_of
from osticket_api.events.feed import HISTORY, events_between, first_number_kept, last_number
from osticket_api.events.messages import FeedEvent, to_message
from osticket_api.kit.rounds import did, failed
from osticket_api.settings_relay import RelayTarget

JOB: Final = "relay"
_AT_ONCE: Final = 200
_LEASE: Final = timedelta(seconds=15)
"""Longer than a broker may take to acknowledge the messages of one call, and this server to store its place."""
_SECONDS_TO_CLOSE: Final = 1.0
_SECONDS_BETWEEN_LEASES: Final = 2.0
_SECONDS_BETWEEN_LOOKS: Final = 0.5
_SECONDS_BETWEEN_TRIES: Final = 2.0
_LONGEST_PAUSE: Final = 10.0
_NEVER: Final = float("-inf")

_relay: Final = api_relay.c
_log: Final = structlog.get_logger("events")


class Relay:
    """Relays events from this process, as long as it holds the lease."""

    def __init__(self, database: Database, target: RelayTarget, source: str) -> None:
        self._database = database
        self._broker = broker_of(target)
        self._source = source
        self._name = target.name
        self._holder = uuid4().hex
        self._reached = 0
        self._lease_until = _NEVER
        self._pause = 0.0
        self._rests_until = _NEVER

    async def step(self) -> float:
        """Send what is new. Returns the seconds until the next step."""
        rest = self._rests_until - monotonic()
        if rest > 0:
            return rest
        if not await self._leads():
            return _SECONDS_BETWEEN_TRIES
        try:
            await self._send_new()
        except Away as away:
            failed(away)
            return await self._back_off(str(away))
        self._pause = 0.0
        return _SECONDS_BETWEEN_LOOKS

    async def stop(self) -> None:
        """Leave the relay to others."""
        await self._let_go()

    async def _back_off(self, reason: str) -> float:
        """Leave the broker alone for a while, longer each time, and let another process try."""
        if not self._pause:
            _log.warning("relay_lost", relay=self._name, reason=reason)
        self._pause = min(_LONGEST_PAUSE, 2 * self._pause or _SECONDS_BETWEEN_TRIES)
        self._rests_until = monotonic() + self._pause
        await self._let_go()
        return self._pause

    async def _let_go(self) -> None:
        self._lease_until = _NEVER
        with suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_TO_CLOSE):
                await self._broker.close()
        await self._database.record(_release, self._name, self._holder)

    async def _leads(self) -> bool:
        if monotonic() < self._lease_until:
            return True
        reached = await self._database.write(_take_lease, self._name, self._holder)
        self._lease_until = _NEVER if reached is None else monotonic() + _SECONDS_BETWEEN_LEASES
        self._reached = reached or 0
        return reached is not None

    async def _send_new(self) -> None:
        while rows := await self._database.read(_next, self._reached):
            try:
                await self._send(rows)
            finally:  # Store what the broker has acknowledged, even where it went away in the middle of the batch.
                still_leads = await self._database.write(_move_on, self._name, self._holder, self._reached)
            if not still_leads:
                self._lease_until = _NEVER
                return

    async def _send(self, rows: Sequence[Row[Any]]) -> None:
        """Send events in calls of as many as the broker takes at once, until it is time to store the place again."""
        ends = monotonic() + _SECONDS_BETWEEN_LEASES
        for part in _parts(rows, self._broker.at_once):
            events = [to_message(row) for row in part if row.origin != HISTORY]
            if events:
                await self._broker.send([_message(event, self._source) for event in events])
                did("events_relayed", len(events), for_requests=(event.request_id for event in events))
            self._reached = part[-1].number
            if monotonic() > ends:
                return


def _parts(rows: Sequence[Row[Any]], size: int) -> Iterator[Sequence[Row[Any]]]:
    return (rows[first : first + size] for first in range(0, len(rows), size))


def _message(event: FeedEvent, source: str) -> Message:
    subject = ("ticket", event.ticket_id) if event.ticket_id else (event.subject.kind, event.subject.id)
    cloud = cloud_event(event, source)
    return Message(cloud["id"], event.type, "/".join(map(str, subject)), msgspec.json.encode(cloud))


def cloud_event(event: FeedEvent, source: str) -> Mapping[str, Any]:
    """An event as CloudEvents 1.0 in structured mode. Its `id` is the `webhook-id` under which webhooks tell it."""
    return {
        "specversion": "1.0",
        "id": f"evt_{event.id}",
        "source": source,
        "type": event.type,
        "subject": f"{event.subject.kind}/{event.subject.id}",
        "time": event.occurred_at,
        "datacontenttype": "application/json",
        "data": event,
    }


def _next(tx: Read, reached: int) -> Sequence[Row[Any]]:
    kept = first_number_kept(tx)
    if kept > reached:
        _log.warning("relay_missed", after=reached, until=kept)  # The broker was away for longer than events are kept.
    return events_between(tx, max(reached, kept), last_number(tx), _AT_ONCE)


def _take_lease(tx: Write, name: str, holder: str) -> int | None:
    """Ask for the right to relay, or prolong it. Returns the last number that was relayed, None without that right."""
    if tx.row(select(_relay.name).where(_relay.name == name)) is None and not _begin(tx, name):
        return None
    row = tx.locked(select(api_relay).where(_relay.name == name))
    if row is None or not (row.holder in (None, holder) or row.held_until is None or row.held_until <= tx.now):
        return None
    tx.change(update(api_relay).where(_relay.name == name).values(holder=holder, held_until=tx.now + _LEASE))
    return int(row.last_number)


def _begin(tx: Write, name: str) -> bool:
    """Begin with what happens from now on. False before the feed itself has begun."""
    feed = tx.locked(select(api_feed))  # Locked: of two workers that start at once, one waits.
    if feed is None:
        return False
    if tx.locked(select(api_relay).where(_relay.name == name)) is None:
        tx.insert(api_relay, name=name, last_number=feed.last_number, holder=None, held_until=None)
    return True


def _move_on(tx: Write, name: str, holder: str, number: int) -> bool:
    """Keep how far the broker is. False where somebody else has taken over."""
    is_mine = (_relay.name == name) & (_relay.holder == holder)
    return tx.change(update(api_relay).where(is_mine).values(last_number=number, held_until=tx.now + _LEASE)) > 0


def _release(tx: Write, name: str, holder: str) -> None:
    is_mine = (_relay.name == name) & (_relay.holder == holder)
    tx.change(update(api_relay).where(is_mine).values(holder=None, held_until=None))
