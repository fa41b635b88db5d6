"""Which files may be attached: how large, and of which kinds.

Source: tickets.md 5.6.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Fault, Invalid
from osticket_api.kit import php_json

Audience = Literal["staff", "user"]
"""Agents may attach anything that is not too large; users what the ticket form's message field allows."""


class Group(NamedTuple):
    """A kind of files as an administrator ticks it: patterns of types, and name endings."""

    types: str
    endings: str


GROUPS: Final = {
    "image": Group("image/* application/postscript", "bmp eps gif ico jpeg jpg png psd svg tif tiff"),
    "audio": Group("audio/*", "m4a m4p m4r mid midi mp3 ogg wav"),
    "video": Group("video/* application/x-dvi application/x-shockwave-flash", "avi dvi mp4 mpeg mpg swf"),
    "text": Group("text/* application/json application/javascript", "css htm html js json txt xml"),
    "office": Group(
        "application/msword application/vnd.ms-* application/vnd.openxmlformats-officedocument.* application/rtf "
        "application/vnd.oasis.opendocument.* application/vnd.apple.* application/vnd.kde.* application/pdf "
        "application/illustrator application/x-latex text/csv text/vcard image/*dwg image/*dxf",
        "accdb ai csv doc docm docx dwg dxf keynote mdb numbers pages pdf ppsm ppsx ppt pptm pptx rtf tex xls xlsb "
        "xlsm xlsx",
    ),
    "archive": Group(
        "application/*gzip application/*tar application/*rar application/*rar-compressed application/*zip "
        "application/*zip-compressed application/x-7z-compressed application/x-compress application/x-lha",
        "7z gz rar tar z zip",
    ),
}


@dataclass(frozen=True)
class Limits:
    """The files that may be attached. Without patterns and endings every kind of file may be."""

    max_bytes: int | None = None
    types: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()
    is_enabled: bool = True
    max_files: int | None = None

    def described(self) -> dict[str, Any]:
        """The limits as a form describes them. Without types and extensions every kind of file is allowed."""
        return {
            "is_enabled": self.is_enabled,
            "max_bytes": self.max_bytes,
            "max_files": self.max_files,
            "types": sorted(self.types),
            "extensions": sorted(self.endings),
        }

    def fault(self, name: str, content_type: str, size: int, field: str = "attachments") -> Fault | None:
        """The reason why this file is refused; None where it is not."""
        if not self.is_enabled:
            return Fault("attachments_disabled", "Attachments are switched off.", field)
        if self.max_bytes is not None and size > self.max_bytes:
            return Fault(
                "file_too_large",
                f"The file is too large: {self.max_bytes} bytes are allowed.",
                field,
                {"max_bytes": self.max_bytes},
            )
        if not self._allows(name, content_type):
            return Fault("file_type_not_allowed", "Files of this type are not allowed.", field)
        return None

    def _allows(self, name: str, content_type: str) -> bool:
        if not self.types and not self.endings:
            return True
        ending = PurePath(name.lower()).suffix.removeprefix(".")
        return ending in self.endings or any(fnmatchcase(content_type.lower(), pattern) for pattern in self.types)


class Candidate(NamedTuple):
    """A file somebody wants to attach."""

    name: str
    content_type: str
    size: int


def check(limits: Limits, files: Iterable[Candidate], field: str = "attachments") -> None:
    """Raises: Invalid with a fault for each file that may not be attached, under `attachments.0` and so on."""
    faults = [limits.fault(*file, f"{field}.{position}") for position, file in enumerate(files)]
    found = [fault for fault in faults if fault]
    if found:
        raise Invalid(*found)


def check_count(limits: Limits, count: int, field: str = "attachments") -> None:
    """Raises: Invalid for more files than the message of a ticket takes. osTicket's portal holds its pages to it."""
    if limits.max_files is not None and count > limits.max_files:
        message = f"At most {limits.max_files} files can be attached."
        raise Invalid(Fault("too_many_files", message, field, {"max_files": limits.max_files}))


def limits_for(tx: Read, audience: Audience) -> Limits:
    """The limits on files that agents, or users, attach to a message."""
    config = t.config.c
    keys = ("max_file_size", "allow_attachments", "allowed_filetypes")
    rows = tx.rows(select(config.key, config.value).where(config.namespace == "core", config.key.in_(keys)))
    settings: dict[str, str] = {row.key: row.value for row in rows}
    if audience == "staff":
        return Limits(_number(settings.get("max_file_size")))
    return of_field(_message_field(tx), settings)


def _message_field(tx: Read) -> Mapping[str, Any]:
    field = t.form_field.c
    configuration = tx.scalar(
        select(field.configuration)
        .join_from(t.form_field, t.form, t.form.c.id == field.form_id)
        .where(t.form.c.type == "T", field.name == "message")
    )
    return _object(php_json.decode(configuration))


def of_field(configuration: Mapping[str, Any], settings: Mapping[str, str]) -> Limits:
    """The limits of a field for files, by its configuration and the help desk's settings."""
    types, endings = _listed(configuration.get("extensions", settings.get("allowed_filetypes")))
    for name in _object(configuration.get("mimetypes")):
        group = GROUPS.get(name, Group("", ""))
        types |= set(group.types.split())
        endings |= set(group.endings.split())
    everything = "*" in endings
    return Limits(
        _number(configuration.get("size")) or _number(settings.get("max_file_size")),
        frozenset() if everything else frozenset(types),
        frozenset() if everything else frozenset(endings),
        _is_on(configuration.get("attachments", settings.get("allow_attachments", True))),
        _number(configuration.get("max")),
    )


def _listed(value: Any) -> tuple[set[str], set[str]]:
    """Types and endings from a list as administrators write it: `.pdf, png image/gif`."""
    words = (
        re.split(r"[\s,]+", value.lower()) if isinstance(value, str) else [str(word).lower() for word in value or ()]
    )
    types = {word for word in words if "/" in word}
    return types, {word.removeprefix(".") for word in words if word and "/" not in word}


def _object(value: Any) -> Mapping[str, Any]:
    """A JSON object. PHP writes an empty one as an empty list."""
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int | None:
    """A number of bytes. PHP stores a choice as its key, or as an object with that key."""
    if isinstance(value, dict):
        value = next(iter(value), None)
    text = str(value or "")
    return int(text) or None if text.isdecimal() else None


def _is_on(value: Any) -> bool:
    return value not in (False, None, 0, "", "0", "false")
