"""AMQP 0-9-1, as RabbitMQ speaks it: a durable topic exchange, persistent messages, each confirmed by the broker.

The routing key is the type of the event. What no queue is bound for is dropped by the broker, as in any exchange.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractExchange
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from osticket_api.events.brokers.broker import CONTENT_TYPE, Message, away_on, tls_of
from osticket_api.settings_relay import RelayTarget

_ERRORS: Final = (AMQPError, ChannelInvalidStateError)


class AmqpExchange:
    at_once = 1

    def __init__(self, target: RelayTarget) -> None:
        self._target = target
        self._connection: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None

    async def send(self, messages: Sequence[Message]) -> None:
        async with away_on(*_ERRORS):
            exchange = await self._connected()
            for message in messages:
                await exchange.publish(_packed(message), message.type, mandatory=False)

    async def check(self) -> str:
        async with away_on(*_ERRORS):
            await self._connected()
        return ""

    async def close(self) -> None:
        connection, self._connection, self._exchange = self._connection, None, None
        if connection is not None:
            with suppress(*_ERRORS, OSError):
                await connection.close()

    async def _connected(self) -> AbstractExchange:
        if self._exchange is not None and self._connection is not None and not self._connection.is_closed:
            return self._exchange
        await self.close()
        self._connection = await aio_pika.connect(self._target.address, ssl_context=tls_of(self._target))
        channel = await self._connection.channel(publisher_confirms=True)
        self._exchange = await channel.declare_exchange(self._target.place, aio_pika.ExchangeType.TOPIC, durable=True)
        return self._exchange


def _packed(message: Message) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        content_type=CONTENT_TYPE,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=message.id,
        type=message.type,
    )
