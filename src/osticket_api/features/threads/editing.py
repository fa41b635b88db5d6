"""Changing what an entry says: a copy with the new text takes its place, and what it said before stays behind, hidden.

Source: tickets.md 2.9, golden README lesson 27 and golden cases 195 to 200.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select, update

from osticket_api.access.permissions import Permission
from osticket_api.access.policy import InDepartment, manages, require
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Invalid
from osticket_api.features.files import api as files
from osticket_api.features.files.api import Attaching, attachments_of, files_by_key
from osticket_api.features.threads import bodies, titles
from osticket_api.features.threads.reading import Place, get_entry
from osticket_api.kit import html
from osticket_api.search_index import index


@dataclass(frozen=True, kw_only=True)
class Edit:
    """The new text of an entry. The format, and the title where none is given, stay as they are."""

    body: str
    format: bodies.Format | None = None
    title: str | msgspec.UnsetType | None = msgspec.UNSET
    is_mailed: bool = False
    """Whether the new text is mailed at once: then later edits keep it, too."""


def edit_entry(tx: Write, actor: Principal, thing: InDepartment, place: Place, entry_id: int, edit: Edit) -> int:
    """Change an entry's text. Returns the id of the entry that says it now.

    Its author may, the manager of the department, and whoever has `thread.edit` there. One's own edit of before is
    replaced, anybody else's is kept. A text that stays the same changes nothing, not even the title.
    Raises: NotFound, Forbidden, Conflict for what nobody can edit, Invalid for an empty text.
    """
    shown = get_entry(tx, actor, place, entry_id)
    before = tx.row(select(t.thread_entry).where(t.thread_entry.c.id == entry_id))
    assert before is not None
    _check_editor(actor, thing, before)
    format: bodies.Format = edit.format or ("html" if shown.format == "html" else "text")
    prepared = bodies.prepare(edit.body, format, signed_in=True)
    if _says_nothing(prepared.text):
        raise Invalid.because("An entry cannot be empty.", field="body", code="required")
    if format == shown.format and prepared.text == bodies.prepare(shown.body, format, signed_in=True).text:
        return entry_id
    title = before.title if isinstance(edit.title, msgspec.UnsetType) else edit.title
    replaced = _replace(tx, actor, before, prepared, titles.to_stored(title or "") or None)
    if edit.is_mailed:
        set_flag(tx, replaced, EntryFlag.GUARDED)
    return replaced


def set_flag(tx: Write, entry_id: int, flag: int) -> None:
    """Set a bit of an entry's flags."""
    entry = t.thread_entry.c
    tx.change(update(t.thread_entry).where(entry.id == entry_id).values(flags=entry.flags.bitwise_or(flag)))


def _says_nothing(text: str) -> bool:
    return text == bodies.NOTHING or (not html.to_text(text).strip() and "<img" not in text)


def _check_editor(actor: Principal, thing: InDepartment, entry: Row[Any]) -> None:
    """Raises: Conflict, Forbidden naming the permission."""
    if entry.flags & EntryFlag.SYSTEM or (entry.type == "R" and entry.staff_id is None):
        raise Conflict.because("An entry that the system wrote cannot be edited.", code="system_entry")
    is_author = isinstance(actor, Staff) and entry.staff_id == actor.id
    if not is_author and not manages(actor, thing.department_id):
        require(actor, Permission.thread_edit, thing)


