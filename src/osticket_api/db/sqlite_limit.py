"""A time limit for each statement on SQLite, which has none of its own."""

import sqlite3
import time
from typing import Any, Final

from sqlalchemy import Engine, event

_STEPS: Final = 10_000
"""How many steps of SQLite's machine are between two looks at the clock: less than a millisecond."""


def limit_statements(engine: Engine, seconds: float) -> None:
    """Let SQLite end each statement after so many seconds, with the error `interrupted`."""

    @event.listens_for(engine, "do_connect")
    def connecting(dialect: object, record: object, arguments: list[Any], options: dict[str, Any]) -> None:
        options["factory"] = _Connection

    @event.listens_for(engine, "connect")
    def connected(connection: _Connection, record: object) -> None:
        connection.set_progress_handler(lambda: time.monotonic() - connection.started > seconds, _STEPS)


class _Connection(sqlite3.Connection):
    started = 0.0
    """When the statement at hand began."""

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _Cursor)


class _Cursor(sqlite3.Cursor):
    def execute(self, *arguments: Any) -> "_Cursor":
        self.connection.started = time.monotonic()  # type: ignore[attr-defined]
        return super().execute(*arguments)

    def executemany(self, *arguments: Any) -> "_Cursor":
        self.connection.started = time.monotonic()  # type: ignore[attr-defined]
        return super().executemany(*arguments)
