"""How a URL names a ticket or a task: by id, or by number."""

from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, false

from osticket_api.web.input import MAX_ID


def parse(reference: str) -> tuple[Literal["id", "number"], Any] | None:
    """What `17` or `number:304859` asks for: which column, and its value. None for what cannot name anything."""
    kind, colon, text = reference.partition(":")
    if colon and kind == "number" and text:
        return "number", text
    if reference.isascii() and reference.isdigit() and 0 < int(reference[:20]) <= MAX_ID:
        return "id", int(reference)
    return None


def named(reference: str, *, id: ColumnElement[int], number: ColumnElement[Any]) -> ColumnElement[bool]:
    """The row that the reference names. What cannot name one names none."""
    found = parse(reference)
    if found is None:
        return false()
    name, value = found
    return cast("ColumnElement[bool]", (number if name == "number" else id) == value)
