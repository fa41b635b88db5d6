"""A small cache of things that may be a few seconds old."""

import time
from collections.abc import Callable, Hashable
from typing import Any

_LIMIT = 10_000


class TtlCache:
    """Keeps values for some seconds. Never for anything a caller must not see late, such as their own change."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, limit: int = _LIMIT) -> None:
        self._clock = clock
        self._limit = limit
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable) -> Any:
        """The value, or None when there is none or it is too old."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] > self._clock() else None

    def put(self, key: Hashable, value: Any, seconds: float) -> None:
        if len(self._kept) >= self._limit:
            self._kept.clear()
        self._kept[key] = (self._clock() + seconds, value)

    def forget(self, key: Hashable) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()
