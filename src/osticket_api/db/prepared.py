"""Prepared SELECTs: compiled once, and run by the driver itself.

SQLAlchemy finds what it has compiled by comparing a statement as a whole, and wraps each result anew. For the few small
SELECTs that most requests consist of, this takes longer than the driver needs to run them.
"""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select

from osticket_api.db.internals import compile_select


class Prepared:
    """A compiled SELECT that the driver runs. Rows are named tuples of the same values that SQLAlchemy would give."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        self._select = compile_select(statement, dialect)
        self._row: Any = namedtuple("Row", self._select.columns, rename=True)  # type: ignore[misc]

    @property
    def sql(self) -> str:
        return self._select.sql

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """All rows. Raises: the driver's own errors."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._select.sql, [self._bound(name, parameters) for name in self._select.names])
            return [self._read(row) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def _bound(self, name: str, parameters: Mapping[str, Any]) -> Any:
        value = parameters[name] if name in parameters else self._select.defaults[name]
        processor = self._select.binding.get(name)
        return value if processor is None else processor(value)

    def _read(self, row: Sequence[Any]) -> Any:
        values = list(row)
        for place, processor in self._select.reading:
            values[place] = processor(values[place])
        return self._row._make(values)
