"""The help desk that is changed while its processes die: where it is, and how another program writes to it."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymysql

from tests.fixtures.api import SIGNING_KEY
from tests.fixtures.mariadb import Server

LOST = (pymysql.err.OperationalError, pymysql.err.InterfaceError, sqlite3.OperationalError, OSError)
"""What a program gets whose database is away, or busy for too long."""


@dataclass(frozen=True)
class Desk:
    """`connect` gives a connection that commits each statement; `mark` stands for a parameter."""

    environment: dict[str, str]
    connect: Callable[[], Any]
    mark: str

    def run(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """One statement over a connection of its own."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(statement.replace("?", self.mark), parameters)
            return list(cursor.fetchall()) if cursor.description else []

    def insist(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """One statement, asked as often as the database is away."""
        while True:
            try:
                return self.run(statement, *parameters)
            except LOST:
                time.sleep(0.05)


def on_mariadb(server: Server, database: str, directory: Path) -> Desk:
    place = {"DB_CONNECTION": "mariadb", "DB_SOCKET": str(server.socket), "DB_USERNAME": "root"}
    return Desk(_environment(directory, DB_DATABASE=database, **place), lambda: server.connect(database), "%s")


def on_sqlite(path: Path, directory: Path) -> Desk:
    def connect() -> Any:
        return sqlite3.connect(path, isolation_level=None, timeout=30)

    return Desk(_environment(directory, DB_CONNECTION="sqlite", DB_DATABASE=str(path)), connect, "?")


def _environment(directory: Path, **more: str) -> dict[str, str]:
    return {
        "JWT_SECRET": SIGNING_KEY,
        "RATE_LIMIT_ENABLED": "false",
        "LOG_LEVEL": "error",
        "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1",
        "DATA_DIR": str(directory),
        **more,
    }


def now() -> str:
    """As osTicket stores it."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


def ids(rows: Sequence[tuple[Any, ...]]) -> list[int]:
    return [int(row[0]) for row in rows]
