"""Reading answers, for many objects at once."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Row, ScalarSelect, Select, and_, bindparam, case, cast, or_, select

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from osticket_api.db.statements import any_numbered, numbered
from osticket_api.db.unit import Read
from osticket_api.features.forms.answer_addresses import FileUrl, file_url
from osticket_api.features.forms.fields import VIEW, Audience, Field, codec_for, stored_files
from osticket_api.features.forms.model import BUILT_IN
from osticket_api.features.forms.queries import configuration_of
from osticket_api.features.forms.responses import NamedField
from osticket_api.web.file_urls import FileUrls, plain

_PLAIN = frozenset({"text", "memo", "phone"})


def read_answers(
    tx: Read,
    object_type: str,
    object_ids: Collection[int],
    *,
    audience: Audience | None = None,
    exclude: Collection[str] | None = None,
    urls: FileUrls = plain,
) -> dict[int, dict[str, Any]]:
    """Read the answers of objects of one type that the audience may see: object id to name to JSON value.

    One query. `exclude` are names of fields to leave out, by default those the API shows elsewhere (`BUILT_IN`). An
    object without answers has no key. Where two fields share a name the last one counts, as in osTicket.
    `urls`: how the caller wants the addresses of files.
    """
    if not object_ids:
        return {}
    parameters = numbered("object_id", object_ids)
    statement = _select_answers(audience, _excluded(object_type, exclude), len(parameters))
    return _decoded(tx.prepared(statement, {"object_type": object_type, **parameters}), file_url(object_type, urls))


def read_named_answers(
    tx: Read,
    object_type: str,
    object_ids: Collection[int],
    *,
    audience: Audience | None = None,
    exclude: Collection[str] | None = None,
    urls: FileUrls = plain,
) -> dict[int, list[NamedField]]:
    """Read answers as `read_answers` does, with the labels of the fields, in the order of the form. One query."""
    if not object_ids:
        return {}
    parameters = numbered("object_id", object_ids)
    statement = _select_answers(audience, _excluded(object_type, exclude), len(parameters))
    named: dict[int, list[NamedField]] = {}
    url = file_url(object_type, urls)
    for row in tx.prepared(statement, {"object_type": object_type, **parameters}):
        name, text = row.name or f"field_{row.field_id}", _text(row) or msgspec.UNSET
        answer = NamedField(row.field_id, name, row.label, row.type, _value(row, url), text)
        named.setdefault(row.object_id, []).append(answer)
    return named


def _excluded(object_type: str, exclude: Collection[str] | None) -> frozenset[str]:
    return BUILT_IN.get(object_type, frozenset()) if exclude is None else frozenset(exclude)


def custom_field_labels(
    object_type: str, audience: Audience | None = None, exclude: Collection[str] | None = None
) -> Callable[[Read], Mapping[str, Mapping[str, str]]]:
    """Reads the labels of custom fields when a table needs a column for each of them."""
    return lambda tx: {"custom_fields": answer_labels(tx, object_type, audience, exclude)}


def answer_labels(
    tx: Read, object_type: str, audience: Audience | None = None, exclude: Collection[str] | None = None
) -> dict[str, str]:
    """What people call the fields that objects of one type may have answered: name to label, in the order of forms.

    Of two fields with one name the first counts. Tickets answer the forms of topics too; what a field was asked before
    it was taken out of its form stays answered.
    """
    form, field = t.form.c, t.form_field.c
    excluded = _excluded(object_type, exclude)
    may_ask = form.type.in_((object_type, "G")) | form.id.is_(None) if object_type == "T" else form.type == object_type
    rows = tx.rows(
        select(field.id, field.type, field.name, field.label)
        .outerjoin_from(t.form_field, t.form, form.id == field.form_id)
        .where(may_ask, *([field.flags.bitwise_and(int(VIEW[audience])) != 0] if audience else []))
        .order_by(case((form.type == object_type, 0), else_=1), form.id, field.sort, field.id)
    )
    labels: dict[str, str] = {}
    for row in rows:
        if codec_for(row.type).stores and row.type != "password" and row.name not in excluded:
            labels.setdefault(row.name or f"field_{row.id}", row.label or row.name)
    return labels


def files_in_answers(
    tx: Read,
    object_type: str,
    object_id: int,
    *,
    audience: Audience,
    is_hidden: Callable[[str], bool],
) -> Mapping[int, str]:
    """The files in the answers of one object, as far as the audience may see them: file id to name.

    Fields that `is_hidden` says yes to are left out, and those that the API does not show as custom fields.
    """
    statement = _select_answers(audience, _excluded(object_type, None), 1).where(t.form_field.c.type == "files")
    rows = tx.prepared(statement, {"object_type": object_type, **numbered("object_id", [object_id])})
    seen = [row for row in rows if not is_hidden(row.name or f"field_{row.field_id}")]
    return {file_id: name for row in seen for file_id, name in stored_files(row.value).items()}


@lru_cache(maxsize=64)
def _select_answers(audience: Audience | None, exclude: frozenset[str], count: int) -> Select[Any]:
    """The query of `read_answers`, with the parameters `object_type` and `object_id_0` to the last of that count.

    Shapes: object_id, field_id, type, name, configuration (of choices, dates and phone numbers only), value, value_id,
    label.
    """
    entry, answer, field = t.form_entry.c, t.form_entry_values.c, t.form_field.c
    is_explained = or_(field.type.in_(("choices", "datetime", "phone")), field.type.like("list-%"))
    return (
        select(
            entry.object_id,
            field.id.label("field_id"),
            field.type,
            field.name,
            case((is_explained, field.configuration)).label("configuration"),
            *_named_departments(),
            field.label,
        )
        .join_from(t.form_entry, t.form_entry_values, answer.entry_id == entry.id)
        .join(t.form_field, field.id == answer.field_id)
        .where(
            entry.object_type == bindparam("object_type"),
            any_numbered(entry.object_id, "object_id", count),
            field.type != "password",
            *(field.name != name for name in sorted(exclude)),
            *([field.flags.bitwise_and(int(VIEW[audience])) != 0] if audience else []),
        )
        .order_by(entry.object_id, entry.sort, entry.id, field.sort, field.id)
    )


def _named_departments() -> tuple[Any, Any]:
    """Value and value id, with the bare id of a department completed by its name."""
    answer, department = t.form_entry_values.c, t.department.c
    number = cast(answer.value, BigInteger)
    is_bare = and_(t.form_field.c.type == "department", answer.value_id.is_(None), number > 0)
    name = select(department.name).where(department.id == number).scalar_subquery()
    return (
        case((is_bare, name), else_=answer.value).label("value"),
        case((is_bare, number), else_=answer.value_id).label("value_id"),
    )


def _decoded(rows: Iterable[Sequence[Any]], url: FileUrl) -> dict[int, dict[str, Any]]:
    """The rows of `_select_answers` as object id to name to JSON value."""
    answers: dict[int, dict[str, Any]] = {}
    for row in rows:
        answers.setdefault(row[0], {})[row[3] or f"field_{row[1]}"] = _value(row, url)
    return answers


def _value(row: Sequence[Any], url: FileUrl) -> Any:
    """The JSON value of a row of `_select_answers`."""
    object_id, field_id, kind, name, configuration, value, value_id, _ = row
    if kind in _PLAIN:
        return value or None
    read = codec_for(kind).read(_readable(field_id, kind, name, configuration), value, value_id)
    if kind == "files":
        return [{**file, "url": url(object_id, file["id"])} for file in read or ()]
    return read


def _text(row: Row[Any]) -> str | None:
    return codec_for(row.type).text(_readable(row.field_id, row.type, row.name, row.configuration), row.value)


@lru_cache(maxsize=1024)
def _readable(field_id: int, kind: str, name: str, configuration: str | None) -> Field:
    """The columns of a field that reading needs."""
    return Field(field_id, None, kind, "", name, FieldFlag(0), configuration_of(configuration))


def select_answer(
    object_type: str, object_id: ColumnElement[int], name: str, column: ColumnElement[Any]
) -> ScalarSelect[Any]:
    """An object's answer to the field of this name, as a column of a query that knows the object's id.

    `column`: of `form_entry_values`, the value or its id.
    """
    entry, field, value = t.form_entry.c, t.form_field.c, t.form_entry_values.c
    return (
        select(column)
        .join_from(t.form_entry, t.form_entry_values, value.entry_id == entry.id)
        .join(t.form_field, field.id == value.field_id)
        .where(entry.object_type == object_type, entry.object_id == object_id, field.name == name)
        .limit(1)
        .scalar_subquery()
    )


def search_content(tx: Read, object_type: str, object_id: int) -> str:
    """The text of an object's answers for the search index, one per line. Source: tickets.md 8.1."""
    return search_contents(tx, object_type, [object_id]).get(object_id, "")


