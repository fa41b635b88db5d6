"""Parts of statements that are built once and run often: building a large SELECT takes longer than running it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, false, literal_column


def among(column: ColumnElement[Any], values: Iterable[int | str]) -> ColumnElement[bool]:
    """The column holds one of these values: ids, or letters of our own.

    They stand in the statement itself. Parameters of an IN are written into it anew each time it runs, which doubles
    the cost of a small SELECT.
    """
    listed = [_written(value) for value in values]
    if len(listed) == 1:
        return column == listed[0]
    return column.in_(listed) if listed else false()


def _written(value: int | str) -> ColumnElement[Any]:
    if isinstance(value, int):
        return literal_column(str(int(value)))
    assert value.isascii()
    assert value.isalpha(), "only a plain word may stand in a statement"
    return literal_column(f"'{value}'")
