"""The order of a list, and cursors that hold a place in it while rows come and go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from sqlalchemy import ColumnElement, TypeDecorator, and_, false, or_

from osticket_api.db.types import Switch
from osticket_api.errors import Fault, Invalid
from osticket_api.kit.cursor import decode_cursor, encode_cursor
from osticket_api.kit.suggestions import did_you_mean

T = TypeVar("T")

_MAX_INTEGER: Final = 2**63 - 1


@dataclass(frozen=True)
class SortKey:
    name: str
    column: ColumnElement[Any]
    descending: bool

    @property
    def ordering(self) -> ColumnElement[Any]:
        return self.column.desc() if self.descending else self.column.asc()

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """Rows that come later in this order than `value`. NULL is the smallest value, on every database."""
        if value is None:
            return false() if self.descending else self.column.is_not(None)
        if self.descending:
            return or_(self.column < value, self.column.is_(None))
        return cast("ColumnElement[bool]", self.column > value)

    def may_hold(self, value: Any) -> bool:
        """Whether this may be a value of the column: a cursor may have been altered on its way."""
        kind = _kind_of(self.column)
        if value is None:
            return True
        if isinstance(value, datetime):
            return kind is datetime and value.tzinfo is not None
        if isinstance(value, bool):
            return isinstance(self.column.type, Switch)
        if isinstance(value, int):
            return kind is int and abs(value) <= _MAX_INTEGER
        return isinstance(value, kind)

    def level(self, value: Any) -> ColumnElement[bool]:
        return self.column.is_(None) if value is None else self.column == value


def _kind_of(column: ColumnElement[Any]) -> type:
    """The Python type of the column's values."""
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return stored.python_type


def sort_keys(text: str, columns: Mapping[str, ColumnElement[Any]]) -> list[SortKey]:
    """The order that `-created_at,number` asks for, made total by the id, which must be among the columns.

    Raises: Invalid naming the keys there are.
    """
    keys: list[SortKey] = []
    for part in text.split(","):
        name = part.strip().removeprefix("-")
        if name not in columns:
            raise _unknown(name, list(columns))
        keys.append(SortKey(name, columns[name], part.strip().startswith("-")))
    if all(key.name != "id" for key in keys):
        keys.append(SortKey("id", columns["id"], keys[-1].descending))
    return keys


def _unknown(name: str, known: list[str]) -> Invalid:
    message = f"{name or 'An empty name'} is not a valid sort key.{did_you_mean(name, known)}"
    return Invalid(Fault("unknown_sort_key", message, "sort", {"allowed": known}))


def place_of(keys: list[SortKey], cursor: str) -> Sequence[Any]:
    """The values of the keys at the cursor's place.

    Raises: Invalid for a cursor that is not valid, or belongs to another order.
    """
    order, values = read_cursor(cursor, tuple[str, list[Any]])
    if order != _order(keys) or len(values) != len(keys):
        raise Invalid(Fault("invalid", "This cursor belongs to another sort order.", "cursor"))
    if not all(key.may_hold(value) for key, value in zip(keys, values, strict=True)):
        raise _not_a_cursor()
    return values


def read_cursor(cursor: str, shape: type[T]) -> T:
    """What the cursor of a list holds. Raises: Invalid for anything that does not have this shape."""
    try:
        return decode_cursor(cursor, shape)
    except ValueError:
        raise _not_a_cursor() from None


def _not_a_cursor() -> Invalid:
    return Invalid(Fault("invalid", "This is not a valid cursor.", "cursor"))


def after(keys: list[SortKey], cursor: str) -> ColumnElement[bool]:
    """The rows beyond the cursor's place. Raises: as `place_of`."""
    values = place_of(keys, cursor)
    ways = [
        and_(
            *(key.level(value) for key, value in zip(keys[:depth], values, strict=False)),
            keys[depth].beyond(values[depth]),
        )
        for depth in range(len(keys))
    ]
    return or_(*ways)


def cursor_at(keys: list[SortKey], values: list[Any]) -> str:
    return encode_cursor([_order(keys), values])


def _order(keys: list[SortKey]) -> str:
    return ",".join(("-" if key.descending else "") + key.name for key in keys)
