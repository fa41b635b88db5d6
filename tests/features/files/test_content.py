"""Reading contents, from the database and from disk."""

import asyncio
from io import BytesIO
from pathlib import Path

import pytest

from osticket_api.db import tables as t
from osticket_api.errors import NotAvailable, NotFound
from osticket_api.features.files import content, service, store
from osticket_api.features.files.hashes import BLOCK_BYTES
from osticket_api.features.files.queries import StoredFile
from osticket_api.features.files.store import Chunk
from tests.features.files.conftest import Desk

LETTERS = b"abcdefghijklmnopqrstuvwxyz"


def odd_chunks(desk: Desk) -> StoredFile:
    """The alphabet, in chunks that another program cut as it liked."""
    stored = desk.write(service.store, "letters.txt", "text/plain", LETTERS)
    desk.write(lambda tx: tx.change(t.file_chunk.delete()))
    for chunk_id, part in ((0, LETTERS[:3]), (1, b""), (2, LETTERS[3:20]), (5, LETTERS[20:])):
        desk.add(t.file_chunk, file_id=stored.id, chunk_id=chunk_id, filedata=part)
    return stored


async def collect(desk: Desk, opened: content.Content, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join([block async for block in content.stream(desk.database, opened.pieces(start, stop))])


def test_lengths_of_chunks_are_those_stored(desk: Desk) -> None:
    stored = odd_chunks(desk)
    assert desk.read(store.chunk_map, stored.id, stored.size) == [Chunk(0, 3), Chunk(1, 0), Chunk(2, 17), Chunk(5, 6)]


def large_file(desk: Desk) -> StoredFile:
    return desk.write(service.store, "large.bin", None, BytesIO(bytes(range(250)) * 2048 * 10 + b"end"))


def test_large_file_is_mapped_by_its_first_and_last_chunk(desk: Desk) -> None:
    stored = large_file(desk)
    before = desk.database.query_count
    chunks = desk.read(store.chunk_map, stored.id, stored.size)
    assert desk.database.query_count == before + 2
    assert chunks == [*(Chunk(number, BLOCK_BYTES) for number in range(10)), Chunk(10, 3)]
    opened = desk.read(content.open_content, stored.id)
    assert desk.runner.run(collect(desk, opened, 9 * BLOCK_BYTES + 249, stored.size)) == (
        bytes([249]) + bytes(range(250)) * 2047 + b"end"
    )


def test_large_file_in_odd_chunks_is_measured(desk: Desk) -> None:
    stored = large_file(desk)
    desk.write(lambda tx: tx.change(t.file_chunk.update().where(t.file_chunk.c.chunk_id == 10).values(filedata=b"x")))
    assert desk.read(store.chunk_map, stored.id, stored.size)[-1] == Chunk(10, 1)


def test_chunk_that_is_not_what_the_map_says_ends_the_stream(desk: Desk) -> None:
    stored = large_file(desk)
    desk.write(lambda tx: tx.change(t.file_chunk.update().where(t.file_chunk.c.chunk_id == 5).values(filedata=b"x")))
    opened = desk.read(content.open_content, stored.id)
    with pytest.raises(NotFound, match="lost"):
        desk.runner.run(collect(desk, opened))


def test_any_range_is_read_whatever_the_chunks(desk: Desk) -> None:
    opened = desk.read(content.open_content, odd_chunks(desk).id)
    assert opened.length == 26

    async def every_range() -> None:
        for start in range(0, 26, 5):
            for stop in range(start, 27, 3):
                assert await collect(desk, opened, start, stop) == LETTERS[start:stop]
        assert await collect(desk, opened) == LETTERS

    desk.runner.run(every_range())


def test_only_the_needed_chunks_are_read() -> None:
    chunks = [Chunk(0, 10), Chunk(1, 10), Chunk(2, 10)]
    assert [(each.chunk.id, each.start, each.stop) for each in store.slices(1, chunks, 12, 18)] == [(1, 2, 8)]
    assert [(each.chunk.id, each.start, each.stop) for each in store.slices(1, chunks, 9, 21)] == [
        (0, 9, 10),
        (1, 0, 10),
        (2, 0, 1),
    ]
    assert store.slices(1, chunks, 5, 5) == []


def test_file_deleted_while_it_is_read_ends_the_stream(desk: Desk) -> None:
    opened = desk.read(content.open_content, odd_chunks(desk).id)
    desk.write(lambda tx: tx.change(t.file_chunk.delete()))
    with pytest.raises(NotFound):
        desk.runner.run(collect(desk, opened))


def test_unknown_file_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no such file"):
        desk.read(content.open_content, 99)


def test_file_without_content_is_lost(desk: Desk) -> None:
    file_id = desk.add(t.file, key="x" * 32, signature="y" * 32, name="a.txt", size=5)
    with pytest.raises(NotFound, match="lost"):
        desk.read(content.open_content, file_id)


def test_storage_this_server_does_not_know_is_named(desk: Desk) -> None:
    file_id = desk.add(t.file, key="x" * 32, signature="y" * 32, name="a.txt", bk="6")
    with pytest.raises(NotAvailable, match="cannot read"):
        desk.read(content.open_content, file_id)


def test_long_texts_are_read_whole_with_one_query(desk: Desk) -> None:
    letters = odd_chunks(desk)
    other = desk.write(service.store, "b.txt", None, b"other")
    before = desk.database.query_count
    assert desk.read(content.read_all, [letters.id, other.id]) == {letters.id: LETTERS, other.id: b"other"}
    assert desk.database.query_count == before + 1


def test_unreadable_texts_are_left_out(desk: Desk, tmp_path: Path) -> None:
    lost = kept_on_disk(desk, tmp_path, b"x")
    assert desk.read(content.read_all, [lost, 99]) == {}


def test_texts_of_which_a_part_is_gone_are_left_out(desk: Desk, tmp_path: Path) -> None:
    letters = odd_chunks(desk)
    desk.write(lambda tx: tx.change(t.file_chunk.delete().where(t.file_chunk.c.chunk_id == 2)))
    on_disk(desk, tmp_path)
    short = kept_on_disk(desk, tmp_path, b"long")
    (tmp_path / "K" / ("K" + "x" * 31)).write_bytes(b"lo")
    assert desk.read(content.read_all, [letters.id, short]) == {}
    for file_id in (letters.id, short):
        with pytest.raises(NotFound, match="lost"):
            desk.read(content.open_content, file_id)


def on_disk(desk: Desk, folder: Path | str, *, enabled: bool = True, instance: bool = True) -> None:
    """The plugin storage-fs, set up for this folder."""
    plugin = desk.add(t.plugin, name="storage", install_path="plugins/storage-fs.phar", isactive=True)
    namespace = f"plugin.{plugin}"
    if instance:
        number = desk.add(t.plugin_instance, plugin_id=plugin, flags=int(enabled), name="one")
        namespace += f".instance.{number}"
    desk.add(t.config, namespace=namespace, key="uploadpath", value=str(folder))


def kept_on_disk(desk: Desk, folder: Path, body: bytes) -> int:
    key = "K" + "x" * 31
    (folder / "K").mkdir()
    (folder / "K" / key).write_bytes(body)
    return desk.add(t.file, key=key, signature="y" * 32, name="a.bin", bk="F", size=len(body))


@pytest.mark.parametrize("instance", [True, False])
def test_file_on_disk_is_read_in_ranges(desk: Desk, tmp_path: Path, instance: bool) -> None:
    on_disk(desk, tmp_path, instance=instance)
    body = bytes(range(256)) * 5000
    opened = desk.read(content.open_content, kept_on_disk(desk, tmp_path, body))
    assert opened.length == len(body)
    assert desk.runner.run(collect(desk, opened)) == body
    assert desk.runner.run(collect(desk, opened, 511_990, 512_010)) == body[511_990:512_010]


def test_long_texts_on_disk_are_read_too(desk: Desk, tmp_path: Path) -> None:
    on_disk(desk, tmp_path)
    file_id = kept_on_disk(desk, tmp_path, b"long")
    letters = odd_chunks(desk)
    assert desk.read(content.read_all, [file_id, letters.id, 99]) == {file_id: b"long", letters.id: LETTERS}


def test_file_missing_on_disk_is_lost(desk: Desk, tmp_path: Path) -> None:
    on_disk(desk, tmp_path)
    file_id = kept_on_disk(desk, tmp_path, b"x")
    (tmp_path / "K" / ("K" + "x" * 31)).unlink()
    with pytest.raises(NotFound, match="lost"):
        desk.read(content.open_content, file_id)


def test_key_that_is_a_path_leads_nowhere(desk: Desk, tmp_path: Path) -> None:
    on_disk(desk, tmp_path / "uploads")
    (tmp_path / "secret").write_text("secret")
    file_id = desk.add(t.file, key="../../secret", signature="y" * 32, name="a", bk="F")
    with pytest.raises(NotFound):
        desk.read(content.open_content, file_id)


def test_disabled_plugin_is_not_used(desk: Desk, tmp_path: Path) -> None:
    on_disk(desk, tmp_path, enabled=False)
    with pytest.raises(NotAvailable, match="not set up"):
        desk.read(content.open_content, kept_on_disk(desk, tmp_path, b"x"))


def test_folder_relative_to_osticket_is_refused_with_advice(desk: Desk, tmp_path: Path) -> None:
    on_disk(desk, "uploads")
    with pytest.raises(NotAvailable, match="absolute path"):
        desk.read(content.open_content, kept_on_disk(desk, tmp_path, b"x"))


def test_streaming_does_not_block_others(desk: Desk) -> None:
    opened = desk.read(content.open_content, odd_chunks(desk).id)

    async def two_at_once() -> list[bytes]:
        return list(await asyncio.gather(collect(desk, opened), collect(desk, opened)))

    assert desk.runner.run(two_at_once()) == [LETTERS, LETTERS]
