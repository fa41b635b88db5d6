"""File content on disk, where osTicket's plugin "Attachments on the filesystem" keeps it.

Source: tickets.md 5.2.
"""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from osticket_api.db import failures
from osticket_api.db.config import load_config
from osticket_api.db.plugins import enabled_instances
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotAvailable
from osticket_api.features.files.hashes import BLOCK_BYTES, blocks
from osticket_api.features.files.store import NewFile, content_lost, storage_away
from osticket_api.kit import off_loop

_KEY: Final = re.compile(r"[\w-]{5,86}", re.ASCII)
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class DiskSlice:
    """The bytes from `start` up to `stop` of a file on disk."""

    path: Path
    start: int
    stop: int

    def read(self) -> bytes:
        """Raises: NotFound when it is gone; Unavailable."""
        with _opened(self.path) as stream:
            stream.seek(self.start)
            return stream.read(self.stop - self.start)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError as error:
        raise content_lost() from error
    except OSError as error:
        raise storage_away("storage-fs", f"a file in its folder cannot be read ({error.strerror})") from error


def measure(path: Path) -> int:
    """How long a file is, which must be readable. Raises: NotFound when it is gone; Unavailable."""
    with _opened(path) as stream:
        return os.fstat(stream.fileno()).st_size


def find_path(folders: Sequence[Path], key: str) -> Path | None:
    """Where the content with this key lies, or None when it is in none of the folders.

    Raises: Unavailable for a folder that this system user may not search.
    """
    if not _KEY.fullmatch(key):
        return None
    paths = [folder / key[0] / key for folder in folders]
    try:
        return next((path for path in paths if path.is_file()), None)
    except OSError as error:
        raise storage_away("storage-fs", f"its folder cannot be read ({error.strerror})") from error


def upload_folders(tx: Read) -> list[Path]:
    """The folders of all enabled instances of the plugin.

    Raises: NotAvailable when the plugin is not set up, or a folder is named relative to osTicket's own.
    """
    stored = [load_config(tx, each.namespace).text("uploadpath") for each in enabled_instances(tx, "storage-fs")]
    folders = [Path(folder) for folder in stored if folder]
    if not folders:
        raise NotAvailable.because("This file is kept by the plugin storage-fs, which is not set up.")
    if not all(folder.is_absolute() for folder in folders):
        raise NotAvailable.because(
            "The plugin storage-fs names its folder relative to osTicket's own: set an absolute path there."
        )
    return folders


@dataclass(frozen=True)
class Folder:
    """The folder of the plugin, where new contents are put."""

    path: Path
    letter: str = "F"
    attributes: None = None

    def keep(self, tx: Write, file: NewFile, content: BinaryIO) -> None:
        """Write the content. It is taken away again if the transaction is rolled back.

        Raises: InsufficientStorage, Unavailable.
        Source: tickets.md 5.2.
        """
        path = self.path / file.key[0] / file.key
        tx.undo_outside(path.unlink, missing_ok=True)
        try:
            off_loop.beside(partial(_write, path, content))
        except OSError as error:
            if error.errno in _FULL:
                raise failures.full() from error
            raise storage_away("storage-fs", f"its folder cannot be written ({error.strerror})") from error


def _write(path: Path, content: BinaryIO) -> None:
    path.parent.mkdir(mode=0o751, exist_ok=True)
    with path.open("xb") as stream:
        for block in blocks(content):
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())


def slices(path: Path, start: int, stop: int) -> list[DiskSlice]:
    """The bytes from `start` up to `stop`, in pieces of at most 512,000 bytes."""
    return [DiskSlice(path, at, min(at + BLOCK_BYTES, stop)) for at in range(start, stop, BLOCK_BYTES)]
