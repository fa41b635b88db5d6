"""A job does a little, says when it wants to go on, and can be woken before that."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog

from osticket_api.errors import SwitchedReadOnly, Unavailable
from osticket_api.kit.rounds import round_of

_LONGEST_PAUSE: Final = 30.0
_LONGEST_PAUSE_WHILE_AWAY: Final = 4.0
"""While the database is away: asking is cheap, and what waits is to go on as soon as it is back."""
_SECONDS_BETWEEN_LOOKS_AT_THE_SWITCH: Final = 1.0
_SECONDS_TO_STOP: Final = 0.5
_log = structlog.get_logger("jobs")


class Job:
    """A loop in the background. `work` does one round and returns the seconds until the next; `finish` is called last.

    A round that fails is logged and tried again, each time after a longer pause.
    """

    def __init__(
        self, name: str, work: Callable[[], Awaitable[float]], finish: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        self.name = name
        self._work = work
        self._finish = finish
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run(), name=self.name)

    def wake(self) -> None:
        """Begin the next round now. May be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def stop(self) -> None:
        """End the round at hand, and the job."""
        if self._task is None:
            return
        self._is_stopping = True
        while not self._task.done():
            self._task.cancel()  # The driver may take this for a lost connection, and the round end as a failed one.
            await asyncio.wait([self._task], timeout=_SECONDS_TO_STOP)
        if self._finish is not None:
            with suppress(Exception):  # The database may be what made us stop.
                await self._finish()

    async def _run(self) -> None:
        failures = 0
        while not self._is_stopping:
            try:
                with round_of(self.name):
                    pause = await self._work()
                failures = 0
            except SwitchedReadOnly:
                pause = _SECONDS_BETWEEN_LOOKS_AT_THE_SWITCH
            except Exception as error:
                failures += 1
                longest = _LONGEST_PAUSE_WHILE_AWAY if isinstance(error, Unavailable) else _LONGEST_PAUSE
                pause = min(longest, 0.5 * 2**failures)
                _log.exception("job_failed", job=self.name, again_in=pause)
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()
