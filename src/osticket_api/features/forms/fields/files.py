"""Uploaded files, stored as a JSON object from file id to name: `{"92":"photo.png"}`."""

from collections.abc import Sequence
from typing import Any

from osticket_api.features.files.api import StoredFile
from osticket_api.features.forms.fields.codec import Answer, Codec, Unfit, sound, stored_json, whole
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import References
from osticket_api.kit import php_json


class FilesCodec(Codec):
    empty = Answer("false", column="false")

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        ids = list(dict.fromkeys(_ids(given)))
        files = references.files(ids)
        missing = [str(file_id) for file_id in ids if file_id not in files]
        if missing:
            raise Unfit(f"cannot take the file {', '.join(missing)}: upload it first.")
        chosen = tuple(files[file_id] for file_id in ids)
        _check_limits(field, chosen, references)
        value = php_json.encode({str(file.id): file.name for file in chosen})
        return Answer(value, column=value, search=self.search_text(field, value, None), files=chosen)

    def read(self, field: Field, value: str | None, value_id: int | None) -> list[dict[str, Any]]:
        return [{"id": file_id, "name": name} for file_id, name in stored_files(value).items()]

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return ", ".join(stored_files(value).values())

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        most = _most(field)
        schema = {"type": "array", "items": {"type": "integer", "minimum": 1}, "uniqueItems": True}
        return schema | ({"maxItems": most} if most else {})


def stored_files(value: str | None) -> dict[int, str]:
    """Ids and names of a stored answer. Anything but an object is osTicket's way of saying none."""
    data = stored_json(value)
    pairs = data.items() if isinstance(data, dict) else ()
    return {number: sound(name) for key, name in pairs if (number := whole(key))}


def _ids(given: Any) -> list[int]:
    """File ids; also from `[{"id": 92, "name": ...}]`, which is what `read` gave."""
    items = given if isinstance(given, list) else [given]
    ids = [whole(item.get("id") if isinstance(item, dict) else item) for item in items]
    if None in ids:
        raise Unfit("takes a list of file ids.")
    return [file_id for file_id in ids if file_id]


def _check_limits(field: Field, files: Sequence[StoredFile], references: References) -> None:
    """Source: tickets.md 5.6."""
    most, limits = _most(field), references.file_limits(field.configuration)
    if most and len(files) > most:
        raise Unfit(f"takes at most {most} files.")
    for file in files:
        fault = limits.fault(file.name, file.content_type, file.size)
        if fault:
            raise Unfit(f"cannot take {file.name}. {fault.message}")


def _most(field: Field) -> int:
    return whole(field.configuration.get("max")) or 0
