"""NATS: below the subject one for each type of event, `help-desk.ticket.created`.

Where the server has JetStream, a message is given when the stream has it; under one `Nats-Msg-Id` the stream takes it
once. Without JetStream only those hear who listen.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import nats
from nats.aio.client import Client
from nats.errors import Error
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError, ServiceUnavailableError

from osticket_api.events.brokers.broker import CONTENT_TYPE, SECONDS, Message, away_on, tls_of
from osticket_api.settings_relay import RelayTarget

_BARE: Final = "it has no JetStream: what nobody listens to is lost"


class NatsSubject:
    at_once = 1

    def __init__(self, target: RelayTarget) -> None:
        self._target = target
        self._client: Client | None = None
        self._stream: JetStreamContext | None = None

    async def send(self, messages: Sequence[Message]) -> None:
        async with away_on(Error):
            client = await self._connected()
            for message in messages:
                await self._publish(client, message)

    async def check(self) -> str:
        async with away_on(Error):
            await self._connected()
        return "" if self._stream else _BARE

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Error, OSError):
                await client.close()

    async def _publish(self, client: Client, message: Message) -> None:
        subject = f"{self._target.place}.{message.type}"
        headers = {"Nats-Msg-Id": message.id, "Content-Type": CONTENT_TYPE}
        if self._stream is not None:
            await self._stream.publish(subject, message.body, headers=headers)
        else:
            await client.publish(subject, message.body, headers=headers)
            await client.flush()  # The server has it when it answers.

    async def _connected(self) -> Client:
        if self._client is not None and self._client.is_connected:
            return self._client
        await self.close()
        self._client = client = await _connect(self._target)
        self._stream = await self._find_stream(client.jetstream(timeout=SECONDS))
        return client

    async def _find_stream(self, jetstream: JetStreamContext) -> JetStreamContext | None:
        """Find the stream that stores our subject, or make it. Returns None for a server without JetStream."""
        subject = self._target.place
        try:
            await jetstream.find_stream_name_by_subject(f"{subject}.ticket.created")
        except NotFoundError:
            name = subject.replace(".", "_")
            await jetstream.add_stream(name=name, subjects=[f"{subject}.>"], max_msgs=self._target.max_length)
        except ServiceUnavailableError:
            return None
        return jetstream


async def _connect(target: RelayTarget) -> Client:
    scheme = "tls" if target.has_tls else "nats"
    user, password = target.login or (None, None)
    options: dict[str, Any] = {"user": user, "password": password} if password else {"token": user}
    return await nats.connect(
        [f"{scheme}://{host}" for host in target.hosts],
        allow_reconnect=False,  # The relay tries again by itself.
        connect_timeout=int(SECONDS),
        error_cb=_hear,
        tls=tls_of(target),
        **options,
    )


async def _hear(error: Exception) -> None:
    """Ignore the error here: the call that waits for the server raises it too, and the relay logs it."""
