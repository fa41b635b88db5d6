"""Answers in forms, as variables print them.

Source: mail.md 3.6
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, select

from osticket_api.db import tables as t
from osticket_api.kit import php_json
from osticket_api.kit.stored_moments import stored_moment
from osticket_api.kit.zones import zone_named
from osticket_api.mail.variables.dates import Calendar, FormDate
from osticket_api.mail.variables.language import Files, Html, Thing, Value
from osticket_api.mail.variables.records import Records


@dataclass(frozen=True)
class Labelled(Thing):
    """An answer of which only the label is printed."""

    label: str

    def text(self) -> str:
        return self.label


@dataclass(frozen=True)
class Items(Thing):
    """Items of a custom list, with the properties that the list defines."""

    rows: Sequence[Row[Any]]
    fields: Mapping[str, int]

    def text(self) -> str:
        return ",".join(row.value for row in self.rows)

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {"value": self.text, **{name: self._maker(field_id) for name, field_id in self.fields.items()}}

    def _maker(self, field_id: int) -> Callable[[], str]:
        return lambda: ", ".join(filter(None, (_property(row, field_id) for row in self.rows)))


@dataclass(frozen=True)
class FileNames(Thing):
    """Files that were given in a form."""

    names: Mapping[int, str]

    def text(self) -> str:
        return ", ".join(self.names.values())

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {"names": self.text, "files": lambda: Files(tuple(self.names))}


def _property(row: Row[Any], field_id: int) -> str:
    stored = _decoded(row.properties)
    value = stored.get(str(field_id)) if isinstance(stored, dict) else None
    return _labels(value) if isinstance(value, dict | list) else str(value or "")


def answers_of(records: Records, kind: str, object_id: int | None) -> dict[str, Row[Any]]:
    """The answers about an object, or of a kind that has one only, by field name: the first form that has it counts."""
    return records.once(("answers", kind, object_id), lambda: _read_answers(records, kind, object_id))


def _read_answers(records: Records, kind: str, object_id: int | None) -> dict[str, Row[Any]]:
    statement = select_answers(kind)
    if object_id is not None:
        statement = statement.where(t.form_entry.c.object_id == object_id)
    return to_answers(records.tx.rows(statement))


def select_answers(kind: str) -> Select[Any]:
    """The answers about objects of a kind, in the order of the forms."""
    entry, value, field = t.form_entry.c, t.form_entry_values.c, t.form_field.c
    return (
        select(field.id, field.name, field.type, field.configuration, value.value, value.value_id)
        .select_from(t.form_entry)
        .join(t.form_entry_values, value.entry_id == entry.id)
        .join(t.form_field, field.id == value.field_id)
        .where(entry.object_type == kind)
        .order_by(entry.sort, entry.id, field.sort, field.id)
    )


def to_answers(rows: Iterable[Row[Any]]) -> dict[str, Row[Any]]:
    """The answers about one object by field name: the first form that has it counts."""
    found: dict[str, Row[Any]] = {}
    for row in rows:
        found.setdefault((row.name or "").lower(), row)
    found.pop("", None)
    return found


def printed(records: Records, calendar: Calendar, answer: Row[Any]) -> Value:
    """An answer as its type prints it."""
    kind = answer.type
    if kind.startswith("list-"):
        return _items(records, answer)
    printer = _PRINTERS.get(kind)
    return answer.value or "" if printer is None else printer(records, calendar, answer)


def _memo(records: Records, calendar: Calendar, answer: Row[Any]) -> Value:
    return Html(answer.value or "")


def _nothing(records: Records, calendar: Calendar, answer: Row[Any]) -> Value:
    return None


def _choice(records: Records, calendar: Calendar, answer: Row[Any]) -> Value:
    stored = _decoded(answer.value)
    return Labelled(_labels(stored) if stored is not None else answer.value or "")


def _switch(records: Records, calendar: Calendar, answer: Row[Any]) -> Value:
    return "1" if answer.value in ("1", "true") else ""


def _files(records: Records, calendar: Calendar, answer: Row[Any]) -> Value:
    stored = _decoded(answer.value)
    named = stored if isinstance(stored, dict) else {}
    return FileNames({int(key): str(name) for key, name in named.items() if key.isdecimal()})


def _moment(records: Records, calendar: Calendar, answer: Row[Any]) -> Value:
    """A moment in the time zone that the field names, else in the one that it was stored in."""
    decoded = _decoded(answer.configuration)
    settings = decoded if isinstance(decoded, dict) else {}
    zone = zone_named(str(settings.get("timezone") or "")) if settings.get("timezone") else None
    moment = stored_moment(answer.value, zone)
    if moment is None:
        return "" if answer.value in (None, "0") else answer.value
    return FormDate(moment, calendar, zone or moment.tzinfo, bool(settings.get("time")))


def _named(table: Any, column: str) -> Callable[[Records, Calendar, Row[Any]], Value]:
    def show(records: Records, calendar: Calendar, answer: Row[Any]) -> Value:
        row = records.find(table, answer.value_id or _whole(answer.value))
        return Labelled(str(getattr(row, column)) if row is not None else answer.value or "")

    return show


_PRINTERS: Final[Mapping[str, Callable[[Records, Calendar, Row[Any]], Value]]] = {
    "memo": _memo,
    "break": _nothing,
    "info": _nothing,
    "thread": _nothing,
    "password": _nothing,
    "choices": _choice,
    "bool": _switch,
    "files": _files,
    "datetime": _moment,
    "priority": _named(t.ticket_priority, "priority_desc"),
    "department": _named(t.department, "name"),
    "topic": _named(t.help_topic, "topic"),
    "sla": _named(t.sla, "name"),
    "assignee": _choice,
    "timezone": _choice,
}


def _items(records: Records, answer: Row[Any]) -> Value:
    stored = _decoded(answer.value)
    ids = [int(key) for key in stored if str(key).isdecimal()] if isinstance(stored, dict) else []
    rows = [row for row in (records.find(t.list_items, each) for each in ids) if row is not None]
    if not rows:
        return Labelled(_labels(stored) if stored is not None else answer.value or "")
    return Items(rows, _properties_of_list(records, answer.type.removeprefix("list-")))


def _properties_of_list(records: Records, list_id: str) -> dict[str, int]:
    field, form = t.form_field.c, t.form.c
    rows = records.tx.rows(
        select(field.id, field.name).join(t.form, form.id == field.form_id).where(form.type == f"L{list_id}")
    )
    return {row.name.lower(): row.id for row in rows if row.name}


def _labels(stored: Any) -> str:
    values = list(stored.values()) if isinstance(stored, dict) else stored if isinstance(stored, list) else [stored]
    return ", ".join(str(value) for value in values)


def _decoded(text: str | None) -> Any:
    try:
        return php_json.decode(text)
    except RecursionError:
        return None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
