"""Reading answers, for many objects at once."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, Select, and_, bindparam, case, cast, or_, select

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from osticket_api.db.statements import any_numbered, numbered
from osticket_api.db.unit import Read
from osticket_api.features.forms.fields import VIEW, Audience, Field, codec_for, stored_files
from osticket_api.features.forms.model import BUILT_IN
from osticket_api.features.forms.queries import configuration_of

_PLAIN = frozenset({"text", "memo", "phone"})

FileUrl = Callable[[int, int], str]
"""Where a file in an answer is, by the ids of the object and of the file."""


def read_answers(
    tx: Read,
    object_type: str,
    object_ids: Collection[int],
    *,
    audience: Audience | None = None,
    exclude: Collection[str] | None = None,
    file_url: FileUrl | None = None,
) -> dict[int, dict[str, Any]]:
    """What objects of one type have answered, as far as the audience may see it: object id to name to JSON value.

    One query. `exclude` are names of fields to leave out, by default those the API shows elsewhere (`BUILT_IN`). An
    object without answers has no key. Where two fields share a name the last one counts, as in osTicket.
    """
    if not object_ids:
        return {}
    excluded = BUILT_IN.get(object_type, frozenset()) if exclude is None else frozenset(exclude)
    parameters = numbered("object_id", object_ids)
    statement = _select_answers(audience, excluded, len(parameters))
    return _decoded(tx.prepared(statement, {"object_type": object_type, **parameters}), file_url)


def files_in_answers(
    tx: Read, object_type: str, object_id: int, *, audience: Audience | None = None
) -> Mapping[int, str]:
    """The files in the answers of one object, as far as the audience may see them: file id to name."""
    statement = _select_answers(audience, frozenset(), 1).where(t.form_field.c.type == "files")
    rows = tx.prepared(statement, {"object_type": object_type, **numbered("object_id", [object_id])})
    return {file_id: name for row in rows for file_id, name in stored_files(row.value).items()}


@lru_cache(maxsize=64)
def _select_answers(audience: Audience | None, exclude: frozenset[str], count: int) -> Select[Any]:
    """The query of `read_answers`, with the parameters `object_type` and `object_id_0` to the last of that count.

    Shapes: object_id, field_id, type, name, configuration (of choices and dates only), value, value_id.
    """
    entry, answer, field = t.form_entry.c, t.form_entry_values.c, t.form_field.c
    is_explained = or_(field.type == "choices", field.type == "datetime", field.type.like("list-%"))
    return (
        select(
            entry.object_id,
            field.id.label("field_id"),
            field.type,
            field.name,
            case((is_explained, field.configuration)).label("configuration"),
            *_named_departments(),
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


def _decoded(rows: Iterable[Sequence[Any]], file_url: FileUrl | None = None) -> dict[int, dict[str, Any]]:
    """The rows of `_select_answers` as object id to name to JSON value."""
    answers: dict[int, dict[str, Any]] = {}
    for object_id, field_id, kind, name, configuration, value, value_id in rows:
        if kind in _PLAIN:
            read = value or None
        else:
            read = codec_for(kind).read(_readable(field_id, kind, name, configuration), value, value_id)
        if kind == "files" and file_url is not None:
            read = [{**file, "url": file_url(object_id, file["id"])} for file in read or ()]
        answers.setdefault(object_id, {})[name or f"field_{field_id}"] = read
    return answers


@lru_cache(maxsize=1024)
def _readable(field_id: int, kind: str, name: str, configuration: str | None) -> Field:
    """As much of a field as reading needs."""
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
    """What the search index holds of an object's answers, one per line. Source: tickets.md 8.1."""
    return search_contents(tx, object_type, [object_id]).get(object_id, "")


def search_contents(tx: Read, object_type: str, object_ids: Collection[int]) -> dict[int, str]:
    """The same of many objects: object id to text. An object without any has no key."""
    entry, answer, field = t.form_entry.c, t.form_entry_values.c, t.form_field.c
    rows = tx.rows(
        select(field.id, field.type, field.name, field.configuration, entry.object_id, answer.value, answer.value_id)
        .join_from(t.form_entry, t.form_entry_values, answer.entry_id == entry.id)
        .join(t.form_field, field.id == answer.field_id)
        .where(entry.object_type == object_type, entry.object_id.in_(object_ids), answer.value.is_not(None))
        .order_by(entry.object_id, entry.sort, entry.id, field.sort, field.id)
    )
    texts: dict[int, list[str]] = {}
    for row in rows:
        text = codec_for(row.type).search_text(_readable(*row[:4]), row.value, row.value_id)
        texts.setdefault(row.object_id, []).extend([text] if text else [])
    return {object_id: "\n".join(found) for object_id, found in texts.items()}
