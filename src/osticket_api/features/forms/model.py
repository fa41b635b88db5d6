"""Forms with their fields, as a topic uses them, and as an object has answered them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from osticket_api.db.flags import FieldFlag
from osticket_api.features.forms.fields import Answer, Field, codec_for, list_id
from osticket_api.kit import php_json

Answers = dict[int, Answer]
"""Answers by the id of their field."""

BUILT_IN: Mapping[str, frozenset[str]] = {
    "T": frozenset({"subject", "priority", "message"}),
    "U": frozenset({"name", "email"}),
    "O": frozenset({"name"}),
    "A": frozenset({"title", "description"}),
}
"""Fields that the API shows under names of their own, by form type. Who may set them is for the caller to decide."""


@dataclass(frozen=True, slots=True)
class Form:
    id: int
    type: str
    title: str
    instructions: str | None
    fields: tuple[Field, ...]

    @property
    def stored_fields(self) -> Iterator[Field]:
        """The fields whose answers lie in `form_entry_values`. Source: tickets.md 1.16.1."""
        return (field for field in self.fields if is_stored(field))

    def field(self, name: str) -> Field | None:
        """The field of this name, if the administrator kept it."""
        return next((field for field in self.fields if field.name.lower() == name), None)

    def is_built_in(self, field: Field) -> bool:
        return field.name in BUILT_IN.get(self.type, ())


@dataclass(frozen=True, slots=True)
class TopicForm:
    """A form as a help topic asks it.

    `sort` and `extra` are what the entries made from it carry; `extra` is None where no topic asks the form.
    """

    form: Form
    disabled: tuple[int, ...] = ()
    sort: int = 1
    extra: str | None = None

    @property
    def asked_fields(self) -> Iterator[Field]:
        """The fields that are enabled and that the topic does not hide."""
        return _asked(self.form, self.disabled)


@dataclass(frozen=True, slots=True)
class Entry:
    """A form that an object has answered, with what is stored: field id to value and value id."""

    id: int
    object_type: str
    object_id: int
    form: Form
    disabled: tuple[int, ...] = ()
    stored: Mapping[int, tuple[str | None, int | None]] = field(default_factory=dict)

    @property
    def asked_fields(self) -> Iterator[Field]:
        return _asked(self.form, self.disabled)

    def stored_answer(self, field: Field) -> tuple[str | None, int | None]:
        """Value and value id, both None where there is no row."""
        return self.stored.get(field.id, (None, None))


def _asked(form: Form, disabled: tuple[int, ...]) -> Iterator[Field]:
    return (field for field in form.fields if field.is_enabled and field.id not in disabled)


def is_stored(field: Field) -> bool:
    return codec_for(field.type).stores and FieldFlag.STORED_ELSEWHERE not in field.flags


def list_ids(fields: Iterable[Field]) -> set[int]:
    """The custom lists that these fields offer."""
    return {list_id(field) for field in fields if field.type.startswith("list-")}


def disabled_fields(extra: str | None) -> tuple[int, ...]:
    """The field ids in `{"disable":[...]}`. Source: tickets.md 1.4."""
    data: Any = php_json.decode(extra)
    ids = data.get("disable") if isinstance(data, dict) else None
    return tuple(int(number) for number in ids if str(number).isdigit()) if isinstance(ids, list) else ()
