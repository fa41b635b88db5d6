"""Make the SQLAlchemy engines of a help desk: one that reads and one that writes, on SQLite or on MySQL and MariaDB."""

import re
import sqlite3
from datetime import UTC
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from osticket_api.db.internals import make_async_engine, set_zone
from osticket_api.db.sqlite_limit import limit_statements

_SESSION = (
    "SET SESSION sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', time_zone='SYSTEM', "
    "innodb_lock_wait_timeout=10, group_concat_max_len=16777216"
)

_RECEIVED_BYTES = 32 * 1024
"""Room for a page of a list."""


ABANDONED_SECONDS = 60
"""After so long a silence within a transaction, the database takes the process that began it for gone.

A host that has lost its network tells nobody: without a limit its transactions hold their locks for hours.
"""


def make_engine(
    url: URL,
    pool_size: int,
    *,
    reading: bool,
    statement_timeout: float | None = None,
    connect_timeout: int = 10,
) -> Engine:
    """An engine. The database ends its statements after `statement_timeout` seconds; those that write are let finish.

    What is written waits no longer than ten seconds for a lock. A change that is ended halfway gains nothing: it is
    rolled back, which takes as long again, or stays half done in a table that cannot roll back, and has to be repeated.
    """
    # What SQLAlchemy calls overflow is closed after each use, and to connect takes longer than most units of work.
    options: dict[str, Any] = {"pool_size": 2 * pool_size, "max_overflow": 0, "pool_timeout": 10}
    options["hide_parameters"] = True  # Keep what people wrote out of errors, which are logged.
    options["enable_from_linting"] = False  # Takes a join on a subquery, as without `ticket__cdata`, for a mistake.
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, **options, connect_args={"check_same_thread": False, "timeout": 30})
        _prepare_sqlite(engine, reading)
        if statement_timeout is not None:
            limit_statements(engine, statement_timeout)
    else:
        # The connection used last is taken first: it has its statements prepared already.
        options |= {"pool_recycle": 1800, "pool_pre_ping": not reading, "pool_use_lifo": True}
        if reading:
            options |= {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None, "skip_autocommit_rollback": True}
        else:
            # Nothing to reset when a connection comes back: the unit of work has ended its transaction.
            options |= {"isolation_level": "READ COMMITTED", "pool_reset_on_return": None}
        session = _SESSION + (_statement_limit(statement_timeout) if reading else _silence_limit())
        connect_args: dict[str, Any] = {
            "init_command": session,
            "charset": "utf8mb4",
            "connect_timeout": connect_timeout,
        }
        if url.password:
            connect_args["password"] = url.password.encode()  # The driver would send a text as Latin-1.
        engine = make_async_engine(url, **options, connect_args=connect_args)
        event.listen(engine, "connect", _take_little_room)
        if reading:
            event.listen(engine, "connect", _refuse_writes)
    set_zone(engine, UTC)
    return engine


def _statement_limit(seconds: float | None) -> str:
    """Each of the two servers reads its own kind of comment, and only its own."""
    if seconds is None:
        return ""
    return f" /*M!100101 , max_statement_time={seconds} */ /*!50708 , max_execution_time={round(seconds * 1000)} */"


def _silence_limit() -> str:
    """MySQL has no limit for transactions alone: it ends idle connections of the pool too, which connects again."""
    return (
        f" /*M!100300 , idle_transaction_timeout={ABANDONED_SECONDS} */ /*!50708 , wait_timeout={ABANDONED_SECONDS} */"
    )


def _prepare_sqlite(engine: Engine, reading: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None
        connection.create_function("regexp", 2, _matches, deterministic=True)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        if reading:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _matches(pattern: str, text: object) -> bool:
    """`REGEXP` as MySQL and MariaDB have it: case is ignored, and a number is read as its digits."""
    return text is not None and re.search(pattern, str(text), re.IGNORECASE) is not None


def _take_little_room(connection: Any, record: object) -> None:
    """Give back most of the 256 KB that asyncmy sets aside for what a connection receives: it takes more by need."""
    protocol: Any = getattr(connection.driver_connection, "_proto", None)
    if hasattr(protocol, "buffer"):
        protocol.buffer = bytearray(_RECEIVED_BYTES)


def _refuse_writes(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SET SESSION TRANSACTION READ ONLY")
    cursor.close()
