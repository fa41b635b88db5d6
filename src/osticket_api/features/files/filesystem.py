"""File content on disk, where osTicket's plugin "Attachments on the filesystem" keeps it. We read it, never write.

Source: tickets.md 5.2.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.plugins import enabled_instances
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.features.files.hashes import BLOCK_BYTES

_KEY: Final = re.compile(r"[\w-]{5,86}", re.ASCII)


@dataclass(frozen=True)
class DiskSlice:
    """The bytes from `start` up to `stop` of a file on disk."""

    path: Path
    start: int
    stop: int

    def read(self) -> bytes:
        with self.path.open("rb") as stream:
            stream.seek(self.start)
            return stream.read(self.stop - self.start)


def find_path(folders: Sequence[Path], key: str) -> Path | None:
    """Where the content with this key lies, or None when it is in none of the folders."""
    if not _KEY.fullmatch(key):
        return None
    paths = [folder / key[0] / key for folder in folders]
    return next((path for path in paths if path.is_file()), None)


def upload_folders(tx: Read) -> list[Path]:
    """The folders of all enabled instances of the plugin.

    Raises: NotAvailable when the plugin is not set up, or a folder is named relative to osTicket's own.
    """
    namespaces = [each.namespace for each in enabled_instances(tx, "storage-fs")]
    paths = select(t.config.c.value).where(t.config.c.namespace.in_(namespaces), t.config.c.key == "uploadpath")
    folders = [Path(folder) for folder in tx.scalars(paths) if folder]
    if not folders:
        raise NotAvailable.because("This file is kept by the plugin storage-fs, which is not set up.")
    if not all(folder.is_absolute() for folder in folders):
        raise NotAvailable.because(
            "The plugin storage-fs names its folder relative to osTicket's own: set an absolute path there."
        )
    return folders


def slices(path: Path, start: int, stop: int) -> list[DiskSlice]:
    """The bytes from `start` up to `stop`, in pieces of at most 512,000 bytes."""
    return [DiskSlice(path, at, min(at + BLOCK_BYTES, stop)) for at in range(start, stop, BLOCK_BYTES)]
