"""Short texts, long texts, phone numbers."""

import re
from typing import Any

from osticket_api.features.forms.fields.codec import MAX_VALUE_BYTES, Answer, Codec, Unfit, scalar_text, whole
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.fields.validators import check
from osticket_api.features.forms.references import References
from osticket_api.kit import html, phones, php_regex, utf8mb3

_EVENT_LENGTH = 200
_FORMATS = {"email": "email", "number": None, "ip": None, "phone": None}
_BLANKS = r"\s{0,8}"
_EXTENSION = re.compile(
    rf"(?:;{_BLANKS}ext{_BLANKS}=|ext(?:ension)?\.?|x|#){_BLANKS}:?{_BLANKS}(\d{{1,32}})$", re.IGNORECASE
)
_NUMBER = re.compile(r"[\d()\-.+/\s]+")
_DEFAULT_DIGITS = 7


class _Written(Codec):
    """Text that the caller writes. Once cleared, it is stored as the empty text."""

    def at_edit(self, answer: Answer) -> Answer:
        return Answer("") if answer.value is None else answer

    def answer(self, field: Field, text: str) -> Answer:
        if not text:
            return self.empty
        return Answer(text, column=text, search=self.search_text(field, text, None))


class TextCodec(_Written):
    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        text = utf8mb3.to_names(html.strip_tags(scalar_text(given)).strip())
        if text:
            check(text, field.configuration)
        return self.answer(field, text)

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": _length(field) or MAX_VALUE_BYTES}
        kind = field.configuration.get("validator")
        if kind == "email":
            schema["format"] = "email"
        pattern = php_regex.portable(str(field.configuration.get("regex") or "")) if kind == "regex" else None
        return schema | ({"pattern": pattern} if pattern else {})


class MemoCodec(_Written):
    """Long text: HTML unless the field says otherwise."""

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        text = scalar_text(given).strip()
        if text:
            check(text, field.configuration)
        text = html.without_empty(html.clean(text)) if _is_rich(field) else text
        return self.answer(field, utf8mb3.to_references(text) if _is_rich(field) else utf8mb3.to_names(text))

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return html.to_text(value) if value and _is_rich(field) else value or ""

    def display(self, field: Field, value: str | None, value_id: int | None) -> Any:
        return html.strip_tags(value)[:_EVENT_LENGTH] if value else value

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": _length(field) or MAX_VALUE_BYTES}
        return schema | ({"contentMediaType": "text/html"} if _is_rich(field) else {})


class PhoneCodec(_Written):
    """Stored as digits, with `X` before an extension: `3375559999X123`."""

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        text = scalar_text(given).rstrip()
        extension = _EXTENSION.search(text)
        base = text[: extension.start()].rstrip() if extension else text
        digits = re.sub(r"\D", "", base)
        if not _NUMBER.fullmatch(base) or len(digits) < _least_digits(field):
            raise Unfit(f"must be a phone number of at least {_least_digits(field)} digits.")
        return self.answer(field, f"{digits}X{extension[1]}" if extension else digits)

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return self.text(field, value) or ""

    def text(self, field: Field, value: str | None) -> str | None:
        return phones.shown(value, field.configuration.get("format", "us")) if value else None

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        return {"type": "string", "minLength": _least_digits(field)}


def _least_digits(field: Field) -> int:
    return whole(field.configuration.get("digits")) or _DEFAULT_DIGITS


def _length(field: Field) -> int:
    return whole(field.configuration.get("length")) or 0


def _is_rich(field: Field) -> bool:
    return bool(field.configuration.get("html", True))
