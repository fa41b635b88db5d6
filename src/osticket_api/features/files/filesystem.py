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
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.features.files.hashes import BLOCK_BYTES

_KEY: Final = re.compile(r"[\w-]{5,86}", re.ASCII)
_ENABLED: Final = 1


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
    paths = select(t.config.c.value).where(t.config.c.namespace.in_(_namespaces(tx)), t.config.c.key == "uploadpath")
    folders = [Path(folder) for folder in tx.scalars(paths) if folder]
    if not folders:
        raise NotAvailable.because("This file is kept by the plugin storage-fs, which is not set up.")
    if not all(folder.is_absolute() for folder in folders):
        raise NotAvailable.because(
            "The plugin storage-fs names its folder relative to osTicket's own: set an absolute path there."
        )
    return folders


def _namespaces(tx: Read) -> list[str]:
    """Where the plugin's settings lie: one name per instance, or the plugin's own before it had instances."""
    plugin, instance = t.plugin.c, t.plugin_instance.c
    rows = tx.rows(
        select(plugin.id, instance.id.label("instance_id"), instance.flags)
        .select_from(t.plugin.outerjoin(t.plugin_instance, instance.plugin_id == plugin.id))
        .where(plugin.isactive, plugin.install_path.like("plugins/storage-fs%"))
    )
    return [
        f"plugin.{row.id}" if row.instance_id is None else f"plugin.{row.id}.instance.{row.instance_id}"
        for row in rows
        if row.instance_id is None or row.flags & _ENABLED
    ]


def slices(path: Path, start: int, stop: int) -> list[DiskSlice]:
    """The bytes from `start` up to `stop`, in pieces of at most 512,000 bytes."""
    return [DiskSlice(path, at, min(at + BLOCK_BYTES, stop)) for at in range(start, stop, BLOCK_BYTES)]
