"""An empty database on SQLite and on MariaDB."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from osticket_api.db import tables as t
from osticket_api.settings import Settings, load
from tests.fixtures.desks import settings_on
from tests.fixtures.mariadb import Server, required, running


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    required()
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "mariadb"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings for an empty database."""
    if request.param == "sqlite":
        yield load(_env_file=None, db_connection="sqlite", data_dir=tmp_path)
        return
    server: Server = request.getfixturevalue("mariadb")
    server.create("empty")
    yield settings_on(server, "empty")
    server.drop("empty")


@pytest.fixture(autouse=True)
def usual_prefix() -> Iterator[None]:
    """The prefix belongs to the process: a test that uses another gives it back."""
    yield
    t.use_prefix("ost_")
