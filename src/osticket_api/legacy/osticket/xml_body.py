"""The XML of osTicket's API as the same fields that JSON gives.

Source: legacy-api.md 8.
"""

from typing import Any, Final

from osticket_api.kit.xml import Element, XmlError, parse
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.osticket import data_urls
from osticket_api.legacy.osticket.payload import Attachment, Message

_ROOT: Final = "ticket"


def read_xml(raw: bytes) -> dict[str, Any]:
    """The fields of a ticket: attributes and elements mean the same. Another root has none.

    Raises: LegacyError telling what is wrong with the XML, and where.
    """
    if not raw.strip():
        raise LegacyError(400, "XML error: No error at line 1:1")
    try:
        root = parse(raw)
    except XmlError as error:
        raise LegacyError(400, f"XML error: {error}") from None
    return _fields(root) if root.name == _ROOT else {}


def _fields(root: Element) -> dict[str, Any]:
    fields: dict[str, Any] = dict(root.attributes)
    for child in root.children:
        fields[child.name] = _value(child)
    for flag in {"alert", "autorespond"} & fields.keys():
        fields[flag] = str(fields[flag]).lower() != "false"
    return fields


def _value(element: Element) -> Any:
    if element.name == "message":
        return _message(element)
    if element.name == "attachments":
        return [_attachment(file) for file in element.children if file.name == "file"]
    if not element.children:
        return element.text
    return {child.name: _value(child) for child in element.children}


def _message(element: Element) -> Message:
    """Markup as elements, in CDATA or escaped, or a `data:` address."""
    content_type = element.attributes.get("type", "").partition(";")[0].strip().lower()
    if content_type in ("text/html", "html", "application/xhtml+xml"):
        return Message(element.markup, "html")
    text = element.all_text.strip()
    data = data_urls.read(text)
    return Message(data.text.strip(), "html" if data.content_type.lower() == "text/html" else "text")


def _attachment(file: Element) -> Attachment:
    name = file.attributes.get("name", "")
    content_type = file.attributes.get("type", "")
    if file.attributes.get("encoding", "").lower() == "base64":
        return Attachment.of_base64(name, content_type, file.text)
    return Attachment(name, content_type, file.text.encode())
