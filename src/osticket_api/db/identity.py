"""Rows by the name or address of somebody: exactly, where the database's collation takes `jose@` for `josé@`."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam

from osticket_api.db.unit import Read
from osticket_api.kit.identity import folded
from osticket_api.kit.utf8mb3 import to_names


def rows_named(tx: Read, statement: Select[Any], column: ColumnElement[Any], *names: str) -> list[Row[Any]]:
    """The rows of a statement whose column holds one of these names."""
    stored = {folded(to_names(name)) for name in names}
    if not stored:
        return []
    is_one = column == next(iter(stored)) if len(stored) == 1 else column.in_(sorted(stored))
    found = tx.rows(statement.add_columns(column.label("identity")).where(is_one))
    return [row for row in found if folded(row.identity or "") in stored]


def prepared_named(tx: Read, statement: Select[Any], column: ColumnElement[Any], name: str) -> list[Any]:
    """Find the first row as `rows_named` does, for one name and by a prepared statement."""
    stored = folded(to_names(name))
    found = tx.prepared(_select_named(statement, column), {"name": stored})
    return [row for row in found if folded(row.identity or "") == stored]


@lru_cache(maxsize=64)
def _select_named(statement: Select[Any], column: ColumnElement[Any]) -> Select[Any]:
    return statement.add_columns(column.label("identity")).where(column == bindparam("name"))


def row_named(tx: Read, statement: Select[Any], column: ColumnElement[Any], name: str) -> Row[Any] | None:
    """The first of those rows."""
    return next(iter(rows_named(tx, statement, column, name)), None)
