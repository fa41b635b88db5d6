"""Parts of statements that are built once and run often: building a large SELECT takes longer than running it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    false,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.types import UserDefinedType

_IDS_TOGETHER: Final = 900
_ROUND: Final = 20
"""The usual length of a list of ids: rounded up to it, most pages share one statement."""


def in_literals(column: ColumnElement[Any], values: Iterable[int | str]) -> ColumnElement[bool]:
    """The column holds one of these values: ids, or letters of our own.

    They stand in the statement itself. Parameters of an IN are written into it anew each time it runs, which doubles
    the cost of a small SELECT.
    """
    listed = [_written(value) for value in values]
    if len(listed) == 1:
        return column == listed[0]
    return column.in_(listed) if listed else false()


class _IdList(UserDefinedType[Sequence[int]]):
    """Ids that are written into a statement as one list: SQLAlchemy writes the values of an IN one by one."""

    cache_ok = True

    def literal_processor(self, dialect: Dialect) -> Callable[[Sequence[int]], str]:
        return lambda ids: f"({', '.join(map(int.__repr__, ids))})"


def listed_ids(column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """The column holds one of these many ids, written into the statement when it runs, in parts that parse quickly."""
    parts = (ids[start : start + _IDS_TOGETHER] for start in range(0, len(ids), _IDS_TOGETHER))
    listed = (bindparam(None, tuple(part), type_=_IdList(), literal_execute=True) for part in parts)
    return or_(false(), *(column.op("IN", is_comparison=True)(each) for each in listed))


def numbered(name: str, values: Collection[Any]) -> dict[str, Any]:
    """The values as parameters `name_0`, `name_1`, …, the last one repeated up to a round number of them."""
    listed = list(values)
    missing = -len(listed) % _ROUND if len(listed) > 1 else 0
    return {f"{name}_{place}": value for place, value in enumerate([*listed, *listed[-1:] * missing])}


def any_numbered(column: ColumnElement[Any], name: str, count: int) -> ColumnElement[bool]:
    """The column holds one of the values of so many `numbered` parameters."""
    places = [bindparam(f"{name}_{place}", type_=column.type) for place in range(count)]
    return column == places[0] if count == 1 else column.in_(places)


def literal_limit(count: int) -> ColumnElement[int]:
    """So many rows, written into the statement itself: the database server keeps it prepared, and knows its LIMIT."""
    return _written(count)


def page_of(rows: Select[Any], length: int, *, has_offset: bool) -> Select[Any]:
    """A page of the rows, after as many as the parameter `offset` says if there is one."""
    page = rows.limit(literal_limit(length))
    return page.offset(bindparam("offset")) if has_offset else page


def _written(value: int | str) -> ColumnElement[Any]:
    if isinstance(value, int):
        return literal_column(str(int(value)))
    assert value.isascii()
    assert value.isalpha(), "only a plain word may stand in a statement"
    return literal_column(f"'{value}'")


GIVEN: Final = "given_"
"""Begins the names of the parameters that hold the values of columns: those of columns alone are SQLAlchemy's own."""


ROW_ID: Final = "row_id"


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of `insertion` and `update_by_id`."""
    return {GIVEN + name: value for name, value in values.items()}


@lru_cache(maxsize=1024)
def insertion(table: Table, names: tuple[str, ...]) -> Insert:
    """Add a row with these columns."""
    return insert(table).values(placeholders(table, names))


@lru_cache(maxsize=1024)
def update_by_id(table: Table, names: tuple[str, ...]) -> Update:
    """Change these columns of the row whose id the parameter `ROW_ID` holds."""
    return update(table).where(_is_row(table)).values(placeholders(table, names))


@lru_cache(maxsize=1024)
def select_by_id(table: Table, names: tuple[str, ...]) -> Select[Any]:
    """These columns of the row whose id the parameter `ROW_ID` holds."""
    return select(*(table.c[name] for name in names)).where(_is_row(table))


def _is_row(table: Table) -> ColumnElement[bool]:
    (key,) = table.primary_key
    return key == bindparam(ROW_ID, type_=key.type)


def placeholders(table: Table, names: Iterable[str]) -> dict[str, Any]:
    """The parameters for the values of these columns."""
    return {name: bindparam(GIVEN + name, type_=table.c[name].type) for name in names}
