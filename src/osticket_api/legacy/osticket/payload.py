"""Read what a client sent as leniently as osTicket does. Source: legacy-api.md 5 to 7."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from osticket_api.features.threads.api import NOTHING
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.osticket import data_urls

_FIELDS: Final = frozenset({"name", "type", "data", "encoding", "size"})


@dataclass(frozen=True)
class Message:
    body: str
    format: Literal["html", "text"]


@dataclass(frozen=True)
class Attachment:
    """A file. `content` is None when what was sent is not base64."""

    name: str
    content_type: str
    content: bytes | None

    @classmethod
    def of_base64(cls, name: str, content_type: str, text: str) -> "Attachment":
        return cls(name, content_type, data_urls.strictly_decoded(text))


def text_of(value: Any) -> str | None:
    """A plain value as PHP turns it into text; None for lists and objects."""
    if value is None or value is False:
        return ""
    if isinstance(value, dict | list):
        return None
    return "1" if value is True else str(value)


def email_of(sent: Mapping[str, Any]) -> str:
    """The address, without the blanks that people copy along with it."""
    return (text_of(sent.get("email")) or "").strip()


def number_of(value: Any) -> int | None:
    """An id, sent as a number or as digits."""
    text = text_of(value) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) else None


def message_of(sent: Mapping[str, Any]) -> Message | None:
    """The first message; None when there is none. Blanks are a message of nothing.

    Raises: LegacyError for a list or an object, on which PHP would break down.
    """
    value = sent.get("message")
    if isinstance(value, Message):
        return Message(value.body or NOTHING, value.format)
    if "message" not in sent:
        return None
    text = text_of(value)
    if text is None:
        raise LegacyError(400, "message: Unexpected data received in API request")
    data = data_urls.read(text)
    body = data.text if data.text.strip() else NOTHING
    return Message(body, "html" if data.content_type.lower() == "text/html" else "text")


def attachments_of(sent: Mapping[str, Any]) -> list[Attachment]:
    """The files: every pair of name and content, and every object that has its name and its data in fields.

    Raises: LegacyError where PHP would break down.
    """
    value = sent.get("attachments")
    if not value or not isinstance(value, dict | list):
        return []
    if isinstance(value, dict):
        raise LegacyError(400, "attachments: Unexpected data received in API request")
    return [file for each in value for file in _files(each)]


def _files(value: Any) -> list[Attachment]:
    if isinstance(value, Attachment):
        return [value]
    if isinstance(value, list):
        value = {str(position): each for position, each in enumerate(value)}
    if not isinstance(value, dict):
        raise LegacyError(400, "attachments: Unexpected data received in API request")
    if isinstance(value.get("name"), str) and "data" in value and value.keys() <= _FIELDS:
        return [_described(value)]
    return [_named(name, content) for name, content in (value or {"": None}).items()]


def _described(value: Mapping[str, Any]) -> Attachment:
    """A file in the fields that XML has for it. `type` counts where the data does not say what it is."""
    content_type, data = text_of(value.get("type")) or "", text_of(value["data"]) or ""
    if (text_of(value.get("encoding")) or "").strip().lower() == "base64":
        return Attachment.of_base64(value["name"], content_type, data)
    file = _named(value["name"], data)
    is_told = file.content is not None and data[:5].lower() == "data:"
    return file if is_told or not content_type else replace(file, content_type=content_type)


def _named(name: str, content: Any) -> Attachment:
    text = text_of(content)
    if not text:
        return Attachment(name, "", None)
    data = data_urls.read(text)
    return Attachment(name, data.content_type, data.content)
