"""Waiting for a lull: osTicket commits each statement by itself, and a look in between would see half of a change."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

_QUIET: Final = 0.05
"""Seconds without a commit after which a change is taken to be whole."""
_LONGEST: Final = 0.25
"""Seconds after which nobody waits for quiet any more."""


class Lull:
    """Calls a function when it has been quiet for a moment."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._loop: asyncio.AbstractEventLoop | None = None
        self._first: float | None = None
        self._last = 0.0

    def begin(self) -> None:
        """Call the function from the loop that runs now."""
        self._loop = asyncio.get_running_loop()

    def stir(self) -> None:
        """It is not quiet. May be called from any thread."""
        self._last = monotonic()
        if self._first is None and self._loop is not None and not self._loop.is_closed():
            self._first = self._last
            self._loop.call_soon_threadsafe(self._wait)

    def _wait(self) -> None:
        now, first = monotonic(), self._first
        assert first is not None
        assert self._loop is not None
        seconds = min(self._last + _QUIET, first + _LONGEST) - now
        if seconds > 0:
            self._loop.call_later(seconds, self._wait)
        else:
            self._first = None
            self._function()
