"""A help desk with the tables that files need, on SQLite and on MariaDB."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest

from osticket_api.db import tables as t
from osticket_api.db.connect import open_database
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read, Write
from osticket_api.settings import Settings, load
from tests.fixtures.desks import settings_on
from tests.fixtures.mariadb import Server, required, running
from tests.fixtures.s3 import Store, storing

P = ParamSpec("P")
R = TypeVar("R")

TABLES = (t.file, t.file_chunk, t.attachment, t.config, t.plugin, t.plugin_instance, t.form, t.form_field)


class Desk:
    """A database, and the event loop its connections belong to."""

    def __init__(self, settings: Settings, runner: asyncio.Runner) -> None:
        self.settings = settings
        self.runner = runner
        self.database: Database = open_database(settings)

    def read(self, function: Callable[Concatenate[Read, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return self.runner.run(self.database.read(function, *args, **kwargs))

    def write(self, function: Callable[Concatenate[Write, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return self.runner.run(self.database.write(function, *args, **kwargs))

    def add(self, table: Any, **values: Any) -> int:
        return self.write(lambda tx: tx.insert(table, **values))


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    required()
    # The smallest packet MySQL 5 came with: a chunk must fit, whatever its bytes.
    with running(options=("--max-allowed-packet=1M",)) as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[Store]:
    """One for all tests of a process: the buckets of the server outlive it there."""
    with storing() as store:
        yield store


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.xdist_group("files on mariadb"))])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    if request.param == "sqlite":
        yield load(_env_file=None, db_connection="sqlite", data_dir=tmp_path)
        return
    server: Server = request.getfixturevalue("mariadb")
    server.create("files")
    yield settings_on(server, "files")
    server.drop("files")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        desk = Desk(settings, runner)
        desk.write(lambda tx: t.metadata.create_all(tx.connection, tables=TABLES))
        yield desk
        runner.run(desk.database.close())
