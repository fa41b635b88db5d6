"""Work for which nobody waits, such as making mails, gives way to units of work for which somebody does."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_SHARE: Final = 6
"""How many times as long as it has worked the background waits for calm: it takes a seventh where others never rest."""
_LONGEST: Final = 0.25
_CALM: Final = 0.005
"""How many seconds after the last unit there is calm: somebody who has an answer often asks again at once."""
_LOOK: Final = 0.001

_in_background: ContextVar[bool] = ContextVar("in_background", default=False)


class Precedence:
    """Knows which units of work are under way in this process. Used in the event loop alone."""

    def __init__(self) -> None:
        self._under_way = 0
        self._left_at = 0.0
        self._resumed_at = 0.0
        self._turn = asyncio.Lock()

    @contextmanager
    def background(self) -> Iterator[None]:
        """Mark the work of a block as background work, for which nobody waits."""
        token = _in_background.set(True)
        try:
            yield
        finally:
            _in_background.reset(token)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """A unit of work, which has precedence unless it is done in the background."""
        if _in_background.get():
            yield
            return
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._left_at = time.monotonic()

    async def give_way(self) -> None:
        """Wait for calm, but not for ever: for some times as long as the background has worked since it last waited.

        Background tasks that wait at the same time go on one after the other.
        """
        async with self._turn:
            now = time.monotonic()
            until = now + min(_SHARE * (now - self._resumed_at), _LONGEST)
            while now < until and not self._is_calm(now):
                await asyncio.sleep(_LOOK)
                now = time.monotonic()
            self._resumed_at = now
            await asyncio.sleep(0)

    def _is_calm(self, now: float) -> bool:
        return not self._under_way and now - self._left_at >= _CALM
