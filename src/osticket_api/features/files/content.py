"""Reading what is in a file, piece by piece, wherever it is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.errors import ApiError, NotAvailable, NotFound, Unavailable
from osticket_api.features.files import bucket, filesystem, store
from osticket_api.features.files.bucket import Bucket, ObjectSlice
from osticket_api.features.files.filesystem import DiskSlice
from osticket_api.features.files.queries import StoredFile, find_file, list_files
from osticket_api.features.files.store import Chunk, ChunkSlice, content_lost

Piece = ChunkSlice | DiskSlice | ObjectSlice


@dataclass(frozen=True)
class _Content:
    """The content of a file, wherever it is kept."""

    file: StoredFile

    @property
    def length(self) -> int:
        raise NotImplementedError

    def pieces(self, start: int = 0, stop: int | None = None) -> Sequence[Piece]:
        """The pieces to read for these bytes of the content."""
        raise NotImplementedError

    @property
    def tag(self) -> str:
        """An ETag from osTicket's own hash of the content."""
        return f'"{self.file.signature}-{self.length}"'

    def read(self, database: Database, start: int, stop: int) -> AsyncIterator[bytes]:
        """The bytes, read piece by piece while they are sent."""
        return stream(database, self.pieces(start, stop))


@dataclass(frozen=True)
class ChunkedContent(_Content):
    """Content in the database."""

    chunks: Sequence[Chunk]

    @property
    def length(self) -> int:
        return sum(chunk.length for chunk in self.chunks)

    def pieces(self, start: int = 0, stop: int | None = None) -> Sequence[Piece]:
        return store.slices(self.file.id, self.chunks, start, self.length if stop is None else stop)


@dataclass(frozen=True)
class DiskContent(_Content):
    """Content in a folder of the plugin storage-fs."""

    path: Path
    size: int

    @property
    def length(self) -> int:
        return self.size

    def pieces(self, start: int = 0, stop: int | None = None) -> Sequence[Piece]:
        return filesystem.slices(self.path, start, self.length if stop is None else min(stop, self.length))


@dataclass(frozen=True)
class ObjectContent(_Content):
    """Content in a bucket of the plugin storage-s3."""

    bucket: Bucket
    key: str
    size: int

    @property
    def length(self) -> int:
        return self.size

    def pieces(self, start: int = 0, stop: int | None = None) -> Sequence[Piece]:
        return bucket.slices(self.bucket, self.key, start, self.length if stop is None else min(stop, self.length))


Content = ChunkedContent | DiskContent | ObjectContent
"""A file with the true length of its content."""
C = TypeVar("C", ChunkedContent, DiskContent, ObjectContent)


def open_content(tx: Read, file_id: int) -> Content:
    """The content of a file, nothing of it read yet.

    Raises: NotFound when there is no such file, or some of its content is gone; NotAvailable when a plugin keeps it
    that this server does not know; Unavailable while its place cannot be read.
    """
    file = find_file(tx, file_id)
    if file is None:
        raise NotFound.because("There is no such file.")
    return _open(tx, file)


def is_lost(tx: Read, file: StoredFile) -> bool:
    """Whether some of the content of a file is known to be gone. While its place cannot be read nobody knows."""
    try:
        _open(tx, file)
    except NotFound:
        return True
    except (NotAvailable, Unavailable):
        return False
    return False


def _open(tx: Read, file: StoredFile) -> Content:
    if file.backend == "D":
        return _in_database(tx, file)
    if file.backend in _OUTSIDE:
        return _OUTSIDE[file.backend](tx, file)
    raise NotAvailable.because(
        f"This file is kept by a storage plugin of osTicket that this server cannot read ({file.backend}).",
        code="unknown_storage",
    )


def _in_database(tx: Read, file: StoredFile) -> Content:
    return _whole(ChunkedContent(file, store.chunk_map(tx, file.id, file.size)))


def _on_disk(tx: Read, file: StoredFile) -> Content:
    path = filesystem.find_path(filesystem.upload_folders(tx), file.key)
    if path is None:
        raise content_lost()
    return _whole(DiskContent(file, path, filesystem.measure(path)))


def _in_bucket(tx: Read, file: StoredFile) -> Content:
    place, key = bucket.locate(tx, file)
    return _whole(ObjectContent(file, place, key, bucket.measure(place, key)))


def _whole(content: C) -> C:
    """The content, unless there is less of it than there was. Raises: NotFound."""
    if content.length < content.file.size:
        raise content_lost()
    return content


_OUTSIDE: Final[Mapping[str, Callable[[Read, StoredFile], Content]]] = {"F": _on_disk, "3": _in_bucket}
"""How contents outside the database are opened, by the letters of their plugins."""


async def stream(database: Database, pieces: Sequence[Piece]) -> AsyncIterator[bytes]:
    """The bytes, each piece by a short read of its own: a slow reader holds no connection and little memory.

    Raises: NotFound when the file is deleted meanwhile, Unavailable when its place goes away.
    """
    for piece in pieces:
        if isinstance(piece, ChunkSlice):
            block = await database.read_anywhere(piece.read)
        else:
            block = await asyncio.to_thread(piece.read)
        if len(block) != piece.stop - piece.start:
            raise content_lost()
        yield block


def read_all(tx: Read, file_ids: Sequence[int], *, needs_places: bool = False) -> dict[int, bytes]:
    """The whole content of small files, such as long texts that are stored as one. Those of which any part cannot be
    read are left out.

    Raises: Unavailable with `needs_places`, where a place does not answer that may answer later.

    An empty file is nowhere: its row alone says that there is nothing in it.
    """
    if not file_ids:
        return {}
    chunk = t.file_chunk.c
    rows = tx.rows(
        select(chunk.file_id, chunk.filedata, t.file.c.size)
        .join(t.file, t.file.c.id == chunk.file_id)
        .where(chunk.file_id.in_(file_ids))
        .order_by(chunk.file_id, chunk.chunk_id)
    )
    found: dict[int, bytes] = {}
    for row in rows:
        found[row.file_id] = found.get(row.file_id, b"") + row.filedata
    sizes = {row.file_id: row.size for row in rows}
    whole = {file_id: content for file_id, content in found.items() if len(content) >= sizes[file_id]}
    others = list_files(tx, [file_id for file_id in file_ids if file_id not in found])
    empty = {file.id: b"" for file in others if file.backend == "D" and not file.size}
    outside = [file for file in others if file.backend in _OUTSIDE]
    return whole | empty | _read_outside(tx, outside, NotAvailable if needs_places else Unavailable)


def _read_outside(tx: Read, files: Sequence[StoredFile], left_out: type[ApiError]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for file in files:
        with suppress(NotFound, NotAvailable, left_out):
            opened = _OUTSIDE[file.backend](tx, file)
            found[file.id] = b"".join(read_piece(tx, piece) for piece in opened.pieces())
    return found


def read_piece(tx: Read, piece: Piece) -> bytes:
    """The bytes of a piece. Raises: NotFound when the file is deleted meanwhile."""
    return piece.read(tx) if isinstance(piece, ChunkSlice) else piece.read()
