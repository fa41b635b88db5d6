"""The golden help desk F1, on SQLite and on MariaDB, to try things on without leaving a trace."""

import asyncio
import gc
import json
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
from sqlalchemy import URL, create_engine

from osticket_api.db import tables as t
from osticket_api.db.engine import Database, Write
from tests.fixtures import mariadb

R = TypeVar("R")

GOLDEN = Path(__file__).parents[4] / "shared" / "osticket" / "golden"
CLOCK = datetime(2024, 3, 6, 15, tzinfo=UTC)

needs_golden_data = pytest.mark.skipif(not GOLDEN.exists(), reason="the recorded osTicket data is not here")


def fixture_rows() -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = json.loads((GOLDEN / "fixture" / "fixture.json").read_text())
    return rows


def golden_case(number: str) -> dict[str, Any]:
    (path,) = GOLDEN.glob(f"cases/{number}-*.json")
    case: dict[str, Any] = json.loads(path.read_text())
    return case


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class _Undo(Exception, Generic[R]):
    def __init__(self, result: R) -> None:
        self.result = result


@dataclass
class HelpDesk:
    url: URL
    query_count: int = 0

    def trial(self, function: Callable[[Write], R], zone: tzinfo = UTC) -> R:
        """What the function gives back. Whatever it wrote is undone. `zone` is the one the database writes."""
        return asyncio.run(self._trial(function, zone))

    async def _trial(self, function: Callable[[Write], R], zone: tzinfo) -> R:
        def run(tx: Write) -> R:
            raise _Undo(function(tx))

        database = Database(self.url, pool_size=1, clock=lambda: CLOCK)
        database.zone = zone
        try:
            return await database.write(run)
        except _Undo as undone:
            result: R = undone.result
            return result
        finally:
            self.query_count = database.query_count
            await database.close()


def on_sqlite(path: Path) -> HelpDesk:
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url)
    t.metadata.create_all(engine)
    engine.dispose()
    connection = sqlite3.connect(path)
    for name, rows in fixture_rows().items():
        _fill(connection, name, rows)
    connection.commit()
    connection.close()
    return HelpDesk(url)


def _fill(connection: sqlite3.Connection, name: str, rows: list[dict[str, Any]]) -> None:
    table = next((table for table in t.metadata.tables.values() if table.name == name), None)
    if table is None or not rows:
        return
    columns = [column.name for column in table.columns if column.name in rows[0]]
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(f":{column}" for column in columns)
    connection.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', rows)


@contextmanager
def on_mariadb(temporary: Path) -> Iterator[HelpDesk]:
    with ExitStack() as stack:
        server = _start(stack, temporary)
        server.create("f1")
        server.load("f1", GOLDEN / "fixture" / "F1.sql")
        yield HelpDesk(server.url("f1"))


def _start(stack: ExitStack, temporary: Path) -> mariadb.Server:
    """A server with a directory of its own for temporary tables: in a shared one servers sweep away each other's.

    The connections it refused while it started are left to the collector, which would warn of them.
    """
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as environment:
        warnings.simplefilter("ignore", ResourceWarning)
        environment.setenv("TMPDIR", str(temporary))
        server = stack.enter_context(mariadb.running())
        gc.collect()
    return server


@pytest.fixture(scope="package", params=["sqlite", "mariadb"])
def help_desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HelpDesk]:
    if not GOLDEN.exists():
        pytest.skip("the recorded osTicket data is not here")
    t.use_prefix("ost_")
    directory = tmp_path_factory.mktemp("f1")
    if request.param == "sqlite":
        yield on_sqlite(directory / "help_desk.sqlite")
    else:
        mariadb.required()
        with on_mariadb(directory) as found:
            yield found
