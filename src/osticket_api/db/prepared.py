"""Compile statements once, and let the driver itself run them. The database server keeps those that come often.

SQLAlchemy finds what it has compiled by comparing a statement as a whole, and wraps each result anew. For the small
statements that most requests consist of, this takes longer than the driver needs to run them.
"""

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select, Update

from osticket_api.db.internals import Processor, compile_statement
from osticket_api.db.server_statements import Result, run_prepared

Preparable = Select[Any] | Insert | Update


@lru_cache(maxsize=1024)
def _row_type(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns, rename=True)


class Prepared:
    """A compiled statement that the driver runs. Its methods raise the driver's own errors."""

    def __init__(self, statement: Preparable, dialect: Dialect) -> None:
        self._compiled = compile_statement(statement, dialect)
        self._parameters = [(name, self._compiled.binding.get(name)) for name in self._compiled.names]
        self._defaults = {
            name: _sent(value, self._compiled.binding.get(name)) for name, value in self._compiled.defaults.items()
        }
        self._row = _row_type(tuple(self._compiled.columns))

    @property
    def sql(self) -> str:
        return self._compiled.sql

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """All rows of a SELECT, as named tuples of the same values that SQLAlchemy would give."""
        return self._read(self._run(connection, parameters).rows)

    def count(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """How many rows a statement that writes has touched."""
        return self._run(connection, parameters).touched

    def new_id(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """The id that the database gave to the row of an INSERT, 0 where it gave none."""
        return self._run(connection, parameters).new_id

    def insert_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run an INSERT for several rows."""
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(self._compiled.sql, [self._values(parameters) for parameters in rows])
        finally:
            cursor.close()

    def _run(self, connection: Connection, parameters: Mapping[str, Any]) -> Result:
        return run_prepared(connection, self._compiled.sql, self._values(parameters))

    def _values(self, parameters: Mapping[str, Any]) -> list[Any]:
        return [
            _sent(parameters[name], convert) if name in parameters else self._defaults[name]
            for name, convert in self._parameters
        ]

    def _read(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Convert the values column by column, which takes half as long as row by row."""
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, processor in self._compiled.reading if columns else ():
            columns[place] = map(processor, columns[place])
        return [self._row._make(row) for row in zip(*columns, strict=True)]


def _sent(value: Any, convert: Processor | None) -> Any:
    """A value as the driver takes it."""
    return value if convert is None else convert(value)


Kept = Select[Any] | Prepared
"""A SELECT that somebody keeps: on SQLite as it was built, else prepared."""
