"""Files, stored as a JSON object from file id to name: `{"92":"photo.png"}`."""

import binascii
from base64 import b64decode
from collections.abc import Iterable, Sequence
from typing import Any, Final

from osticket_api.features.files.api import Limits, StoredFile
from osticket_api.features.forms.fields.codec import Answer, Codec, SentFile, Unfit, sound, stored_json, whole
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import References
from osticket_api.kit import php_json

MOST_AT_ONCE: Final = 50
"""Files that can come with one answer, as with one message."""
_SENT: Final = frozenset({"name", "content", "content_type"})


class FilesCodec(Codec):
    empty = Answer("false", column="false")

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        items = given if isinstance(given, list) else [given]
        sent = [_sent(item) for item in items if _is_sent(item)]
        ids = list(dict.fromkeys(_ids(item for item in items if not _is_sent(item))))
        files = references.files(ids)
        missing = [str(file_id) for file_id in ids if file_id not in files]
        if missing:
            raise Unfit(f"cannot take the file {', '.join(missing)}: upload it first.")
        chosen = [files[file_id] for file_id in ids]
        _check_limits(references.file_limits(field.configuration), [*chosen, *sent])
        return answer_of(chosen, sent)

    def read(self, field: Field, value: str | None, value_id: int | None) -> list[dict[str, Any]]:
        return [{"id": file_id, "name": name} for file_id, name in stored_files(value).items()]

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return ", ".join(stored_files(value).values())

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        limits = references.file_limits(field.configuration)
        items = {"anyOf": [{"type": "integer", "minimum": 1}, _SENT_SCHEMA]}
        most = min(limits.max_files or MOST_AT_ONCE, MOST_AT_ONCE)
        schema = {"type": "array", "items": items, "uniqueItems": True, "maxItems": most}
        return schema | {"x-attachments": limits.described()}


_SENT_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
        "content": {"type": "string", "contentEncoding": "base64"},
        "content_type": {"type": ["string", "null"]},
    },
    "required": ["name", "content"],
    "additionalProperties": False,
}


def answer_of(files: Sequence[StoredFile], sent: Sequence[SentFile] = ()) -> Answer:
    """The answer that names these files. What was sent with it has no id before it is stored."""
    value = php_json.encode({str(file.id): file.name for file in files}) if files else "false"
    names = ", ".join([file.name for file in files] + [file.name for file in sent])
    return Answer(value, column=value, search=names, files=tuple(files), sent=tuple(sent))


def stored_files(value: str | None) -> dict[int, str]:
    """Ids and names of a stored answer. Anything but an object is osTicket's way of saying none."""
    data = stored_json(value)
    pairs = data.items() if isinstance(data, dict) else ()
    return {number: sound(name) for key, name in pairs if (number := whole(key))}


def _ids(items: Iterable[Any]) -> list[int]:
    """File ids; also from `[{"id": 92, "name": ...}]`, which is what `read` gave."""
    ids = [whole(item.get("id") if isinstance(item, dict) else item) for item in items]
    if None in ids:
        raise Unfit("takes a list of file ids, or of files with name and content.")
    return [file_id for file_id in ids if file_id]


def _is_sent(item: Any) -> bool:
    return isinstance(item, dict) and "content" in item


def _sent(item: dict[str, Any]) -> SentFile:
    """A file that came with the answer, its content in base64."""
    name, content_type = item.get("name"), item.get("content_type")
    if not isinstance(name, str) or not name.strip() or len(name) > 255 or not item.keys() <= _SENT:
        raise Unfit("takes files with a name, a content in base64, and a content_type if you know it.")
    try:
        content = b64decode(item["content"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Unfit(f"cannot take {name}: its content is not valid base64.") from None
    if not content:
        raise Unfit(f"cannot take {name}: the file is empty.")
    return SentFile(name, content_type if isinstance(content_type, str) else "", content)


def _check_limits(limits: Limits, files: Sequence[StoredFile | SentFile]) -> None:
    """Source: tickets.md 5.6."""
    most = limits.max_files or MOST_AT_ONCE
    if len(files) > most:
        raise Unfit(f"takes at most {most} files.")
    for file in files:
        fault = limits.fault(file.name, file.content_type, file.size)
        if fault:
            raise Unfit(f"cannot take {file.name}. {fault.message}")
