"""Storing files, attaching them to things, and deleting them with the last thing they were attached to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import PurePath
from typing import BinaryIO, Final

from sqlalchemy import delete, insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Invalid
from osticket_api.features.files.content import is_lost
from osticket_api.features.files.hashes import Fingerprint, fingerprint
from osticket_api.features.files.places import find_place
from osticket_api.features.files.queries import ENTRY, StoredFile, list_same
from osticket_api.features.files.store import NewFile, delete_chunks
from osticket_api.kit import content_types, utf8mb3

NAME_LENGTH: Final = 255
ORPHAN_AGE: Final = timedelta(days=1)
_NO_NAME: Final = "file"
_INVISIBLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_MARKUP: Final = re.compile('[<>"]')


@dataclass(frozen=True)
class Attaching:
    """A stored file that is to be attached, under this name where it has another one."""

    file: StoredFile
    name: str | None = None
    inline: bool = False


def store(
    tx: Write,
    name: str,
    content_type: str | None,
    content: BinaryIO | bytes,
    *,
    kind: str = "T",
    known: Fingerprint | None = None,
    keeps_type: bool = False,
    shares_content: bool = True,
) -> StoredFile:
    """Store a file where osTicket keeps new ones, or give the one that has this content already, under whatever name.

    One whose content is lost is not given: what has come now would be lost with it.

    The caller attaches it within a day, or osTicket's clean-up takes it away. `known` saves reading a large content
    once more: take its `fingerprint` before the transaction. `keeps_type` stores the type as it is given, as osTicket
    does with mails; other types are checked against the content.

    Raises: Invalid for an empty content, which osTicket cannot store either.
    Source: tickets.md 5.1, 5.2.
    """
    stream = BytesIO(content) if isinstance(content, bytes) else content
    known = known or fingerprint(stream)
    if not known.size:
        raise Invalid.because("The file is empty.", field="content", code="empty_file")
    same = list_same(tx, known.signature, known.size) if shares_content else []
    whole = next((each for each in same if not is_lost(tx, each)), None)
    return whole or _store_new(tx, name, content_type, stream, kind, known, keeps_type=keeps_type)


def _store_new(
    tx: Write,
    name: str,
    content_type: str | None,
    content: BinaryIO,
    kind: str,
    known: Fingerprint,
    *,
    keeps_type: bool,
) -> StoredFile:
    name, key = clean_name(name), known.new_key()
    if content_type is None or not keeps_type:
        content_type = content_types.content_type(name, content_type, known.head)
    place = find_place(tx)
    file_id = tx.insert(
        t.file,
        ft=kind,
        bk=place.letter,
        attrs=place.attributes,
        type=content_type,
        size=known.size,
        key=key,
        signature=known.signature,
        name=name,
        created=tx.now,
    )
    if not (tx.is_dry_run and place.letter != "D"):
        place.keep(tx, NewFile(file_id, key, content_type), content)
    stored = (known.size, content_type, name, place.letter, place.attributes or "")
    return StoredFile(file_id, key, known.signature, *stored)


def clean_name(name: str) -> str:
    """A file's name without folders and without what could deceive or harm where it is shown, at most 255 long."""
    bare = _INVISIBLE.sub("", re.split(r"[/\\]", name)[-1])
    path = PurePath(utf8mb3.to_names(_MARKUP.sub("_", bare)).strip() or _NO_NAME)
    if path.name in ("", ".."):
        return _NO_NAME
    ending = path.suffix[:32]
    return path.name.removesuffix(ending)[: NAME_LENGTH - len(ending)] + ending


def attach(
    tx: Write,
    file: StoredFile,
    *,
    object_id: int,
    object_type: str = ENTRY,
    inline: bool = False,
    name: str | None = None,
) -> None:
    """Attach one file. Source: see `attach_all`."""
    attach_all(tx, [Attaching(file, name, inline)], object_id=object_id, object_type=object_type)


def attach_all(tx: Write, files: Sequence[Attaching], *, object_id: int, object_type: str = ENTRY) -> None:
    """Attach files to a thread entry (H), canned response (C), FAQ (F), draft (D) or file field (E).

    A name is kept only where it is not the file's own. One object holds a file once: a second time changes nothing,
    nor does it where osTicket's key forbids the row because an object of another kind with the same id has that file.

    Source: tickets.md 2.6, 5.4.
    """
    if not files:
        return
    rows = [
        {
            "object_id": object_id,
            "type": object_type,
            "file_id": attaching.file.id,
            "inline": attaching.inline,
            "name": _other_name(attaching),
        }
        for attaching in files
    ]
    ignoring = "OR IGNORE" if tx.is_sqlite else "IGNORE"
    tx.change(insert(t.attachment).prefix_with(ignoring).values(rows))


def _other_name(attaching: Attaching) -> str | None:
    name = clean_name(attaching.name) if attaching.name else attaching.file.name
    return None if name.casefold() == attaching.file.name.casefold() else name


def detach(tx: Write, object_ids: Sequence[int], object_type: str = ENTRY) -> list[int]:
    """Delete all attachments of these objects. Returns the ids of the files, for `delete_orphans`.

    Source: tickets.md 4.13 (3d).
    """
    conditions = (t.attachment.c.type == object_type, t.attachment.c.object_id.in_(object_ids))
    file_ids = tx.scalars(select(t.attachment.c.file_id).where(*conditions).distinct())
    tx.change(delete(t.attachment).where(*conditions))
    return [file_id for file_id in file_ids if file_id]


def move_attachments(tx: Write, from_entry: int, to_entry: int) -> None:
    """Hand the attachments of an edited entry, but for those shown in its text, to the entry that replaces it.

    Source: tickets.md 2.9 (3).
    """
    attachment = t.attachment.c
    conditions = (attachment.type == ENTRY, attachment.object_id == from_entry, ~attachment.inline)
    tx.change(update(t.attachment).where(*conditions).values(object_id=to_entry))


def delete_orphans(tx: Write, file_ids: Sequence[int]) -> None:
    """Delete those of these files that nothing is attached to any more and that are older than a day.

    Files that a storage plugin keeps are left to osTicket's own clean-up, which knows how to delete their content.

    Source: tickets.md 4.13 (3d), 5.7.
    """
    if not file_ids:
        return
    file = t.file.c
    attached = select(t.attachment.c.id).where(t.attachment.c.file_id == file.id).exists()
    orphaned = (file.id.in_(file_ids), file.ft == "T", file.bk == "D", file.created < tx.now - ORPHAN_AGE, ~attached)
    if tx.change(delete(t.file).where(*orphaned)):
        delete_chunks(tx, file_ids)
