"""References to tickets and tasks in paths: an id, or `number:` and a number."""

from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, false

from osticket_api.web.input import MAX_ID


def parse(reference: str) -> tuple[Literal["id", "number"], Any] | None:
    """Parse `17` or `number:304859` into column and value. None for anything else."""
    kind, colon, text = reference.partition(":")
    if colon and kind == "number" and text:
        return "number", text
    if reference.isascii() and reference.isdigit() and 0 < int(reference[:20]) <= MAX_ID:
        return "id", int(reference)
    return None


def named(reference: str, *, id: ColumnElement[int], number: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition for the row that the reference names. False for a reference that is not valid."""
    found = parse(reference)
    if found is None:
        return false()
    name, value = found
    return cast("ColumnElement[bool]", (number if name == "number" else id) == value)
