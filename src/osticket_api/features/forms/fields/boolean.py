"""Check boxes."""

from typing import Any

from osticket_api.features.forms.fields.codec import Answer, Codec, Unfit
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import References

_WORDS = {"true": True, "1": True, "false": False, "0": False}


class BooleanCodec(Codec):
    """Stored as `1` or `0`, never as nothing."""

    empty = Answer("0", column="0", search="No")

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        is_on = _WORDS.get(str(given).strip().lower())
        if is_on is None:
            raise Unfit("is either true or false.")
        return Answer("1", column="1", search="Yes") if is_on else self.empty

    def read(self, field: Field, value: str | None, value_id: int | None) -> bool | None:
        return None if value is None else value not in ("", "0", "false")

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        if value is None:
            return ""
        return "Yes" if self.read(field, value, value_id) else "No"

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        return {"type": "boolean"}
