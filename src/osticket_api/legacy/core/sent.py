"""What a client sent, read as generously as osTicket reads it.

Source: legacy-api.md 5 to 7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from osticket_api.features.threads.bodies import NOTHING
from osticket_api.legacy.answers import Refused
from osticket_api.legacy.core import data_urls


@dataclass(frozen=True)
class Message:
    body: str
    format: Literal["html", "text"]


@dataclass(frozen=True)
class Attachment:
    """A file. `content` is None when what was sent is no base64."""

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


def number_of(value: Any) -> int | None:
    """An id, sent as a number or as digits."""
    text = text_of(value) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) else None


def message_of(sent: Mapping[str, Any]) -> Message | None:
    """The first message; None when there is none. Blanks are a message of nothing.

    Raises: Refused for a list or an object, on which PHP would break down.
    """
    value = sent.get("message")
    if isinstance(value, Message):
        return Message(value.body or NOTHING, value.format)
    if "message" not in sent:
        return None
    text = text_of(value)
    if text is None:
        raise Refused(400, "message: Unexpected data received in API request")
    data = data_urls.read(text)
    body = data.text if data.text.strip() else NOTHING
    return Message(body, "html" if data.content_type.lower() == "text/html" else "text")


def attachments_of(sent: Mapping[str, Any]) -> list[Attachment]:
    """The files: of each object in the list, its first pair of name and content.

    Raises: Refused where PHP would break down.
    """
    value = sent.get("attachments")
    if not value or not isinstance(value, dict | list):
        return []
    if isinstance(value, dict):
        raise Refused(400, "attachments: Unexpected data received in API request")
    return [_attachment(each) for each in value]


def _attachment(value: Any) -> Attachment:
    if isinstance(value, Attachment):
        return value
    if isinstance(value, list):
        value = {str(position): each for position, each in enumerate(value)}
    if not isinstance(value, dict):
        raise Refused(400, "attachments: Unexpected data received in API request")
    name, content = next(iter(value.items()), ("", None))
    text = text_of(content)
    if not text:
        return Attachment(name, "", None)
    data = data_urls.read(text)
    return Attachment(name, data.content_type, data.content)
