"""Compute each value once when several requests ask for it at the same time: the later ones wait for the first."""

import asyncio
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from osticket_api.db.internals import in_greenlet
from osticket_api.db.patience import await_elsewhere

T = TypeVar("T")


class SingleFlight:
    """The computations that are running, by key."""

    def __init__(self) -> None:
        self._running: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def run(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result of `make`, or of the computation that runs under this key already. If that fails, runs `make`."""
        own: Future[tuple[T] | None] = Future()
        with self._lock:
            running = self._running.get(key)
            if running is None:
                self._running[key] = own
        if running is not None:
            return self._wait(running, make)
        try:
            made = make()
            own.set_result((made,))
            return made
        finally:
            with self._lock:
                del self._running[key]
            if not own.done():
                own.set_result(None)

    def _wait(self, running: "Future[tuple[Any] | None]", make: Callable[[], T]) -> T:
        waits = in_greenlet()  # On MySQL the event loop must go on; on SQLite this thread may block.
        made = await_elsewhere(asyncio.shield(asyncio.wrap_future(running))) if waits else running.result()
        if made is None:
            return make()
        value: T = made[0]
        return value
