"""One open stream: a place in the feed, and a line to its client."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from osticket_api.events import presence
from osticket_api.features.stream.messages import KEEP_ALIVE, Portion, greeting
from osticket_api.web.live import Line

if TYPE_CHECKING:
    from osticket_api.features.stream.serving import Audience, Streams

_BEATS_WITHOUT_READING: Final = 2


class Stream:
    """One client, and how far it has heard.

    For a client that does not read, no more is held than fits into its line. Its place stays, and it hears the rest
    from the feed once it reads again.
    """

    __slots__ = ("_audience", "_line", "_missed_beats", "_streams", "number", "presences")

    def __init__(self, streams: "Streams", audience: "Audience", number: int) -> None:
        self._streams = streams
        self._audience = audience
        self._missed_beats = 0
        self.number = number
        self.presences = presence.NOBODY

    def connected(self, line: Line) -> None:
        self._line = line
        line.write(greeting(self.number))
        self._audience = self._streams.add(self._audience, self)

    def drained(self) -> None:
        self._missed_beats = 0
        self._streams.serve(self._audience)

    def lost(self) -> None:
        self._streams.remove(self._audience, self)

    @property
    def is_reading(self) -> bool:
        return not self._line.is_full

    def tell(self, told: Sequence[Portion]) -> None:
        """Write what fits into the line, and stop there."""
        for portion in told:
            if self._line.is_full:
                return
            if portion.text:
                self._line.write(portion.text)
            self.number, self.presences = max(self.number, portion.number), portion.presences

    def beat(self) -> None:
        """Show the client that the stream is alive; give it up when it has not read since the last beats."""
        if not self._line.is_full:
            self._line.write(KEEP_ALIVE)
        elif self._missed_beats < _BEATS_WITHOUT_READING:
            self._missed_beats += 1
        else:
            self._line.cut()

    def end(self) -> None:
        """End it: a browser asks again."""
        self.lost()
        self._line.end()
