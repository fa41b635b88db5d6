"""The recorded help desk F1 on SQLite and on MariaDB: read whole, changed literally, put back after each case."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions
from sqlalchemy import URL, create_engine

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.own import migrate
from tests.fixtures.mariadb import Server
from tests.parity import rows
from tests.parity.golden import GOLDEN, Changes, fixture_rows
from tests.parity.rows import Row, Snapshot

_MOMENTS = {FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP, FIELD_TYPE.DATE, FIELD_TYPE.TIME}


@dataclass
class Desk:
    """F1 in one database. `mark` stands for a parameter in this driver's SQL."""

    url: URL
    connection: Any
    mark: str
    original: Snapshot = field(init=False)

    def __post_init__(self) -> None:
        self.original = self.snapshot()

    def snapshot(self) -> Snapshot:
        return {name: self._rows_of(name, key) for name, key in rows.keys().items()}

    def _rows_of(self, name: str, key: tuple[str, ...]) -> dict[tuple[Any, ...], Row]:
        found = self.select(f"SELECT * FROM `{name}`")
        return {tuple(row[column] for column in key): row for row in found}

    def select(self, statement: str, *parameters: Any) -> list[Row]:
        """Rows as columns by name, in literal values."""
        with closing(self.connection.cursor()) as cursor:
            cursor.execute(statement.replace("?", self.mark), parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, map(rows.literal, row), strict=True)) for row in cursor.fetchall()]

    def scalar(self, statement: str, *parameters: Any) -> Any:
        """The first value of the first row; None when there is none."""
        found = self.select(statement, *parameters)
        return next(iter(found[0].values())) if found else None

    def apply(self, changes: Changes) -> None:
        """Make these changes, deletions first."""
        with closing(self.connection.cursor()) as cursor:
            for statement, parameters in self._statements(changes):
                cursor.execute(statement.replace("?", self.mark), parameters)

    def restore(self, current: Snapshot) -> None:
        """Put F1 back, as it was before anything."""
        self.apply(rows.reverse(rows.difference(self.original, current)))

    def _statements(self, changes: Changes) -> Iterator[tuple[str, list[Any]]]:
        for name, table in changes.items():
            for row in table.get("deleted", []):
                yield self._where(f"DELETE FROM `{name}`", {column: row[column] for column in rows.keys()[name]}, [])
            for row in table.get("updated", []):
                new = row["after"]
                assigned = ", ".join(f"`{column}` = ?" for column in new)
                yield self._where(f"UPDATE `{name}` SET {assigned}", row["key"], _stored(new))
            for row in table.get("inserted", []):
                columns = ", ".join(f"`{column}`" for column in row)
                marks = ", ".join("?" for _ in row)
                yield f"INSERT INTO `{name}` ({columns}) VALUES ({marks})", _stored(row)

    @staticmethod
    def _where(statement: str, key: Row, parameters: list[Any]) -> tuple[str, list[Any]]:
        wanted = " AND ".join(f"`{column}` = ?" for column in key)
        return f"{statement} WHERE {wanted}", [*parameters, *key.values()]


def _stored(row: Row) -> list[Any]:
    return [rows.stored(column, value) for column, value in row.items()]


@contextmanager
def on_sqlite(directory: Path) -> Iterator[Desk]:
    """F1 in a file: its rows in tables made from our declarations."""
    url = URL.create("sqlite", database=str(directory / "f1.sqlite"))
    t.use_prefix("ost_")
    engine = create_engine(url)
    t.metadata.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
        desk = Desk(url, connection, "?")
        desk.apply({name: {"inserted": found} for name, found in fixture_rows().items()})
        desk.original = desk.snapshot()
        yield desk


@contextmanager
def on_mariadb(server: Server) -> Iterator[Desk]:
    """F1 as osTicket's own tables hold it."""
    t.use_prefix("ost_")
    server.create("parity")
    server.load("parity", GOLDEN / "fixture" / "F1.sql")
    server.convert("parity")
    url = server.url("parity")
    asyncio.run(_add_own_tables(url))
    connection = pymysql.connect(
        unix_socket=str(server.socket),
        user="root",
        database="parity",
        charset="utf8mb4",
        autocommit=True,
        conv={code: how for code, how in conversions.items() if code not in _MOMENTS},
        init_command="SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO'",
    )
    with closing(connection):
        yield Desk(url, connection, "%s")


async def _add_own_tables(url: URL) -> None:
    database = Database(url, pool_size=1)
    try:
        await database.write(migrate)
    finally:
        await database.close()
