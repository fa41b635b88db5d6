"""Make the SQLAlchemy engines of a help desk: one that reads and one that writes, on SQLite or on MySQL and MariaDB."""

import re
import sqlite3
from datetime import UTC
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine

from osticket_api.db.internals import set_zone

_SESSION = (
    "SET SESSION sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', time_zone='SYSTEM', "
    "innodb_lock_wait_timeout=10, group_concat_max_len=16777216"
)


def make_engine(url: URL, pool_size: int, timeout: float | None, *, reading: bool) -> Engine:
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": 10}
    options["hide_parameters"] = True  # Errors reach logs; what people wrote does not.
    options["enable_from_linting"] = False  # It takes a join on a subquery, as without `ticket__cdata`, for a mistake.
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, **options, connect_args={"check_same_thread": False, "timeout": 30})
        _prepare_sqlite(engine, reading)
    else:
        options |= {"pool_recycle": 1800, "pool_pre_ping": not reading}
        if reading:
            options |= {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None, "skip_autocommit_rollback": True}
        else:
            options |= {"isolation_level": "READ COMMITTED"}
        connect_args = {"init_command": _SESSION, "charset": "utf8mb4", "connect_timeout": 10, "read_timeout": timeout}
        engine = create_async_engine(url, **options, connect_args=connect_args).sync_engine
        if reading:
            event.listen(engine, "connect", _refuse_writes)
    set_zone(engine, UTC)
    return engine


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


def _refuse_writes(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SET SESSION TRANSACTION READ ONLY")
    cursor.close()
