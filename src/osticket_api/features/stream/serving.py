"""All open streams of a process: one task looks for what is new, and a few tell it to those whom it concerns.

So no task waits for each stream by itself, and nothing is looked up or encoded twice for streams that hear the same.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextvars import Context
from typing import Any, Final

import structlog

from osticket_api.access.principal import Principal
from osticket_api.errors import ApiError, Forbidden, Invalid, Unauthenticated
from osticket_api.events import presence
from osticket_api.events.hub import Hub
from osticket_api.events.selecting import Selection
from osticket_api.features.stream.identifying import Identify
from osticket_api.features.stream.messages import portions
from osticket_api.features.stream.streaming import Stream

HEARTBEAT_SECONDS: Final = 15.0
_SECONDS_BETWEEN_TRIES: Final = 1.0
_SERVED_AT_ONCE: Final = 4
"""Audiences: a slow queue holds up one of these places, and requests keep most of the connections."""
_WRITES_IN_A_ROW: Final = 100
"""How many streams are written to before requests have their turn."""
_log: Final = structlog.get_logger("streams")


class Audience:
    """Streams of the same sign-in and the same selection, which are served together."""

    __slots__ = ("identify", "is_due", "streams", "wanted")

    def __init__(self, identify: Identify, wanted: Selection) -> None:
        self.identify = identify
        self.wanted = wanted
        self.streams: set[Stream] = set()
        self.is_due = False
        """Whether the audience waits to be served, or is being served: only once at a time, or it would hear events
        twice.
        """

    @property
    def hears_of_presence(self) -> bool:
        return self.wanted.types is None or presence.TYPE in self.wanted.types


class Streams:
    """The open streams, by their audience."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._audiences: dict[tuple[Identify, Selection], Audience] = {}
        self._due: deque[Audience] = deque()
        self._serving: set[asyncio.Task[None] | None] = set()
        self._watching: asyncio.Task[None] | None = None
        self._count = 0
        self._writes = 0
        self.observer: Callable[[int], object] | None = None
        """Called with the number of open streams."""

    def stream(self, identify: Identify, wanted: Selection, number: int) -> Stream:
        """A stream of what comes after this number. It is open once it is connected."""
        key = identify, wanted
        return Stream(self, self._audiences.get(key) or Audience(identify, wanted), number)

    def add(self, audience: Audience, stream: Stream) -> Audience:
        """Take in a stream that is connected. Returns the audience it belongs to: there may be one like it."""
        audience = self._audiences.setdefault((audience.identify, audience.wanted), audience)
        audience.streams.add(stream)
        self._count_up(1)
        self.serve(audience)
        if self._watching is None or self._watching.done():
            self._watching = _started(self._watch())
        return audience

    def remove(self, audience: Audience, stream: Stream) -> None:
        """Forget a stream that has ended, if it is known."""
        if stream not in audience.streams:
            return
        audience.streams.remove(stream)
        self._count_up(-1)
        if not audience.streams:
            del self._audiences[audience.identify, audience.wanted]

    def _count_up(self, by: int) -> None:
        self._count += by
        if self.observer is not None:
            self.observer(self._count)

    def serve(self, audience: Audience) -> None:
        """Tell an audience soon of what it has not heard."""
        if audience.is_due or not any(self._behind(audience)):
            return
        audience.is_due = True
        self._due.append(audience)
        if len(self._serving) < _SERVED_AT_ONCE:
            self._serving.add(_started(self._serve_due()))

    def _serve_again(self, audience: Audience) -> None:
        audience.is_due = False
        self.serve(audience)

    def _behind(self, audience: Audience) -> Iterator[Stream]:
        """The streams that have not heard everything, and read what they are sent."""
        news, present = self._hub.last, self._hub.presences
        for stream in audience.streams:
            is_old = audience.hears_of_presence and stream.presences is not present
            if (is_old or stream.number < news) and stream.is_reading:
                yield stream

    async def _watch(self) -> None:
        """Wait for what is new, and keep the connections open meanwhile, for as long as there is a stream."""
        loop = asyncio.get_running_loop()
        number, present, beat_at = self._hub.last, self._hub.presences, loop.time() + HEARTBEAT_SECONDS
        while self._audiences and not self._hub.is_ending:
            if await self._hub.differs_from(number, present, beat_at - loop.time()):
                number, present = self._hub.last, self._hub.presences
                for audience in list(self._audiences.values()):
                    self.serve(audience)
            elif loop.time() >= beat_at:
                beat_at += HEARTBEAT_SECONDS
                for stream in self._all():
                    stream.beat()
                    await self._let_requests_through()
        _end(self._all())

    def _all(self) -> list[Stream]:
        return [stream for audience in self._audiences.values() for stream in audience.streams]

    async def _serve_due(self) -> None:
        while self._due:
            audience = self._due.popleft()
            if await self._has_told(audience):
                self._serve_again(audience)  # More may have happened meanwhile, or was too much for once.
            else:
                asyncio.get_running_loop().call_later(_SECONDS_BETWEEN_TRIES, self._serve_again, audience)
        self._hub.forget_answers()
        self._serving.discard(asyncio.current_task())

    async def _has_told(self, audience: Audience) -> bool:
        """Tell an audience what it has not heard, or end its streams. False where that has to be tried again."""
        try:
            await self._tell(audience)
        except (Unauthenticated, Forbidden, Invalid):
            _end(audience.streams)
        except ApiError:
            return False
        except Exception:
            _log.exception("stream_failed", streams=len(audience.streams))
            _end(audience.streams)
        return True

    async def _tell(self, audience: Audience) -> None:
        """Raises: Unauthenticated, Forbidden when the sign-in has ended, Invalid when the queue has, any ApiError."""
        principal = await audience.identify()
        by_place = defaultdict(list)
        for stream in self._behind(audience):
            by_place[stream.number, id(stream.presences)].append(stream)
        for streams in by_place.values():
            await self._tell_at(principal, audience, streams)

    async def _tell_at(self, principal: Principal, audience: Audience, streams: list[Stream]) -> None:
        """Tell those who are at the same place."""
        number, before, after = streams[0].number, streams[0].presences, self._hub.presences
        events, reached, _ = await self._hub.heard(principal, number, audience.wanted)
        moved = []
        if audience.hears_of_presence:
            moved = await self._hub.moved(principal, before, after, audience.wanted)
        told = list(portions(events, reached, before, moved, after))
        for stream in streams:
            if stream in audience.streams:
                stream.tell(told)
            await self._let_requests_through()

    async def _let_requests_through(self) -> None:
        self._writes += 1
        if self._writes % _WRITES_IN_A_ROW == 0:
            await asyncio.sleep(0)


def _end(streams: Iterable[Stream]) -> None:
    for stream in list(streams):
        stream.end()


def _started(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """A task that knows nothing of the request it was started in."""
    return asyncio.get_running_loop().create_task(work, context=Context())
