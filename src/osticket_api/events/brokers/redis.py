"""A Redis stream: the messages of a batch are added in one transaction."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from osticket_api.events.brokers.broker import SECONDS, Message, away_on
from osticket_api.settings_relay import RelayTarget


class RedisStream:
    at_once = 200

    def __init__(self, target: RelayTarget) -> None:
        self._target = target
        verified: dict[str, Any] = {"ssl_ca_certs": target.ca} if target.ca else {}
        self._redis = Redis.from_url(
            target.address,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),
            **verified,
        )

    async def send(self, messages: Sequence[Message]) -> None:
        async with away_on(RedisError), self._redis.pipeline(transaction=True) as commands:
            for message in messages:
                fields: Any = {"event": message.body}
                commands.xadd(self._target.place, fields, maxlen=self._target.max_length, approximate=True)
            await commands.execute()

    async def check(self) -> str:
        async with away_on(RedisError):
            await self._redis.ping()
        return ""

    async def close(self) -> None:
        with suppress(RedisError, OSError):
            await self._redis.aclose()
