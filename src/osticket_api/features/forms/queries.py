"""Forms, the forms of a topic, and the entries of an object: one query each."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag, FormFlag
from osticket_api.db.unit import Read
from osticket_api.errors import NotFound
from osticket_api.features.forms.fields import Field
from osticket_api.features.forms.model import Entry, Form, TopicForm, disabled_fields
from osticket_api.kit import php_json

_FORM = (
    t.form.c.id,
    t.form.c.type.label("form_type"),
    t.form.c.title,
    t.form.c.instructions,
    t.form_field.c.id.label("field_id"),
    t.form_field.c.type,
    t.form_field.c.label,
    t.form_field.c.name,
    t.form_field.c.flags,
    t.form_field.c.configuration,
    t.form_field.c.hint,
    t.form_field.c.sort,
)


def load_form(tx: Read, form_type: str) -> Form:
    """The first form of a type: `T` ticket, `U` user, `O` organization, `A` task.

    Raises: NotFound when the help desk has none.
    """
    rows = tx.rows(_with_fields(t.form.c.id == _first(form_type)))
    if not rows:
        raise NotFound.because(f"This help desk has no form of the type {form_type}.")
    return _form(rows)


def load_forms(tx: Read, *wanted: ColumnElement[bool]) -> list[Form]:
    """The forms that fulfil the conditions, without deleted ones."""
    return [_form(rows) for rows in _by(tx.rows(_with_fields(*wanted)), "id")]


def topic_forms(tx: Read, topic_id: int | None) -> list[TopicForm]:
    """The forms that a ticket of this topic asks, in their order.

    The ticket form is always among them. Source: tickets.md 1.4
    """
    rows = tx.prepared(_select_of_topic(), {"topic_id": topic_id})
    groups = _by(rows, "id", "link_id")
    asked = [group for group in groups if group[0].link_id is not None]
    alone = [TopicForm(_form(group)) for group in groups if group[0].link_id is None]
    return alone + [_topic_form(index, group) for index, group in enumerate(asked)]


@cache
def _select_of_topic() -> Select[Any]:
    link = t.help_topic_form.c
    return (
        _with_fields(or_(link.id.is_not(None), t.form.c.id == _first("T")))
        .add_columns(link.id.label("link_id"), link.extra)
        .outerjoin(t.help_topic_form, and_(link.form_id == t.form.c.id, link.topic_id == bindparam("topic_id")))
        .order_by(None)
        .order_by(link.sort, link.id, t.form.c.id, t.form_field.c.sort, t.form_field.c.id)
    )


def load_entries(tx: Read, object_type: str, object_id: int) -> list[Entry]:
    """The forms that an object has answered, each with all its fields, those never answered too."""
    entry, value = t.form_entry.c, t.form_entry_values.c
    rows = tx.rows(
        select(
            *_FORM, entry.id.label("entry_id"), entry.extra, value.entry_id.label("row"), value.value, value.value_id
        )
        .join_from(t.form_entry, t.form, t.form.c.id == entry.form_id)
        .join(t.form_field, t.form_field.c.form_id == t.form.c.id)
        .outerjoin(t.form_entry_values, and_(value.entry_id == entry.id, value.field_id == t.form_field.c.id))
        .where(entry.object_type == object_type, entry.object_id == object_id)
        .order_by(entry.sort, entry.id, t.form_field.c.sort, t.form_field.c.id)
    )
    return [_entry(object_type, object_id, group) for group in _by(rows, "entry_id")]


def _with_fields(*wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*_FORM)
        .join_from(t.form, t.form_field, t.form_field.c.form_id == t.form.c.id, isouter=True)
        .where(t.form.c.flags.bitwise_and(FormFlag.DELETED) == 0, *wanted)
        .order_by(t.form.c.id, t.form_field.c.sort, t.form_field.c.id)
    )


def _first(form_type: str) -> Any:
    forms = t.form.alias("of_type")
    is_kept = forms.c.flags.bitwise_and(FormFlag.DELETED) == 0
    return select(func.min(forms.c.id)).where(forms.c.type == form_type, is_kept).scalar_subquery()


def _by(rows: Iterable[Row[Any]], *columns: str) -> list[list[Row[Any]]]:
    return [list(group) for _, group in groupby(rows, key=attrgetter(*columns))]


def _form(rows: Sequence[Row[Any]]) -> Form:
    first = rows[0]
    fields = tuple(_field(row) for row in rows if row.field_id is not None)
    return Form(first.id, first.form_type, first.title, first.instructions, fields)


def _field(row: Row[Any]) -> Field:
    return Field(
        row.field_id,
        row.id,
        row.type,
        row.label,
        row.name,
        FieldFlag(row.flags or 0),
        configuration_of(row.configuration),
        row.hint,
        row.sort,
    )


def configuration_of(text: str | None) -> dict[str, Any]:
    """The settings of a field. PHP writes an empty set as a list."""
    data = php_json.decode(text)
    return data if isinstance(data, dict) else {}


def _topic_form(index: int, rows: Sequence[Row[Any]]) -> TopicForm:
    """osTicket drops a 0 from new rows, so a form other than the ticket's stands at 1 even when it comes first."""
    form, disabled = _form(rows), disabled_fields(rows[0].extra)
    sort = index if form.type == "T" else index or 1
    return TopicForm(form, disabled, sort, php_json.encode({"disable": disabled}))


def _entry(object_type: str, object_id: int, rows: Sequence[Row[Any]]) -> Entry:
    stored = {row.field_id: (row.value, row.value_id) for row in rows if row.row is not None}
    return Entry(rows[0].entry_id, object_type, object_id, _form(rows), disabled_fields(rows[0].extra), stored)
