"""When this machine's servers last changed something: what ends a cached value in every process at once."""

import mmap
import os
import struct
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from osticket_api.kit.shared_memory import open_shared

_SLOTS: Final = 8192
_SIZE: Final = _SLOTS * struct.calcsize("d")


class Changes:
    """A moment for each name, such as a table's or a caller's: when a commit of ours last touched it.

    Processes that are given the same file share the moments: they are read without a query. Names share slots by
    their hash, so that a change may seem to concern another name too; then a value is only looked up once more.
    Units: seconds of the monotonic clock, which is one for all processes of a machine.
    """

    def __init__(self) -> None:
        self._moments = _moments_in(-1)
        self.on_mark: Callable[[frozenset[int]], object] = lambda slots: None
        """What tells other machines which slots this process has marked."""

    def share(self, path: Path) -> None:
        """Take the moments from a file from now on, which other servers of the same help desk take them from too.

        Raises: OSError when the file cannot be had, or belongs to somebody else.
        """
        file = open_shared(path, _SIZE)
        try:
            self._moments = _moments_in(file)
        finally:
            os.close(file)
        self._forget_the_future()

    def mark(self, names: Iterable[str]) -> None:
        """Note that these have changed now."""
        slots = frozenset(map(_slot, names))
        self.mark_slots(slots)
        self.on_mark(slots)

    def mark_slots(self, slots: Iterable[int]) -> None:
        """Note that names of these slots have changed now, wherever that was. Unknown slots are passed over."""
        now = time.monotonic()
        for slot in slots:
            if 0 <= slot < _SLOTS:
                self._moments[slot] = now

    def mark_all(self) -> None:
        """Note that anything may have changed."""
        self.mark_slots(range(_SLOTS))

    def latest(self, names: tuple[str, ...]) -> float:
        """When the last of these changed; 0 for never."""
        moments = self._moments
        return max([moments[slot] for slot in _slots(names)], default=0.0)

    def _forget_the_future(self) -> None:
        """Drop moments that lie in the future: a restart of the machine sets its monotonic clock back, and the file may
        be older.
        """
        now = time.monotonic()
        if any(moment > now for moment in self._moments):
            for slot in range(_SLOTS):
                self._moments[slot] = 0.0


@lru_cache(maxsize=65536)
def _slots(names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(map(_slot, names))


def _slot(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big") % _SLOTS


def _moments_in(file: int) -> "memoryview[float]":
    """The moments in a file, or in memory of this process alone for -1."""
    return memoryview(mmap.mmap(file, _SIZE)).cast("d")
