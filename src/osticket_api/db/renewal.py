"""Make costly cached values anew beside the requests that still take the old ones."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from osticket_api.db.internals import in_greenlet


class Renewal:
    """The values that are being made anew, by key."""

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[Any]] = {}

    def start(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Let `work` run beside the unit that asks, unless it runs for this key already.

        Units on SQLite stand in threads, without an event loop: their values are made when they have ended.
        """
        if key in self._tasks or not in_greenlet():
            return
        self._tasks[key] = task = asyncio.get_running_loop().create_task(work())
        task.add_done_callback(lambda _: self._finish(key))

    def _finish(self, key: Hashable) -> None:
        task = self._tasks.pop(key)
        if not task.cancelled():
            task.exception()  # Whoever asks when the old value has ended meets the error again.

    async def stop(self) -> None:
        """Give up what is not done."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
