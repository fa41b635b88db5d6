"""File content in the database: rows of at most 512,000 bytes, written and read one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

from sqlalchemy import delete, func, insert, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotFound, Unavailable
from osticket_api.features.files.hashes import BLOCK_BYTES, blocks

_FEW: Final = 8
"""Up to this many chunks are measured one by one: MySQL reads a chunk to tell its length."""


@dataclass(frozen=True)
class Chunk:
    id: int
    length: int


@dataclass(frozen=True)
class ChunkSlice:
    """The bytes from `start` up to `stop` of one chunk."""

    file_id: int
    chunk: Chunk
    start: int
    stop: int

    def read(self, tx: Read) -> bytes:
        """Raises: NotFound when the chunk is gone, or another than it was."""
        content = read_chunk(tx, self.file_id, self.chunk.id)
        if len(content) != self.chunk.length:
            raise content_lost()
        return content[self.start : self.stop]


def content_lost() -> NotFound:
    return NotFound.because("The content of this file is lost.", code="content_lost")


def storage_away(plugin: str, reason: str) -> Unavailable:
    """A plugin's place does not answer, or takes nothing."""
    text = f"Contents of files are kept by osTicket's plugin {plugin}: {reason}. Nothing was changed; try again later."
    error = Unavailable.because(text, code="storage_away")
    error.headers["Retry-After"] = "30"
    return error


@dataclass(frozen=True)
class NewFile:
    """A row whose content is to be kept somewhere."""

    id: int
    key: str
    content_type: str


class Place(Protocol):
    """A place where contents of new files are stored. `letter` and `attributes` are stored with the row."""

    @property
    def letter(self) -> str: ...
    @property
    def attributes(self) -> str | None: ...
    def keep(self, tx: Write, file: NewFile, content: BinaryIO) -> None: ...


@dataclass(frozen=True)
class Chunks:
    """The database itself."""

    letter: str = "D"
    attributes: None = None

    def keep(self, tx: Write, file: NewFile, content: BinaryIO) -> None:
        write_chunks(tx, file.id, content)


def write_chunks(tx: Write, file_id: int, content: BinaryIO) -> None:
    """Store the content, one INSERT per chunk, so that no more than one chunk is in memory.

    Source: tickets.md 5.2.
    """
    for chunk_id, block in enumerate(blocks(content)):
        # The MySQL driver takes three times as long to escape bytes as to send them as hexadecimal digits.
        filedata: Any = block if tx.is_sqlite else func.unhex(block.hex())
        tx.change(insert(t.file_chunk).values(file_id=file_id, chunk_id=chunk_id, filedata=filedata))


def chunk_map(tx: Read, file_id: int, size: int) -> list[Chunk]:
    """The chunks of a file in order, with their true lengths: other programs may have written other sizes.

    Of a large file only the first and the last are measured as long as they are what osTicket would have written;
    `ChunkSlice.read` finds out about the others.
    """
    if size > _FEW * BLOCK_BYTES:
        count, rest = divmod(size - 1, BLOCK_BYTES)
        ids = tx.scalars(select(t.file_chunk.c.chunk_id).where(t.file_chunk.c.file_id == file_id).order_by("chunk_id"))
        usual = [Chunk(number, BLOCK_BYTES) for number in range(count)] + [Chunk(count, rest + 1)]
        if list(ids) == [chunk.id for chunk in usual] and _measured(tx, file_id, [0, count]) == [usual[0], usual[-1]]:
            return usual
    return _measured(tx, file_id)


def _measured(tx: Read, file_id: int, chunk_ids: Sequence[int] | None = None) -> list[Chunk]:
    chunk = t.file_chunk.c
    lengths = select(chunk.chunk_id, func.length(chunk.filedata).label("length")).where(chunk.file_id == file_id)
    if chunk_ids is not None:
        lengths = lengths.where(chunk.chunk_id.in_(chunk_ids))
    return [Chunk(row.chunk_id, row.length) for row in tx.rows(lengths.order_by(chunk.chunk_id))]


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
            needed.append(ChunkSlice(file_id, chunk, first, last))
        position += chunk.length
    return needed


def delete_chunks(tx: Write, file_ids: Sequence[int]) -> None:
    """Delete the content of these files, but for those whose row is still there."""
    still_there = select(t.file.c.id).where(t.file.c.id == t.file_chunk.c.file_id).exists()
    tx.change(delete(t.file_chunk).where(t.file_chunk.c.file_id.in_(file_ids), ~still_there))