def search_contents(tx: Read, object_type: str, object_ids: Collection[int]) -> dict[int, str]:
    """The texts of many objects' answers for the search index: object id to text.

    Objects without answers are left out.
    """
    parameters = numbered("object_id", object_ids)
    rows = tx.prepared(_select_contents(len(parameters)), {"object_type": object_type, **parameters})
    texts: dict[int, list[str]] = {}
    for row in rows:
        text = codec_for(row.type).search_text(_readable(*row[:4]), row.value, row.value_id)
        texts.setdefault(row.object_id, []).extend([text] if text else [])
    return {object_id: "\n".join(found) for object_id, found in texts.items()}


@lru_cache(maxsize=64)
def _select_contents(count: int) -> Select[Any]:
    """Select all answers of so many objects."""
    entry, answer, field = t.form_entry.c, t.form_entry_values.c, t.form_field.c
    return (
        select(field.id, field.type, field.name, field.configuration, entry.object_id, answer.value, answer.value_id)
        .join_from(t.form_entry, t.form_entry_values, answer.entry_id == entry.id)
        .join(t.form_field, field.id == answer.field_id)
        .where(
            entry.object_type == bindparam("object_type"),
            any_numbered(entry.object_id, "object_id", count),
            answer.value.is_not(None),
        )
        .order_by(entry.object_id, entry.sort, entry.id, field.sort, field.id)
    )
