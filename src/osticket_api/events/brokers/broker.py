"""The interface of a broker that events are relayed to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from osticket_api.settings_relay import RelayTarget

SECONDS: Final = 5.0
"""How long a broker may take to let us in, and to take what it is given."""
CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
"""The content type of a CloudEvent in structured mode."""


@dataclass(frozen=True)
class Message:
    """An event as it goes to a broker. Those of one `key` stay in their order where a broker keeps several."""

    id: str
    type: str
    key: str
    body: bytes


class Away(Exception):
    """The broker cannot be reached, or does not take what it is given. The text says why."""


class Broker(Protocol):
    """A connection that is made when it is needed, and made anew after it failed."""

    at_once: int
    """How many messages it takes at once: all of them, or none."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Give it these messages. Returns when it has acknowledged them. Raises: Away."""

    async def check(self) -> str:
        """A sentence about what is wrong with the broker; empty where nothing is. Raises: Away."""

    async def close(self) -> None:
        """Leave it, and forget what is on the way: after a failure nobody knows what became of that."""


@asynccontextmanager
async def away_on(*errors: type[Exception]) -> AsyncIterator[None]:
    """Raise `Away` for these errors of a library, for the network's, and when it takes too long."""
    expected: tuple[type[Exception], ...] = (OSError, *errors)
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError as error:
        raise Away(f"it does not answer within {SECONDS:g} seconds") from error
    except expected as error:
        raise Away(str(error) or type(error).__name__) from error


def tls_of(target: RelayTarget) -> ssl.SSLContext | None:
    """How to verify the broker, None without TLS."""
    return ssl.create_default_context(cafile=target.ca or None) if target.has_tls else None
