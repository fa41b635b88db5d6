"""A Kafka topic: the key keeps what concerns one ticket in one partition, in its order.

The producer is idempotent: what it sends again by itself the brokers take once.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, Producer

from osticket_api.events.brokers.broker import CONTENT_TYPE, SECONDS, Away, Message, away_on
from osticket_api.settings_relay import RelayTarget

_SECONDS_TO_SEND: Final = SECONDS - 0.5
_SILENT: Final = 2
"""The level of what the library writes to standard error: what is critical. The relay tells the rest."""


class KafkaTopic:
    at_once = 1

    def __init__(self, target: RelayTarget) -> None:
        self._target = target
        self._producer: Producer | None = None
        self._reason = "it does not answer"

    async def send(self, messages: Sequence[Message]) -> None:
        async with away_on(KafkaException, BufferError):
            await asyncio.to_thread(self._send, messages)

    async def check(self) -> str:
        async with away_on(KafkaException):
            found = await asyncio.to_thread(self._connected().list_topics, self._target.place, _SECONDS_TO_SEND)
        error = found.topics[self._target.place].error
        return f"it has no topic for it yet: {error.str()}" if error is not None else ""

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await asyncio.to_thread(_end, producer)

    def _connected(self) -> Producer:
        if self._producer is None:
            self._producer = Producer({**_options(self._target), "error_cb": self._hear})
        return self._producer

    def _send(self, messages: Sequence[Message]) -> None:
        producer = self._connected()
        refused: list[KafkaError] = []

        def note(error: KafkaError | None, _: Any) -> None:
            if error is not None:
                refused.append(error)

        headers: dict[str, str | bytes | None] = {"content-type": CONTENT_TYPE}
        for message in messages:
            producer.produce(self._target.place, message.body, message.key.encode(), on_delivery=note, headers=headers)
        waiting = producer.flush(_SECONDS_TO_SEND)
        if refused or waiting:
            raise Away(self._reason_for(refused))

    def _reason_for(self, refused: Sequence[KafkaError]) -> str:
        timed_out = not refused or refused[0].code() == KafkaError._MSG_TIMED_OUT
        return self._reason if timed_out else refused[0].str()

    def _hear(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:  # An error that came before says which broker, and why.
            self._reason = error.str()


def _end(producer: Producer) -> None:
    """Leave the brokers. What waits must not be sent later, after what is sent again."""
    producer.purge()
    producer.close()


def _options(target: RelayTarget) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap.servers": ",".join(target.hosts),
        "enable.idempotence": True,
        "partitioner": "murmur2_random",  # As the Java clients choose, so that all agree on the partition of a ticket.
        "message.timeout.ms": int(_SECONDS_TO_SEND * 1000),
        "linger.ms": 0,
        "log_level": _SILENT,
    }
    if target.ca:
        options["ssl.ca.location"] = target.ca
    if target.login is not None:
        user, password = target.login
        options |= {"sasl.mechanism": target.sasl, "sasl.username": user, "sasl.password": password}
    options["security.protocol"] = _PROTOCOLS[target.login is not None, target.has_tls]
    return options


_PROTOCOLS: Final = {
    (False, False): "PLAINTEXT",
    (False, True): "SSL",
    (True, False): "SASL_PLAINTEXT",
    (True, True): "SASL_SSL",
}
