"""One open stream: what its caller may hear, as it happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sse_starlette import ServerSentEvent

from osticket_api.access.principal import Principal
from osticket_api.errors import ApiError, Forbidden, Invalid, Unauthenticated
from osticket_api.events import presence
from osticket_api.events.feed import HISTORY
from osticket_api.events.hub import Hub
from osticket_api.events.messages import FeedEvent
from osticket_api.events.selecting import Selection
from osticket_api.web.envelope import encode

HEARTBEAT_SECONDS: Final = 15.0
_RETRY_MILLISECONDS: Final = 2000
_SECONDS_BETWEEN_TRIES: Final = 1.0


@dataclass(frozen=True)
class Stream:
    """`identify` tells who listens, anew for each delivery: rights change, and sign-ins end."""

    hub: Hub
    identify: Callable[[], Awaitable[Principal]]
    wanted: Selection
    after: int

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes of the stream. It ends with the sign-in, the queue or the server: a browser asks again."""
        number, presences = self.after, presence.NOBODY
        yield ServerSentEvent(comment="connected", retry=_RETRY_MILLISECONDS, id=str(number), sep="\n").encode()
        while not self.hub.is_ending:
            if not await self.hub.differs_from(number, presences, HEARTBEAT_SECONDS):
                yield ServerSentEvent(comment="keep-alive", sep="\n").encode()
                continue
            now_present = self.hub.presences
            try:
                principal = await self.identify()
                events, reached, _ = await self.hub.heard(principal, number, self.wanted)
                if self._tells_of_presence:
                    events = [*events, *await self.hub.moved(principal, presences, now_present, self.wanted)]
            except (Unauthenticated, Forbidden, Invalid):
                return
            except ApiError:
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
                continue
            for event in (each for each in events if each.origin != HISTORY):
                yield _written(event)
            number, presences = max(number, reached), now_present

    @property
    def _tells_of_presence(self) -> bool:
        return self.wanted.types is None or presence.TYPE in self.wanted.types


def _written(event: FeedEvent) -> bytes:
    """An event outside of the feed has no id: a browser goes on from the last event that has one."""
    place = str(event.id) if event.id else None
    return ServerSentEvent(encode(event).decode(), event=event.type, id=place, sep="\n").encode()
