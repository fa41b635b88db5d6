"""Requests counted by all servers of a machine together, in memory that they share."""

import fcntl
import mmap
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

from limits.aio.storage import Storage

from osticket_api.kit.shared_memory import open_shared

_ENTRY: Final = struct.Struct("=8sdI")
"""A mark of who is counted, when their window ends by the clock on the wall, and how often they came in it."""
_ENTRIES: Final = 8
_BUCKETS: Final = 8192
_BUCKET: Final = _ENTRIES * _ENTRY.size
_TRIES: Final = 1000
_MOST: Final = 2**32 - 1


class SharedCounts(Storage):
    """Counters in a file that is mapped into memory: a few microseconds for each request, no server of its own.

    Each counter has one bucket in which it can be. Where that is full, the counter that ends first makes room.
    """

    STORAGE_SCHEME = None

    def __init__(self, path: Path) -> None:
        """Raises: OSError when the file cannot be had, or belongs to somebody else."""
        super().__init__()
        self._file = open_shared(path, _BUCKETS * _BUCKET)
        self._memory = mmap.mmap(self._file, _BUCKETS * _BUCKET)

    @property
    def base_exceptions(self) -> type[Exception]:
        return OSError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and say how many there are now. Whoever comes first in `expiry` seconds begins a window."""
        mark, bucket = _placed(key)
        now = time.time()
        with self._locked(bucket):
            place, ends_at, count = self._find(mark, bucket, now)
            if not now < ends_at <= now + expiry:
                ends_at, count = now + expiry, 0
            count = min(count + amount, _MOST)
            _ENTRY.pack_into(self._memory, place, mark, ends_at, count)
        return count

    async def get(self, key: str) -> int:
        return self._find(*_placed(key), time.time())[2]

    async def get_expiry(self, key: str) -> float:
        now = time.time()
        return max(now, self._find(*_placed(key), now)[1])

    async def check(self) -> bool:
        return True

    async def reset(self) -> None:
        self._memory[:] = bytes(len(self._memory))

    async def clear(self, key: str) -> None:
        mark, bucket = _placed(key)
        with self._locked(bucket):
            _ENTRY.pack_into(self._memory, self._find(mark, bucket, time.time())[0], bytes(8), 0.0, 0)

    def close(self) -> None:
        self._memory.close()
        os.close(self._file)

    def _find(self, mark: bytes, bucket: int, now: float) -> tuple[int, float, int]:
        """Find the place of a counter, or a free place, with the end of its window and its count; 0 and 0 for a new
        one.
        """
        free, free_ends_at = bucket, float("inf")
        for place in range(bucket, bucket + _BUCKET, _ENTRY.size):
            found, ends_at, count = _ENTRY.unpack_from(self._memory, place)
            if found == mark and ends_at > now:
                return place, ends_at, count
            if ends_at < free_ends_at:
                free, free_ends_at = place, ends_at
        return free, 0.0, 0

    @contextmanager
    def _locked(self, bucket: int) -> Iterator[None]:
        """Keep the other servers from a bucket. One that was stopped while it held it holds up nobody for long."""
        is_held = False
        for _ in range(_TRIES):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, _BUCKET, bucket)
                is_held = True
                break
            except BlockingIOError:
                os.sched_yield()
        try:
            yield
        finally:
            if is_held:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _BUCKET, bucket)


def _placed(key: str) -> tuple[bytes, int]:
    """A counter's mark, and where its bucket begins."""
    digest = blake2b(key.encode(), digest_size=12).digest()
    return digest[:8], int.from_bytes(digest[8:], "big") % _BUCKETS * _BUCKET
