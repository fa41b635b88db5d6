"""Give up a database that says nothing: end the unit of work that waits for it.

The driver has a time limit for its reads too, but creates a task for each of them: that takes longer than most answers.
"""

import asyncio
import time
from collections.abc import Awaitable
from contextvars import ContextVar
from types import TracebackType
from typing import Final, TypeVar

from osticket_api.db import failures
from osticket_api.db.internals import await_only

T = TypeVar("T")

_STEP: Final = 0.1
"""Which part of the time has to pass until it is worth setting the limit anew."""


class Patience:
    """How long one unit of work waits for the database. Used in the event loop alone.

    The time runs anew from each statement. `seconds`: None waits as long as it takes.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._limit = asyncio.timeout(seconds)
        self._set_at = time.monotonic()

    async def __aenter__(self) -> None:
        self._token = _current.set(self)
        await self._limit.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises: Unavailable when the time is over."""
        _current.reset(self._token)
        self._seconds = None
        try:
            await self._limit.__aexit__(kind, error, trace)
        except TimeoutError:
            raise failures.away() from error

    def renew(self) -> None:
        """Let the time run anew, unless it is over: then the task is being cancelled."""
        now = time.monotonic()
        if self._seconds is not None and now - self._set_at > self._seconds * _STEP and not self.is_over:
            self._set_at = now
            self._limit.reschedule(asyncio.get_running_loop().time() + self._seconds)

    @property
    def is_over(self) -> bool:
        return self._limit.expired()

    def pause(self) -> None:
        """Wait for something else than the database, until the next `renew`."""
        if self._seconds is not None and not self.is_over:
            self._set_at = -self._seconds
            self._limit.reschedule(None)


_current: ContextVar[Patience | None] = ContextVar("patience", default=None)


def renew() -> None:
    """Say that a statement begins. Outside the event loop nothing is waited for here."""
    patience = _current.get()
    if patience is not None:
        patience.renew()


def is_over() -> bool:
    """Whether this unit of work is being ended because the database has said nothing for too long."""
    patience = _current.get()
    return patience is not None and patience.is_over


def await_elsewhere(work: Awaitable[T]) -> T:
    """Wait, in a unit of work, for something else than the database, however long that takes."""
    patience = _current.get()
    if patience is None:
        return await_only(work)
    patience.pause()
    try:
        return await_only(work)
    finally:
        patience.renew()
