"""Costly cached values that one server process makes for all processes of its machine."""

import mmap
import os
import struct
from collections.abc import Hashable
from hashlib import blake2b
from pathlib import Path
from typing import Final

from osticket_api.kit.shared_memory import open_shared

_SLOTS: Final = 256
_SLOT: Final = 16_384
_HEAD: Final = struct.Struct("16s16sddI")
"""Digest of the name, digest of all that follows, moment, seconds, length of the value."""
_REST: Final = struct.Struct("ddI")


class SharedValues:
    """A value for each name, with the moment it is from and the seconds it took.

    Values share slots by the hash of their names: the last one put there stays. A value that another process is just
    writing does not match its digest, and counts as missing. Units: seconds of the machine's monotonic clock.
    """

    def __init__(self) -> None:
        self._slots: mmap.mmap | None = None

    def share(self, path: Path) -> None:
        """Keep the values in a file from now on, which other servers of the same help desk keep theirs in too.

        Raises: OSError when the file cannot be had, or belongs to somebody else.
        """
        file = open_shared(path, _SLOTS * _SLOT)
        try:
            self._slots = mmap.mmap(file, _SLOTS * _SLOT)
        finally:
            os.close(file)

    def find(self, name: Hashable) -> tuple[bytes, float, float] | None:
        """The value, its moment and its seconds."""
        if self._slots is None:
            return None
        start, wanted = _place(name)
        digest, checksum, begun_at, took, length = _HEAD.unpack_from(self._slots, start)
        if digest != wanted or length > _SLOT - _HEAD.size:
            return None
        value = self._slots[start + _HEAD.size : start + _HEAD.size + length]
        return (value, begun_at, took) if checksum == _checksum(value, begun_at, took) else None

    def put(self, name: Hashable, value: bytes, begun_at: float, took: float) -> None:
        """Let other processes have a value. One that is too long for a slot stays with its process."""
        if self._slots is None or len(value) > _SLOT - _HEAD.size:
            return
        start, digest = _place(name)
        head = _HEAD.pack(digest, _checksum(value, begun_at, took), begun_at, took, len(value))
        self._slots[start : start + len(head) + len(value)] = head + value


def _place(name: Hashable) -> tuple[int, bytes]:
    digest = blake2b(repr(name).encode(), digest_size=16).digest()
    return int.from_bytes(digest[:4], "big") % _SLOTS * _SLOT, digest


def _checksum(value: bytes, begun_at: float, took: float) -> bytes:
    return blake2b(_REST.pack(begun_at, took, len(value)) + value, digest_size=16).digest()
