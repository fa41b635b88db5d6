"""Whether files that osTicket's storage plugins keep outside the database are where they should be. Reads only."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable, NotFound, Unavailable
from osticket_api.features.files.bucket import find_bucket, reach
from osticket_api.features.files.content import open_content
from osticket_api.features.files.filesystem import upload_folders

_IN_DATABASE: Final = ("D", "T", "")
"""The letters of contents in the database, and of those that are not kept at all."""
_PLUGINS: Final = {"F": "storage-fs", "3": "storage-s3"}
_SAMPLE: Final = 20


@dataclass(frozen=True)
class StorageState:
    """What was found of one plugin. `fault`: why it cannot be used; `lost`: files of the sample that are not there."""

    plugin: str
    looked_at: int = 0
    lost: tuple[int, ...] = ()
    fault: str | None = None


def examine_storage(tx: Read) -> Iterator[StorageState]:
    """Look at each plugin that keeps files, or is to keep new ones: at its place, and at the newest of its files."""
    usual = load_config(tx).text("default_storage_bk")[:1]
    letters = {usual, *tx.scalars(select(t.file.c.bk).distinct())}
    for letter in sorted(letters - set(_IN_DATABASE)):
        plugin = _PLUGINS.get(letter, letter)
        try:
            _check_place(tx, letter, is_written=letter == usual)
            yield _sampled(tx, letter, plugin)
        except (NotAvailable, Unavailable) as error:
            yield StorageState(plugin, fault=str(error))


def _check_place(tx: Read, letter: str, *, is_written: bool) -> None:
    """Raises: NotAvailable, Unavailable."""
    if letter == "F":
        for folder in upload_folders(tx):
            _check_folder(folder, is_written=is_written)
    elif letter == "3":
        find_bucket(tx)
    else:
        raise NotAvailable.because(f"Files are kept by a storage plugin that this server does not know ({letter}).")


def _check_folder(folder: Path, *, is_written: bool) -> None:
    if not os.path.isdir(folder):  # Unlike that of `Path`, it fails for no folder that may not be looked for.
        raise NotAvailable.because(f"The plugin storage-fs names the folder {folder}, which is not there.")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise NotAvailable.because(f"This system user may not read {folder}, the folder of the plugin storage-fs.")
    if is_written and not os.access(folder, os.W_OK):
        raise NotAvailable.because(f"This system user may not write to {folder}, the folder of the plugin storage-fs.")


def _sampled(tx: Read, letter: str, plugin: str) -> StorageState:
    """The bucket itself is asked only where there is no file: who may use objects may not always list them.

    Raises: NotAvailable, Unavailable.
    """
    file = t.file.c
    ids = tx.scalars(select(file.id).where(file.bk == letter).order_by(file.id.desc()).limit(_SAMPLE))
    if letter == "3" and not ids:
        reach(find_bucket(tx))
    return StorageState(plugin, len(ids), tuple(file_id for file_id in ids if not _is_there(tx, file_id)))


def _is_there(tx: Read, file_id: int) -> bool:
    try:
        open_content(tx, file_id)
    except NotFound:
        return False
    return True
