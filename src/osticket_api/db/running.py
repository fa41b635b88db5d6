"""Run statements on one connection. The driver itself runs those that are prepared."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Insert, Row, Table, Update, insert

from osticket_api.db.internals import as_failure
from osticket_api.db.patience import renew
from osticket_api.db.prepared import Kept, Prepared
from osticket_api.db.statements import given, insertion
from osticket_api.db.watching import watched

if TYPE_CHECKING:
    from osticket_api.db.engine import Database

R = TypeVar("R")
T = TypeVar("T")


class Statements:
    """The statements of a unit of work, counted. Raises: SQLAlchemy's errors."""

    def __init__(self, connection: Connection, database: "Database") -> None:
        self.connection = connection
        self._database = database

    def rows(self, statement: Executable, parameters: Any = None) -> Sequence[Row[Any]]:
        return self._execute(statement, parameters).all()

    def row(self, statement: Executable, parameters: Any = None) -> Row[Any] | None:
        return self._execute(statement, parameters).first()

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self._execute(statement, parameters).scalar()

    def scalars(self, statement: Executable, parameters: Any = None) -> Sequence[Any]:
        return self._execute(statement, parameters).scalars().all()

    def prepare(self, statement: Kept) -> Kept:
        """Compile a SELECT that the caller keeps and runs often. SQLite takes the SELECT as it was built."""
        if self._database.is_sqlite or isinstance(statement, Prepared):
            return statement
        return self._database.prepare(statement)

    def prepared(self, statement: Kept, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run a prepared SELECT and return its rows. On MySQL and MariaDB they come from the driver directly."""
        if isinstance(statement, Prepared):
            return self._run(statement.sql, statement.rows, parameters)
        prepared = self._database.prepared(statement)
        if prepared is None:
            return self.rows(statement, parameters)
        return self._run(prepared.sql, prepared.rows, parameters)

    def prepared_row(self, statement: Kept, parameters: Mapping[str, Any]) -> Any:
        """The first of those rows, or None."""
        return next(iter(self.prepared(statement, parameters)), None)

    def prepared_scalar(self, statement: Kept, parameters: Mapping[str, Any]) -> Any:
        """The first value of that row, or None."""
        row = self.prepared_row(statement, parameters)
        return None if row is None else row[0]

    def _begin(self) -> None:
        """Count one more statement. From now on the database has its full time to answer."""
        self._database.query_count += 1
        renew()

    def _run(self, sql: str, run: Callable[[Connection, T], R], parameters: T) -> R:
        """Run a prepared statement, and return the driver's rows."""
        self._begin()
        tell = self._database.statement_watcher
        try:
            if tell is None:
                return run(self.connection, parameters)
            return watched(tell, sql, partial(run, self.connection, parameters))
        except self._database.driver_error as error:
            raise as_failure(error, self.connection) from error
        except asyncio.CancelledError:
            self.connection.invalidate()  # Its next answer would be the one to this statement.
            raise

    def _execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        self._begin()
        return self.connection.execute(statement, parameters)

    def _insert(self, table: Table, values: Mapping[str, Any]) -> int:
        automatic = table.autoincrement_column
        if automatic is not None and automatic.key not in values:
            prepared = self._database.prepared(insertion(table, tuple(values)))
            if prepared is not None:
                return self._run(prepared.sql, prepared.new_id, given(values))
        self._begin()
        key = self.connection.execute(insert(table), values).inserted_primary_key
        return int(key[0]) if key and isinstance(key[0], int) else 0

    def _insert_many(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        prepared = self._database.prepared(insertion(table, tuple(rows[0])))
        if prepared is not None:
            self._run(prepared.sql, prepared.insert_many, [given(values) for values in rows])
            return
        self._begin()
        self.connection.execute(insert(table), rows)

    def _change_prepared(self, statement: Update | Insert, parameters: Mapping[str, Any]) -> int:
        prepared = self._database.prepared(statement)
        if prepared is not None:
            return self._run(prepared.sql, prepared.count, parameters)
        return int(self._execute(statement, parameters).rowcount)
