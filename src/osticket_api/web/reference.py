"""How a URL names a ticket or a task: by id, or by number."""

from typing import Any

from sqlalchemy import ColumnElement, false

from osticket_api.web.input import MAX_ID


def named(reference: str, *, id: ColumnElement[int], number: ColumnElement[Any]) -> ColumnElement[bool]:
    """The row that `17` or `number:304859` names. What cannot name one names none."""
    kind, colon, text = reference.partition(":")
    if colon and kind == "number" and text:
        return number == text
    if reference.isascii() and reference.isdigit() and 0 < int(reference[:20]) <= MAX_ID:
        return id == int(reference)
    return false()
