"""Nudges between processes, by Redis: when one changes something or hears of it, the others look at once.

With each commit goes which tables and callers it concerned, so that other machines drop what they have cached of them.
Nothing depends on a nudge: the feed is in the database. While Redis is away everybody looks as often as without it.
This module is loaded by need: most help desks have no Redis.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from osticket_api.db.changes import Changes
from osticket_api.events.nudge import Nudge

_SECONDS: Final = 3.0
"""How long Redis may take to answer."""
_SECONDS_BETWEEN_TRIES: Final = 1.0
_TOUCHED: Final = "touched"
_log: Final = structlog.get_logger("events")


class Nudges:
    """One process's connection. Its own nudges do not come back to it."""

    def __init__(self, address: str, channel: str) -> None:
        self._address = address.removeprefix("redis+")
        self._channel = channel
        self._sender = uuid4().hex
        self._heard: dict[Nudge, list[Callable[[], None]]] = {nudge: [] for nudge in Nudge}
        self._pending: set[Nudge] = set()
        self._touched: set[int] = set()
        self._database_changes: Changes | None = None
        self._something = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_connected = False

    def on(self, nudge: Nudge, function: Callable[[], None]) -> None:
        """Call a function at each such nudge of another process."""
        self._heard[nudge].append(function)

    def share_changes(self, changes: Changes) -> None:
        """Tell the others which slots of `changes` are marked here, and mark here what they tell."""
        self._database_changes = changes
        changes.on_mark = self._send_touched

    def send(self, nudge: Nudge) -> None:
        """Nudge the others soon. May be called from any thread; does nothing while Redis is away."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, nudge)

    def _put(self, nudge: Nudge) -> None:
        if self.is_connected:
            self._pending.add(nudge)
            self._something.set()

    def _send_touched(self, slots: frozenset[int]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put_touched, slots)

    def _put_touched(self, slots: frozenset[int]) -> None:
        if self.is_connected:
            self._touched |= slots
            self._something.set()

    async def step(self) -> float:
        """Stay connected until Redis is lost. Returns the seconds until the next try."""
        self._loop = asyncio.get_running_loop()
        try:
            await self._connected()
        except* (RedisError, OSError) as lost:
            if self.is_connected:
                _log.warning("redis_lost", reason=str(lost.exceptions[0]))
        finally:
            self.is_connected = False
            self._pending.clear()
            self._touched.clear()
        return _SECONDS_BETWEEN_TRIES

    async def _connected(self) -> None:
        client = Redis.from_url(
            self._address,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            health_check_interval=_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as subscription:
                await subscription.subscribe(self._channel)
                self.is_connected = True
                # Nudges and changes of the time without a connection are lost: take everything for changed.
                if self._database_changes is not None:
                    self._database_changes.mark_all()
                self._tell(Nudge.changed, Nudge.grown)
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._listen(subscription))
                    group.create_task(self._publish(client))
        finally:
            with suppress(RedisError, OSError):
                await client.aclose()

    async def _listen(self, subscription: Any) -> None:
        while _goes_on():
            message = await subscription.get_message(timeout=_SECONDS)
            if message is not None:
                sender, _, word = message["data"].decode("ascii", "replace").partition(" ")
                if sender != self._sender:
                    self._hear(word)

    async def _publish(self, client: Any) -> None:
        while _goes_on():
            await self._something.wait()
            self._something.clear()
            if self._touched:  # First, so that who looks at once finds nothing old.
                slots, self._touched = self._touched, set()
                await client.publish(self._channel, f"{self._sender} {_TOUCHED} {' '.join(map(str, slots))}")
            while self._pending:
                await client.publish(self._channel, f"{self._sender} {self._pending.pop()}")

    def _hear(self, told: str) -> None:
        word, _, rest = told.partition(" ")
        if word in [*Nudge]:
            self._tell(Nudge(word))
        elif word == _TOUCHED and self._database_changes is not None:
            self._database_changes.mark_slots(_numbers(rest))

    def _tell(self, *nudges: Nudge) -> None:
        for nudge in nudges:
            for function in self._heard[nudge]:
                function()


def _numbers(text: str) -> Iterable[int]:
    return (int(word) for word in text.split() if word.isdecimal())


def _goes_on() -> bool:
    """Whether nobody has cancelled this task: Redis' client takes a cancellation for a lost connection now and then."""
    task = asyncio.current_task()
    return task is not None and not task.cancelling()
