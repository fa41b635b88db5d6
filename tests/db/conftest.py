"""An empty database on SQLite and on MariaDB."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from osticket_api.settings import Settings, load
from tests.fixtures.desks import settings_on, usual_prefix
from tests.fixtures.mariadb import Server

__all__ = ["settings", "usual_prefix"]


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
