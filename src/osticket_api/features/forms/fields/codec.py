"""The base of all types of fields, and two types that take no answer: those without data, and unknown ones."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from osticket_api.features.files.api import StoredFile
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import References
from osticket_api.kit import php_json
from osticket_api.kit.suggestions import nearest, shortened

_EMPTY_TEXTS = ("", "false", "[]", "{}")
_WHOLE = re.compile(r"[0-9]{1,9}")
MAX_VALUE_BYTES = 65_535


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with an answer and is not stored yet."""

    name: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is stored: the row of `form_entry_values`, the column of the lookup table, the index text."""

    value: str | None = None
    value_id: int | None = None
    column: str = ""
    search: str = ""
    files: tuple[StoredFile, ...] = ()
    sent: tuple[SentFile, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.value_id is None and not self.sent and (self.value is None or self.value in _EMPTY_TEXTS)


class Unfit(Exception):
    """A value that the field cannot take. The message continues a sentence that begins with the field's label."""

    def __init__(self, message: str, allowed: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.allowed = list(allowed)


def unknown(what: str, given: object, allowed: Iterable[str]) -> Unfit:
    """The refusal of a choice that does not exist, with the one that was probably meant."""
    names = list(allowed)
    guess = nearest(str(given), {name.lower(): name for name in names})
    meant = {name.lower(): name for name in names}.get(guess or "")
    return Unfit(f"has no {what} {shortened(str(given))}." + (f" Did you mean {meant}?" if meant else ""), names)


def scalar_text(given: object) -> str:
    """A JSON string or number as text.

    Raises: Unfit for anything else, and before any work for what is too long to be stored.
    """
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise Unfit("takes text.")
    text = str(given)
    if len(text) > MAX_VALUE_BYTES:
        raise too_long()
    return text


def too_long() -> Unfit:
    return Unfit(f"is too long: at most {MAX_VALUE_BYTES} bytes can be stored.")


def whole(text: object) -> int | None:
    """A number without sign that can be an id, from JSON, from a setting or from what is stored."""
    digits = None if isinstance(text, bool | float) else _WHOLE.fullmatch(str(text))
    return int(digits[0]) if digits else None


def stored_json(value: str | None) -> Any:
    """Decode stored JSON. Returns None for a text that is not valid JSON, or nests too deeply to be read."""
    try:
        return php_json.decode(value)
    except RecursionError:
        return None


def sound(text: object) -> str:
    """Text from stored JSON, where PHP may have cut a character in two."""
    return str(text).encode(errors="replace").decode()


def _is_sound(given: Any) -> bool:
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


class Codec:
    """One type of field: JSON to what osTicket stores, and back.

    Reading accepts whatever years of osTicket left behind and never raises; writing is strict.
    """

    stores = True
    """Whether answers have a row in `form_entry_values`."""

    is_asked = True
    """Whether fields of this type can be filled in through this API."""

    empty = Answer()
    """The value that is stored for a field which was left out when its form was filled in."""

    def parse(self, field: Field, given: Any, references: References) -> Answer:
        """The answer for a value from JSON, in the encoding of an edit.

        Raises: Unfit.
        """
        if given is None or given in ("", [], {}):
            return self.empty
        if not _is_sound(given):
            raise Unfit("holds an unpaired surrogate, or is nested too deep.")
        answer = self.parse_given(field, given, references)
        if answer.value is not None and len(answer.value.encode()) > MAX_VALUE_BYTES:
            raise too_long()
        return answer

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        """`parse` of a value that is there."""
        raise NotImplementedError

    def at_creation(self, answer: Answer) -> Answer:
        """The answer as osTicket stores it when a form is filled in, where that differs from an edit."""
        return answer

    def at_edit(self, answer: Answer) -> Answer:
        """The answer as osTicket stores it when an edit leaves it empty, where that differs from never filled in."""
        return answer

    def read(self, field: Field, value: str | None, value_id: int | None) -> Any:
        """The stored answer as a JSON value."""
        return value or None

    def text(self, field: Field, value: str | None) -> str | None:
        """The answer as people read it, where that is written otherwise than the JSON value."""
        return None

    def identity(self, field: Field, value: str | None, value_id: int | None) -> Any:
        """A value that is equal for answers which mean the same, however they are encoded."""
        return self.read(field, value, value_id)

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        """The text of the answer for the search index. Source: tickets.md 8.1."""
        return value or ""

    def display(self, field: Field, value: str | None, value_id: int | None) -> Any:
        """The value of the answer in the data of an `edited` event: the stored encoding. Source: tickets.md 4.9.1."""
        return value if value_id is None else [value, value_id]

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        """The JSON Schema of a value of this field."""
        return {}


class NoData(Codec):
    """Headings and explanations."""

    stores = False
    is_asked = False

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        raise Unfit("only shows a text: this field takes no answer.")

    def read(self, field: Field, value: str | None, value_id: int | None) -> Any:
        return None

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return ""


class ThreadCodec(NoData):
    """The description of a ticket or task: it is asked with the form and becomes the first entry of the thread."""

    is_asked = True

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        limits = references.message_limits(field.configuration)
        return {"type": "string", "contentMediaType": "text/html", "x-attachments": limits.described()}


class Secret(NoData):
    """Encrypted text of a plugin. It has a row, and nobody gets to see it."""

    stores = True


class Foreign(Codec):
    """A type that a plugin brought: its encoding is unknown, so it is shown as stored and left alone."""

    is_asked = False

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        raise Unfit(f"is of the type {field.type}, which comes from a plugin and can only be set in osTicket itself.")
