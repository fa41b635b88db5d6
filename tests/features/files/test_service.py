"""Storing, attaching and deleting files."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid
from osticket_api.features.files import content, queries, service
from osticket_api.features.files.hashes import BLOCK_BYTES, fingerprint
from osticket_api.features.files.service import Attaching
from tests.features.files.conftest import Desk

LONG_AGO = datetime(2024, 3, 5, 9, 0, tzinfo=UTC)


def rows(tx: Read, table: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tx.rows(select(table).order_by(*table.primary_key.columns))]


def test_stored_file_has_the_row_osticket_writes(desk: Desk) -> None:
    stored = desk.write(service.store, "notes.txt", "Text/Plain; charset=utf-8", b"line one\nline two\n")
    [row] = desk.read(rows, t.file)
    created = row.pop("created")
    assert row == {
        "id": stored.id,
        "ft": "T",
        "bk": "D",
        "type": "text/plain",
        "size": 18,
        "key": stored.key,
        "signature": "lwWWaTce1CpyQ13AmHkp1hybafDGQGuE",
        "name": "notes.txt",
        "attrs": None,
    }
    assert stored.key.endswith("lwWWaTce1CpyQ13AJmpDLbQ0jMw")
    assert abs((datetime.now(UTC) - created).total_seconds()) < 60
    assert desk.read(rows, t.file_chunk) == [
        {"file_id": stored.id, "chunk_id": 0, "filedata": b"line one\nline two\n"},
    ]


def test_known_content_is_stored_once_under_the_name_it_had_first(desk: Desk) -> None:
    first = desk.write(service.store, "photo.png", "image/png", b"same")
    again = desk.write(service.store, "dot.png", "image/png", b"same")
    assert again == first
    assert again.name == "photo.png"
    assert len(desk.read(rows, t.file)) == 1


def test_content_of_another_size_is_another_file_even_with_the_same_signature(desk: Desk) -> None:
    stored = desk.write(service.store, "a.txt", None, b"abc")
    assert desk.read(queries.list_same, stored.signature, 4) == []
    assert desk.read(queries.list_same, stored.signature.swapcase(), 3) == []


def test_empty_file_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid, match="empty"):
        desk.write(service.store, "a.txt", None, b"")
    assert desk.read(rows, t.file) == []


def test_large_content_is_cut_into_chunks_of_512000_bytes(desk: Desk) -> None:
    content = BytesIO(b"'\x00\\" * 400_000)
    stored = desk.write(service.store, "worst.bin", None, content)
    chunks = desk.read(rows, t.file_chunk)
    assert [(chunk["chunk_id"], len(chunk["filedata"])) for chunk in chunks] == [
        (0, BLOCK_BYTES),
        (1, BLOCK_BYTES),
        (2, 1_200_000 - 2 * BLOCK_BYTES),
    ]
    assert b"".join(chunk["filedata"] for chunk in chunks) == content.getvalue()
    assert stored.size == 1_200_000


def test_a_content_that_is_lost_is_not_shared_but_stored_anew(desk: Desk) -> None:
    first = desk.write(service.store, "a.txt", None, b"abc")
    assert desk.write(service.store, "b.txt", None, b"abc").id == first.id
    desk.write(lambda tx: tx.change(t.file_chunk.delete()))
    second = desk.write(service.store, "c.txt", None, b"abc")
    assert second.id != first.id
    assert desk.write(service.store, "d.txt", None, b"abc").id == second.id
    assert desk.read(content.read_all, [first.id, second.id]) == {second.id: b"abc"}


def test_fingerprint_taken_before_spares_reading_twice(desk: Desk) -> None:
    content = BytesIO(b"abc")
    known = fingerprint(content)
    assert desk.write(service.store, "a.txt", None, content, known=known).signature == known.signature


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("plan.txt", "plan.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\uma\\plan.txt", "plan.txt"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("<img onerror=x>.png", "_img onerror=x_.png"),
        ("  .. ", "file"),
        ("", "file"),
        ("/", "file"),
        (".htaccess", ".htaccess"),
        ("Grüße 😀.pdf", "Grüße :grinning_face:.pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 300, "x" * 255),
    ],
)
def test_names_lose_what_deceives_or_harms(given: str, clean: str) -> None:
    assert service.clean_name(given) == clean


def test_attachment_has_a_name_only_where_it_is_not_the_file_s_own(desk: Desk) -> None:
    photo = desk.write(service.store, "photo.png", "image/png", b"photo")
    other = desk.write(service.store, "notes.txt", "text/plain", b"notes")
    desk.write(
        service.attach_all,
        [Attaching(photo, "dot.png"), Attaching(other, "NOTES.txt", inline=True)],
        object_id=41,
    )
    assert [(row["type"], row["file_id"], row["name"], row["inline"]) for row in desk.read(rows, t.attachment)] == [
        ("H", photo.id, "dot.png", False),
        ("H", other.id, None, True),
    ]


def test_attaching_twice_changes_nothing(desk: Desk) -> None:
    photo = desk.write(service.store, "photo.png", "image/png", b"photo")
    for name in ("a.png", "b.png"):
        desk.write(service.attach, photo, object_id=41, name=name)
    assert [row["name"] for row in desk.read(rows, t.attachment)] == ["a.png"]


def test_file_of_another_object_with_the_same_id_is_tolerated(desk: Desk) -> None:
    photo = desk.write(service.store, "photo.png", "image/png", b"photo")
    desk.write(service.attach, photo, object_id=5, object_type="D")
    desk.write(service.attach, photo, object_id=5)
    assert [row["type"] for row in desk.read(rows, t.attachment)] == ["D"]


def test_attachments_of_many_entries_come_with_one_query(desk: Desk) -> None:
    photo = desk.write(service.store, "photo.png", "image/png", b"photo")
    notes = desk.write(service.store, "notes.txt", "text/plain", b"notes")
    desk.write(service.attach_all, [Attaching(photo), Attaching(notes, "n.txt")], object_id=41)
    desk.write(service.attach, photo, object_id=42, inline=True)
    desk.write(service.attach, photo, object_id=43, object_type="C")
    before = desk.database.query_count
    found = desk.read(queries.attachments_of, [41, 42, 43, 44])
    assert desk.database.query_count == before + 1
    assert {entry: [(each.name, each.inline) for each in files] for entry, files in found.items()} == {
        41: [("photo.png", False), ("n.txt", False)],
        42: [("photo.png", True)],
    }
    first = found[41][0]
    assert (first.file_id, first.size, first.content_type, first.key) == (photo.id, 5, "image/png", photo.key)


def test_files_are_found_by_keys_in_their_exact_case(desk: Desk) -> None:
    photo = desk.write(service.store, "photo.png", "image/png", b"photo")
    assert desk.read(queries.files_by_key, [photo.key, photo.key.swapcase(), "x" * 32]) == {photo.key: photo}
    assert desk.read(queries.files_by_key, []) == {}


def test_edited_entry_hands_over_all_but_inline_attachments(desk: Desk) -> None:
    photo = desk.write(service.store, "photo.png", "image/png", b"photo")
    notes = desk.write(service.store, "notes.txt", "text/plain", b"notes")
    desk.write(service.attach_all, [Attaching(photo, inline=True), Attaching(notes)], object_id=41)
    desk.write(service.move_attachments, 41, 50)
    assert [(row["object_id"], row["file_id"]) for row in desk.read(rows, t.attachment)] == [
        (41, photo.id),
        (50, notes.id),
    ]


def old_file(desk: Desk, content: bytes, **columns: Any) -> int:
    stored = desk.write(service.store, "tray.txt", "text/plain", content)
    values = {"created": LONG_AGO, **columns}
    desk.write(lambda tx: tx.change(t.file.update().where(t.file.c.id == stored.id).values(**values)))
    return stored.id


def test_orphans_older_than_a_day_go_with_their_content(desk: Desk) -> None:
    orphan, shared = old_file(desk, b"tray two\n"), old_file(desk, b"shared")
    logo, foreign = old_file(desk, b"logo", ft="L"), old_file(desk, b"foreign", bk="F")
    fresh = desk.write(service.store, "new.txt", None, b"new").id
    for file_id in (orphan, shared, logo, foreign, fresh):
        desk.add(t.attachment, object_id=41, type="H", file_id=file_id)
    desk.add(t.attachment, object_id=7, type="C", file_id=shared)

    file_ids = desk.write(service.detach, [41])
    assert sorted(file_ids) == sorted([orphan, shared, logo, foreign, fresh])
    desk.write(service.delete_orphans, file_ids)

    left = [shared, logo, foreign, fresh]
    assert [row["id"] for row in desk.read(rows, t.file)] == left
    assert [row["file_id"] for row in desk.read(rows, t.file_chunk)] == left
    assert [row["object_id"] for row in desk.read(rows, t.attachment)] == [7]


def test_deleting_no_orphans_asks_nothing(desk: Desk) -> None:
    before = desk.database.query_count
    desk.write(service.delete_orphans, [])
    assert desk.database.query_count == before
