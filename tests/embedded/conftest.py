"""Empty databases on SQLite and MariaDB, and what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from osticket_api.settings import Settings, load
from tests.fixtures.desks import settings_on
from tests.fixtures.mariadb import Server


@contextmanager
def empty_database(kind: str, request: pytest.FixtureRequest, directory: Path, name: str) -> Iterator[Settings]:
    """Settings for an empty database, which is gone afterwards."""
    if kind == "sqlite":
        yield load(_env_file=None, db_connection="sqlite", data_dir=directory)
        return
    server: Server = request.getfixturevalue("mariadb")
    server.create(name)
    yield settings_on(server, name)
    server.drop(name)


@pytest.fixture(params=["sqlite", "mariadb"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings for an empty database of each kind."""
    with empty_database(request.param, request, tmp_path, "fresh") as settings:
        yield settings


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The same for a whole module, to be filled once and then only read."""
    with empty_database(request.param, request, tmp_path_factory.mktemp("lasting"), "lasting") as settings:
        yield settings
