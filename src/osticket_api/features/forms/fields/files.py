"""Uploaded files, stored as a JSON object from file id to name: `{"92":"photo.png"}`."""

import re
from collections.abc import Sequence
from typing import Any

from osticket_api.features.forms.fields.codec import Answer, Codec, Unfit
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import FileFacts, References
from osticket_api.kit import php_json


class FilesCodec(Codec):
    empty = Answer("false", column="false")

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        ids = list(dict.fromkeys(_ids(given)))
        files = references.files(ids)
        missing = [str(file_id) for file_id in ids if file_id not in files]
        if missing:
            raise Unfit(f"cannot take the file {', '.join(missing)}: upload it first.")
        _check_limits(field, [files[file_id] for file_id in ids])
        names = {str(file_id): files[file_id].name for file_id in ids}
        value = php_json.encode(names)
        return Answer(value, column=value, search=", ".join(names.values()), file_ids=tuple(ids))

    def read(self, field: Field, value: str | None, value_id: int | None) -> list[dict[str, Any]]:
        return [{"id": file_id, "name": name} for file_id, name in stored_files(value).items()]

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return ", ".join(stored_files(value).values())

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        most = _whole(field.configuration.get("max"))
        schema = {"type": "array", "items": {"type": "integer", "minimum": 1}, "uniqueItems": True}
        return schema | ({"maxItems": most} if most else {})


def stored_files(value: str | None) -> dict[int, str]:
    """Ids and names of a stored answer. Anything but an object is osTicket's way of saying none."""
    data = php_json.decode(value)
    return {int(key): str(name) for key, name in data.items() if key.isdigit()} if isinstance(data, dict) else {}


def _ids(given: Any) -> list[int]:
    """File ids; also from `[{"id": 92, "name": ...}]`, which is what `read` gave."""
    items = given if isinstance(given, list) else [given]
    ids = [item.get("id") if isinstance(item, dict) else item for item in items]
    numbers = [file_id for file_id in ids if isinstance(file_id, int) and not isinstance(file_id, bool)]
    if len(numbers) < len(ids):
        raise Unfit("takes a list of file ids.")
    return numbers


def _check_limits(field: Field, files: Sequence[FileFacts]) -> None:
    """Source: tickets.md 5.6."""
    most, most_bytes = _whole(field.configuration.get("max")), _whole(field.configuration.get("size"))
    if most and len(files) > most:
        raise Unfit(f"takes at most {most} files.")
    for file in files:
        if most_bytes and file.size > most_bytes:
            raise Unfit(f"takes files of at most {most_bytes} bytes; {file.name} has {file.size}.")
        if not _is_allowed(field, file):
            raise Unfit(f"does not take files like {file.name}.")


def _is_allowed(field: Field, file: FileFacts) -> bool:
    """By extension, or by kind of content where the field names kinds."""
    extensions = re.split(r"[,\s]+", str(field.configuration.get("extensions") or "").lower().strip())
    kinds = field.configuration.get("mimetypes") or ()
    if ".*" in extensions or (extensions == [""] and not kinds):
        return True
    kind = file.type.partition("/")[0]
    suffix = file.name.lower().rpartition(".")[2]
    return suffix in (extension.lstrip(".") for extension in extensions) or kind in kinds or file.type in kinds


def _whole(setting: object) -> int:
    return int(str(setting)) if str(setting).isdigit() else 0
