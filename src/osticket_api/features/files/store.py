"""File content in the database: rows of at most 512,000 bytes, written and read one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import delete, func, select

from osticket_api.db import tables as t
from osticket_api.db.engine import Read, Write
from osticket_api.features.files.hashes import blocks


@dataclass(frozen=True)
class Chunk:
    id: int
    length: int


@dataclass(frozen=True)
class ChunkSlice:
    """The bytes from `start` up to `stop` of one chunk."""

    file_id: int
    chunk_id: int
    start: int
    stop: int

    def read(self, tx: Read) -> bytes:
        return read_chunk(tx, self.file_id, self.chunk_id)[self.start : self.stop]


def write_chunks(tx: Write, file_id: int, content: BinaryIO) -> None:
    """Store the content, one INSERT per chunk, so that no more than one chunk is in memory.

    Source: tickets.md 5.2.
    """
    for chunk_id, block in enumerate(blocks(content)):
        tx.insert(t.file_chunk, file_id=file_id, chunk_id=chunk_id, filedata=block)


def chunk_map(tx: Read, file_id: int) -> list[Chunk]:
    """The chunks of a file in order, with their true lengths: other programs may have written other sizes."""
    chunk = t.file_chunk.c
    length = func.length(chunk.filedata).label("length")
    rows = tx.rows(select(chunk.chunk_id, length).where(chunk.file_id == file_id).order_by(chunk.chunk_id))
    return [Chunk(row.chunk_id, row.length) for row in rows]


def read_chunk(tx: Read, file_id: int, chunk_id: int) -> bytes:
    """The bytes of one chunk, none when it has gone meanwhile."""
    chunk = t.file_chunk.c
    content = tx.scalar(select(chunk.filedata).where(chunk.file_id == file_id, chunk.chunk_id == chunk_id))
    return bytes(content or b"")


def slices(file_id: int, chunks: Sequence[Chunk], start: int, stop: int) -> list[ChunkSlice]:
    """Which part of which chunk makes up the bytes from `start` up to `stop` of the file."""
    needed, position = [], 0
    for chunk in chunks:
        first, last = max(start - position, 0), min(stop - position, chunk.length)
        if first < last:
            needed.append(ChunkSlice(file_id, chunk.id, first, last))
        position += chunk.length
    return needed


def delete_chunks(tx: Write, file_ids: Sequence[int]) -> None:
    """Delete the content of these files, but for those whose row is still there."""
    still_there = select(t.file.c.id).where(t.file.c.id == t.file_chunk.c.file_id).exists()
    tx.change(delete(t.file_chunk).where(t.file_chunk.c.file_id.in_(file_ids), ~still_there))
