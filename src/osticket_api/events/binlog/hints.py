"""Keep the rows that the binary log names until the tailer has compared them."""

from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from threading import Condition
from typing import Final

from osticket_api.events.feed import LogPosition
from osticket_api.events.subjects import Key

SECONDS_KEPT: Final = 1.0
"""The server sends what it commits a moment before others see it: so rows are compared again for this long."""
_ROWS_AT_ONCE: Final = 500
_MOST_WAITING: Final = 1000
"""While the tailer waits for so many rows to be explained, it takes no more: a change of a whole table takes turns."""
_MOST_ROWS: Final = 10_000
"""How many rows may be waiting to be looked at. The reader waits meanwhile, and so does the server."""
_SECONDS_BETWEEN: Final = 0.5


@dataclass(frozen=True)
class Heard:
    """A piece of the log: the rows of watched tables in it, and where the log can be taken up again after it.

    `position` is None in the middle of a transaction.
    """

    rows: frozenset[Key]
    position: LogPosition | None


class Hints:
    """A queue between the thread that reads the log and the tailer, which may look several times at the same rows."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._queue: deque[Heard] = deque()
        self._queued = 0
        self._kept: deque[tuple[Heard, float]] = deque()

    def put(self, heard: Heard) -> bool:
        """Add a piece of the log; the thread that reads the log calls this. Returns False while the queue is full."""
        with self._changed:
            has_room = self._queued < _MOST_ROWS or self._changed.wait_for(self._has_room, _SECONDS_BETWEEN)
            if has_room:
                self._queue.append(heard)
                self._queued += len(heard.rows)
            return has_room

    def _has_room(self) -> bool:
        return self._queued < _MOST_ROWS

    def rows(self, now: float, waiting: int) -> set[Key]:
        """The rows to be looked at now. `waiting`: for how many rows the tailer waits already."""
        with self._changed:
            count = sum(len(heard.rows) for heard, _ in self._kept)
            while self._queue and count < _ROWS_AT_ONCE and waiting < _MOST_WAITING:
                heard = self._queue.popleft()
                self._queued -= len(heard.rows)
                count += len(heard.rows)
                self._kept.append((heard, now))
            self._changed.notify_all()
        return {key for heard, _ in self._kept for key in heard.rows}

    def position(self, now: float) -> LogPosition | None:
        """Where the log has been dealt with, once the look of this moment is over. None: nowhere new."""
        positions = [heard.position for heard in self._done(now) if heard.position]
        return positions[-1] if positions else None

    def looked(self, now: float) -> None:
        """Drop what need not be looked at again."""
        for _ in self._done(now):
            self._kept.popleft()

    def _done(self, now: float) -> list[Heard]:
        """The pieces that need not be looked at after the look of this moment, up to the first that has to be."""
        done = takewhile(lambda kept: not kept[0].rows or now - kept[1] >= SECONDS_KEPT, self._kept)
        return [heard for heard, _ in done]

    def clear(self) -> None:
        with self._changed:
            self._queue.clear()
            self._kept.clear()
            self._queued = 0
            self._changed.notify_all()

    @property
    def is_empty(self) -> bool:
        return not self._queue and not self._kept
