"""The types of fields, each with the code that turns JSON into what osTicket stores, and back."""

from typing import Any, Final

from osticket_api.features.forms.fields.boolean import BooleanCodec
from osticket_api.features.forms.fields.choice import ChoiceCodec, ListCodec, TimezoneCodec, list_id
from osticket_api.features.forms.fields.codec import Answer, Codec, Foreign, NoData, Secret, ThreadCodec, Unfit, sound
from osticket_api.features.forms.fields.field import AUDIENCES, VIEW, Actor, Field
from osticket_api.features.forms.fields.files import FilesCodec, answer_of, stored_files
from osticket_api.features.forms.fields.moment import MomentCodec
from osticket_api.features.forms.fields.related import AssigneeCodec, DepartmentCodec, PriorityCodec, RelatedCodec
from osticket_api.features.forms.fields.text import MemoCodec, PhoneCodec, TextCodec
from osticket_api.features.forms.references import Audience, References

_LIST: Final = ListCodec()
_FOREIGN: Final = Foreign()
_CODECS: Final[dict[str, Codec]] = {
    "assignee": AssigneeCodec(),
    "bool": BooleanCodec(),
    "break": NoData(),
    "choices": ChoiceCodec(),
    "datetime": MomentCodec(),
    "department": DepartmentCodec(),
    "files": FilesCodec(),
    "info": NoData(),
    "memo": MemoCodec(),
    "password": Secret(),
    "phone": PhoneCodec(),
    "priority": PriorityCodec(),
    "sla": RelatedCodec("SLA plan"),
    "text": TextCodec(),
    "thread": ThreadCodec(),
    "timezone": TimezoneCodec(),
    "topic": RelatedCodec("topic"),
}
"""Source: tickets.md 1.16.2, people.md 5.11. `state` and `flags` occur only on ticket statuses: read as stored."""


def codec_for(field_type: str) -> Codec:
    """The code for a type. `list-<id>` is a type for each custom list; what plugins bring is left as it is."""
    if field_type.startswith("list-"):
        return _LIST
    return _CODECS.get(field_type, _FOREIGN)


def parse(field: Field, given: Any, references: References) -> Answer:
    """The answer for a value from JSON.

    Raises: Unfit when the field cannot take it.
    """
    return codec_for(field.type).parse(field, given, references)


def read(field: Field, value: str | None, value_id: int | None = None) -> Any:
    """A stored answer as a JSON value."""
    return codec_for(field.type).read(field, value, value_id)


def search_text(field: Field, value: str | None, value_id: int | None = None) -> str:
    """The text of a stored answer for the search index."""
    return codec_for(field.type).search_text(field, value, value_id)


def display(field: Field, value: str | None, value_id: int | None = None) -> Any:
    """The value of a stored answer in the data of an `edited` event."""
    return codec_for(field.type).display(field, value, value_id)


__all__ = [
    "AUDIENCES",
    "VIEW",
    "Actor",
    "Answer",
    "Audience",
    "Codec",
    "Field",
    "Unfit",
    "answer_of",
    "codec_for",
    "display",
    "list_id",
    "parse",
    "read",
    "search_text",
    "sound",
    "stored_files",
]
