"""SELECTs that are kept and run often: compiled once, and run by the driver itself.

SQLAlchemy finds what it has compiled by comparing a statement as a whole, and wraps each result anew. For the few small
SELECTs that most requests consist of, this takes longer than the driver needs to run them.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.sql.compiler import SQLCompiler

Processor = Callable[[Any], Any]


class Prepared:
    """A SELECT as the driver takes it. Rows are named tuples of the same values that SQLAlchemy would give."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        state = compiled.construct_expanded_state(compiled.params)
        self._sql = state.statement
        self._names = tuple(state.positiontup or ())
        required = {name for name, parameter in compiled.binds.items() if parameter.required}
        self._known = {name: value for name, value in state.parameters.items() if name not in required}
        self._binding: Mapping[str, Any] = state.processors
        columns = statement.selected_columns
        self._row: Any = namedtuple("Row", columns.keys(), rename=True)  # type: ignore[misc]
        self._reading = _processors([column.type.dialect_impl(dialect) for column in columns], dialect)

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """All rows. Raises: the driver's own errors."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._sql, [self._bound(name, parameters) for name in self._names])
            return [self._read(row) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def _bound(self, name: str, parameters: Mapping[str, Any]) -> Any:
        value = parameters[name] if name in parameters else self._known[name]
        processor = self._binding.get(name)
        return value if processor is None else processor(value)

    def _read(self, row: Sequence[Any]) -> Any:
        values = list(row)
        for place, processor in self._reading:
            values[place] = processor(values[place])
        return self._row._make(values)


def _processors(types: Sequence[Any], dialect: Dialect) -> list[tuple[int, Processor]]:
    """The columns whose values the driver does not give as they are meant, and what makes them so."""
    found = ((place, type.result_processor(dialect, None)) for place, type in enumerate(types))
    return [(place, processor) for place, processor in found if processor is not None]
