"""Nudges between processes, by Redis: when one changes something or hears of it, the others look at once.

Nothing depends on a nudge: the feed is in the database. While Redis is away everybody looks as often as without it.
This module is loaded by need: most help desks have no Redis.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from osticket_api.events.nudge import Nudge

_SECONDS: Final = 3.0
"""How long Redis may take to answer."""
_SECONDS_BETWEEN_TRIES: Final = 1.0
_log: Final = structlog.get_logger("events")


class Nudges:
    """One process's connection. Its own nudges do not come back to it."""

    def __init__(self, address: str, channel: str) -> None:
        self._address = address.removeprefix("redis+")
        self._channel = channel
        self._sender = uuid4().hex
        self._heard: dict[Nudge, list[Callable[[], None]]] = {nudge: [] for nudge in Nudge}
        self._pending: set[Nudge] = set()
        self._something = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_connected = False

    def on(self, nudge: Nudge, function: Callable[[], None]) -> None:
        """Call a function at each such nudge of another process."""
        self._heard[nudge].append(function)

    def send(self, nudge: Nudge) -> None:
        """Nudge the others soon. May be called from any thread; does nothing while Redis is away."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, nudge)

    def _put(self, nudge: Nudge) -> None:
        if self.is_connected:
            self._pending.add(nudge)
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
                self._tell(Nudge.changed, Nudge.grown)  # Nudges were missed while the connection was lost.
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._listen(subscription))
                    group.create_task(self._publish(client))
        finally:
            with suppress(RedisError, OSError):
                await client.aclose()

    async def _listen(self, subscription: Any) -> None:
        while True:
            message = await subscription.get_message(timeout=_SECONDS)
            if message is not None:
                sender, _, word = message["data"].decode("ascii", "replace").partition(" ")
                if sender != self._sender and word in [*Nudge]:
                    self._tell(Nudge(word))

    async def _publish(self, client: Any) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            while self._pending:
                await client.publish(self._channel, f"{self._sender} {self._pending.pop()}")

    def _tell(self, *nudges: Nudge) -> None:
        for nudge in nudges:
            for function in self._heard[nudge]:
                function()