def _replace(tx: Write, actor: Principal, before: Row[Any], prepared: bodies.PreparedBody, title: str | None) -> int:
    original = _original(tx, actor, before)
    taken_out = {
        image.token: files.store(tx, image.name, image.content_type, image.content) for image in prepared.images
    }
    text = bodies.with_cids(prepared, {token: file.key for token, file in taken_out.items()})
    entry_id = _insert(tx, actor, before, original, prepared, text, title)
    files.move_attachments(tx, before.id, entry_id)
    _attach_shown(tx, before.id, entry_id, text, {file.key for file in taken_out.values()})
    if prepared.oversize:
        body_file = files.store(tx, bodies.oversize_name(text), bodies.OVERSIZE_TYPE, text.encode())
        files.attach(tx, body_file, object_id=entry_id, inline=True)
    if before.staff_id is not None or before.user_id is not None:
        index.put(tx, "H", entry_id, title or "", html.to_text(text))
    if before.flags & EntryFlag.CHILD:
        _remember_origin(tx, before.id, entry_id)
    if original.id != before.id:
        _discard(tx, before.id, entry_id)
    set_flag(tx, original.id, EntryFlag.HIDDEN)
    tx.note_effect("entry", id=entry_id, replaces=before.id, title=titles.to_text(title))
    return entry_id


def _original(tx: Read, actor: Principal, entry: Row[Any]) -> Row[Any]:
    """The entry that is kept as the old text: the edited one, or the one that the actor's own last edit replaced,
    unless that was mailed.
    """
    own = isinstance(actor, Staff) and entry.editor == actor.id and entry.editor_type == "S"
    if not own or entry.flags & (EntryFlag.EDITED | EntryFlag.GUARDED) != EntryFlag.EDITED:
        return entry
    return tx.row(select(t.thread_entry).where(t.thread_entry.c.id == entry.pid)) or entry


def _insert(
    tx: Write,
    actor: Principal,
    before: Row[Any],
    original: Row[Any],
    prepared: bodies.PreparedBody,
    text: str,
    title: str | None,
) -> int:
    """The copy keeps who wrote it and when, but neither where it came from nor whom it was sent to."""
    flags = (
        original.flags & ~(EntryFlag.HIDDEN | EntryFlag.GUARDED | EntryFlag.BALANCED)
        | before.flags & EntryFlag.CHILD
        | EntryFlag.EDITED
    )
    return tx.insert(
        t.thread_entry,
        thread_id=before.thread_id,
        pid=original.id,
        type=before.type,
        staff_id=before.staff_id,
        user_id=before.user_id,
        flags=flags | (EntryFlag.BALANCED if prepared.format == "html" else 0),
        poster=before.poster,
        editor=actor.id if isinstance(actor, Staff) else None,
        editor_type="S",
        title=title,
        body="" if prepared.oversize else text,
        format=prepared.format,
        ip_address=tx.client_ip[:64],
        created=original.created,
        updated=tx.now,
    )


def _attach_shown(tx: Write, before_id: int, entry_id: int, text: str, new_keys: Collection[str]) -> None:
    """Attach the pictures that the text shows: those it showed before, and those that came with it."""
    names = {each.key: each.name for each in attachments_of(tx, [before_id]).get(before_id, []) if each.inline}
    found = files_by_key(tx, [key for key in bodies.inline_keys(text) if key in names or key in new_keys])
    shown = [Attaching(file, names.get(key), inline=True) for key, file in found.items()]
    files.attach_all(tx, shown, object_id=entry_id)


def _remember_origin(tx: Write, before_id: int, entry_id: int) -> None:
    """The copy of an entry that came by a merge came from there too."""
    merge = t.thread_entry_merge.c
    data = tx.scalar(select(merge.data).where(merge.thread_entry_id == before_id))
    if data is not None:
        tx.insert(t.thread_entry_merge, thread_entry_id=entry_id, data=data)


def _discard(tx: Write, entry_id: int, successor_id: int) -> None:
    """Delete an edit that a newer one by the same agent replaces; what answered it answers that one."""
    entry, merge = t.thread_entry.c, t.thread_entry_merge.c
    tx.change(update(t.thread_entry).where(entry.pid == entry_id).values(pid=successor_id))
    tx.change(delete(t.thread_entry_merge).where(merge.thread_entry_id == entry_id))
    tx.change(delete(t.thread_entry).where(entry.id == entry_id))
    index.remove(tx, ("H", [entry_id]))
    files.delete_orphans(tx, files.detach(tx, [entry_id]))
