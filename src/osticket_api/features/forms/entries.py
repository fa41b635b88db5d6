"""Writing answers: the entry, its values, the lookup table, and the attachments of file fields."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from sqlalchemy import delete, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.files.api import Attaching, StoredFile, attach_all, detach, store
from osticket_api.features.forms import cdata
from osticket_api.features.forms.fields import Answer, Field, answer_of, codec_for, stored_files
from osticket_api.features.forms.model import Entry, Form, TopicForm
from osticket_api.kit import php_json

_ATTACHMENT_TYPE = "E"


def create_entry(
    tx: Write,
    form: Form,
    *,
    object_type: str,
    object_id: int,
    sort: int = 1,
    extra: str | Mapping[str, Any] | None = None,
    answers: Mapping[int, Answer],
) -> int:
    """Write one filled-in form; a field without answer gets an empty row. Returns the entry's id.

    Shapes: `extra` is what the entry carries, `{"disable": [field ids]}` for a form that a topic asks.
    Source: tickets.md 1.16
    """
    now = tx.now
    entry_id = tx.insert(
        t.form_entry,
        form_id=form.id,
        object_id=object_id,
        object_type=object_type,
        sort=sort,
        extra=extra if extra is None or isinstance(extra, str) else php_json.encode(extra),
        created=now,
        updated=now,
    )
    stored = {field: _with_files(tx, _at_creation(field, answers)) for field in form.stored_fields}
    tx.insert_many(t.form_entry_values, [_row(entry_id, field, answer) for field, answer in stored.items()])
    if form.type == object_type:
        cdata.write(tx, object_type, object_id, {field.column: answer.column for field, answer in stored.items()})
    for field, answer in stored.items():
        _attach(tx, entry_id, field, answer.files)
    return entry_id


def create_entries(
    tx: Write, forms: Sequence[TopicForm], *, object_type: str, object_id: int, answers: Mapping[int, Answer]
) -> None:
    """Write one entry for each form, that of the object's own type first. Source: tickets.md 1.10 steps 4 and 5."""
    for asked in sorted(forms, key=lambda asked: asked.form.type != object_type):
        create_entry(
            tx,
            asked.form,
            object_type=object_type,
            object_id=object_id,
            sort=asked.sort,
            extra=asked.extra,
            answers=answers,
        )


def save_answers(tx: Write, entry: Entry, changes: Mapping[int, Answer]) -> dict[str, list[Any]]:
    """Write the answers that differ from what is stored.

    Returns what the data of an `edited` event says of them under `fields`: field id to old and new encoding.
    Source: tickets.md 4.9, people.md 1.3
    """
    given = {field: _with_files(tx, changes[field.id]) for field in entry.form.stored_fields if field.id in changes}
    changed = {
        field: codec_for(field.type).at_edit(answer)
        for field, answer in given.items()
        if not is_unchanged(entry, field, answer)
    }
    if not changed:
        return {}
    values = t.form_entry_values
    field_ids = [field.id for field in changed]
    tx.change(delete(values).where(values.c.entry_id == entry.id, values.c.field_id.in_(field_ids)))
    tx.insert_many(values, [_row(entry.id, field, answer) for field, answer in changed.items()])
    if entry.form.type == entry.object_type:
        texts = {field.column: answer.column for field, answer in changed.items()}
        cdata.write(tx, entry.object_type, entry.object_id, texts)
    _swap_attachments(tx, entry, changed)
    return {str(field.id): _change(entry, field, answer) for field, answer in changed.items()}


def delete_entries(tx: Write, object_type: str, object_id: int) -> None:
    """Remove all that an object has answered. Of the lookup rows only a ticket's goes; osTicket keeps the others.

    Source: tickets.md 4.13, people.md 1.10 and 2.5
    """
    entry = t.form_entry.c
    ids = tx.scalars(select(entry.id).where(entry.object_type == object_type, entry.object_id == object_id))
    delete_entry(tx, *ids)
    if object_type == "T":
        cdata.remove(tx, object_type, object_id)


def delete_entry(tx: Write, *entry_ids: int) -> None:
    """Remove single entries with their answers and files. Source: tickets.md 4.9.2 and 4.9.3."""
    if not entry_ids:
        return
    value = t.form_entry_values.c
    answered = tx.rows(
        select(value.entry_id, value.field_id)
        .join(t.form_field, t.form_field.c.id == value.field_id)
        .where(value.entry_id.in_(entry_ids), t.form_field.c.type == "files", value.value.like("{%"))
    )
    if answered:
        detach(tx, [_holder(row.field_id, row.entry_id) for row in answered], _ATTACHMENT_TYPE)
    tx.change(delete(t.form_entry_values).where(value.entry_id.in_(entry_ids)))
    tx.change(delete(t.form_entry).where(t.form_entry.c.id.in_(entry_ids)))


def _at_creation(field: Field, answers: Mapping[int, Answer]) -> Answer:
    codec = codec_for(field.type)
    return codec.at_creation(answers.get(field.id, codec.empty))


def _with_files(tx: Write, answer: Answer) -> Answer:
    """The answer with the files stored that came with it.

    Each is a file of its own though another one has the same content: an answer shows the name of the file.
    """
    if not answer.sent:
        return answer
    stored = [store(tx, sent.name, sent.content_type, sent.content, shares_content=False) for sent in answer.sent]
    return answer_of([*answer.files, *stored])


def _row(entry_id: int, field: Field, answer: Answer) -> dict[str, Any]:
    return {"entry_id": entry_id, "field_id": field.id, "value": answer.value, "value_id": answer.value_id}


def is_unchanged(entry: Entry, field: Field, new: Answer) -> bool:
    codec = codec_for(field.type)
    before = codec.identity(field, *entry.stored_answer(field))
    return bool(before == codec.identity(field, new.value, new.value_id))


def _change(entry: Entry, field: Field, new: Answer) -> list[Any]:
    display = codec_for(field.type).display
    return [display(field, *entry.stored_answer(field)), display(field, new.value, new.value_id)]


def _holder(field_id: int, entry_id: int) -> int:
    """What `attachment.object_id` holds for a file field. Source: tickets.md 5.4."""
    return crc32(f"{_ATTACHMENT_TYPE}{field_id}{entry_id}".encode())


def _attach(tx: Write, entry_id: int, field: Field, files: Iterable[StoredFile]) -> None:
    attaching = [Attaching(file) for file in files]
    attach_all(tx, attaching, object_id=_holder(field.id, entry_id), object_type=_ATTACHMENT_TYPE)


def _swap_attachments(tx: Write, entry: Entry, changed: Mapping[Field, Answer]) -> None:
    attachment = t.attachment.c
    for field, answer in changed.items():
        if field.type != "files":
            continue
        before = stored_files(entry.stored_answer(field)[0])
        _attach(tx, entry.id, field, (file for file in answer.files if file.id not in before))
        dropped = set(before).difference(file.id for file in answer.files)
        theirs = (attachment.type == _ATTACHMENT_TYPE, attachment.object_id == _holder(field.id, entry.id))
        if dropped:
            tx.change(delete(t.attachment).where(*theirs, attachment.file_id.in_(dropped)))
