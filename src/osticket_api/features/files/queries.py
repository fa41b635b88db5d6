"""Looking up stored files and what they are attached to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, select

from osticket_api.access.drafts import own_drafts
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read

ENTRY: Final = "H"
"""`attachment.type` of a thread entry's files."""
DRAFT: Final = "D"
"""`attachment.type` of the images in a draft."""


_SAME_AT_MOST: Final = 10


@dataclass(frozen=True)
class StoredFile:
    id: int
    key: str
    signature: str
    size: int
    content_type: str
    name: str
    backend: str = "D"
    """The letter of the backend that stores the content: D the database, F a folder on disk, 3 a bucket, other letters
    other plugins.
    """
    attributes: str = ""
    """The attributes that the plugin stores about the file."""


@dataclass(frozen=True)
class Attachment:
    """A file as it is attached to something, under the name it has there."""

    id: int
    file_id: int
    name: str
    size: int
    content_type: str
    inline: bool
    key: str


def _files() -> Select[Any]:
    file = t.file.c
    return select(file.id, file.key, file.signature, file.size, file.type, file.name, file.bk, file.attrs)


def _file(row: Row[Any]) -> StoredFile:
    return StoredFile(row.id, row.key, row.signature, row.size, row.type, row.name, row.bk, row.attrs or "")


def find_file(tx: Read, file_id: int) -> StoredFile | None:
    row = tx.row(_files().where(t.file.c.id == file_id))
    return _file(row) if row else None


def list_files(tx: Read, file_ids: Sequence[int], *, kind: str | None = None) -> list[StoredFile]:
    """These files, or those of one kind among them, such as T for what people attach."""
    if not file_ids:
        return []
    statement = _files().where(t.file.c.id.in_(file_ids))
    return [_file(row) for row in tx.rows(statement if kind is None else statement.where(t.file.c.ft == kind))]


def list_same(tx: Read, signature: str, size: int) -> list[StoredFile]:
    """Files of the same content, whatever their names."""
    same = _files().where(t.file.c.signature == signature, t.file.c.size == size)
    return [_file(row) for row in tx.rows(same.order_by(t.file.c.id).limit(_SAME_AT_MOST))]


def files_by_key(tx: Read, keys: Iterable[str]) -> dict[str, StoredFile]:
    """The files with these keys; keys of no file are left out. Upper and lower case differ, unlike in the column."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = tx.rows(_files().where(t.file.c.key.in_(wanted)).order_by(t.file.c.id.desc()))
    return {row.key: _file(row) for row in rows if row.key in wanted}


def files_in_drafts(tx: Read, principal: Principal, keys: Iterable[str]) -> list[StoredFile]:
    """The files among these keys that the caller has put into a draft."""
    wanted = set(keys)
    if not wanted:
        return []
    attachment, draft = t.attachment.c, t.draft.c
    in_draft = (attachment.file_id == t.file.c.id) & (attachment.type == DRAFT)
    held = (
        _files()
        .join(t.attachment, in_draft)
        .join(t.draft, draft.id == attachment.object_id)
        .where(t.file.c.key.in_(wanted), own_drafts(principal))
    )
    return [_file(row) for row in tx.rows(held.distinct()) if row.key in wanted]


def attachments_of(tx: Read, object_ids: Sequence[int], object_type: str = ENTRY) -> dict[int, list[Attachment]]:
    """The attachments of each of these objects. Objects without attachments are left out."""
    if not object_ids:
        return {}
    attachment, file = t.attachment.c, t.file.c
    rows = tx.rows(
        select(t.attachment, file.name.label("file_name"), file.size, file.type.label("content_type"), file.key)
        .join_from(t.attachment, t.file, file.id == attachment.file_id)
        .where(attachment.type == object_type, attachment.object_id.in_(object_ids))
        .order_by(attachment.id)
    )
    found: dict[int, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row.object_id, []).append(_attachment(row))
    return found


def _attachment(row: Row[Any]) -> Attachment:
    name = row.name or row.file_name
    return Attachment(row.id, row.file_id, name, row.size, row.content_type, row.inline, row.key)
