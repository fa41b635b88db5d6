"""The bytes of a stream: made once, and written to all who hear the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sse_starlette import ServerSentEvent

from osticket_api.events.feed import HISTORY
from osticket_api.events.messages import FeedEvent
from osticket_api.events.presence import Presences
from osticket_api.web.envelope import encode

_RETRY_MILLISECONDS: Final = 2000
_PORTION_BYTES: Final = 16 * 1024
KEEP_ALIVE: Final = ServerSentEvent(comment="keep-alive", sep="\n").encode()


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of the messages for a stream, and the place in the feed that the stream reaches by sending them."""

    text: bytes
    number: int
    presences: Presences


def greeting(number: int) -> bytes:
    """The first message of a stream.

    It has an id, which a browser that comes back sends even if it has heard no event.
    """
    return ServerSentEvent(comment="connected", retry=_RETRY_MILLISECONDS, id=str(number), sep="\n").encode()


def portions(
    events: Sequence[FeedEvent], reached: int, before: Presences, moved: Sequence[FeedEvent], after: Presences
) -> Iterator[Portion]:
    """Write events as portions that are small enough for a client that reads slowly; presences come last."""
    text = b""
    for event in events:
        text += _written(event)
        if len(text) >= _PORTION_BYTES:
            yield Portion(text, event.id, before)
            text = b""
    yield Portion(text + b"".join(map(_written, moved)), reached, after)


def _written(event: FeedEvent) -> bytes:
    """An event outside of the feed has no id: a browser goes on from the last event that has one."""
    if event.origin == HISTORY:
        return b""
    place = str(event.id) if event.id else None
    return ServerSentEvent(encode(event).decode(), event=event.type, id=place, sep="\n").encode()
