"""An osTicket as it lies on a disk, with its database on MariaDB."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from osticket_api.db import own
from osticket_api.embedded import NewDesk, build
from osticket_api.settings import Settings
from tests.fixtures.desks import play, settings_on, usual_prefix
from tests.fixtures.mariadb import Server

__all__ = ["OsTicket", "osticket", "usual_prefix"]

DESK = NewDesk(title="[IT] Desk", url="https://desk.example.com/", timezone="Europe/Berlin")


@dataclass
class OsTicket:
    """`constants` is what `ost-config.php` defines, in PHP's own notation."""

    folder: Path
    server: Server
    prefix: str = "ost_"
    constants: dict[str, str] = field(default_factory=dict)
    is_changed: bool = False

    @property
    def settings(self) -> Settings:
        return settings_on(self.server, "desk", db_prefix=self.prefix)

    def configure(self, **constants: str) -> None:
        """Write the configuration file, with some constants other than usual."""
        self.constants |= constants
        file = self.folder / "include" / "ost-config.php"
        file.parent.mkdir(exist_ok=True)
        lines = [f"define('{name}', {value});" for name, value in self.constants.items()]
        file.write_text("\n".join(["<?php", "# The database", *lines, "?>"]))

    def change(self, *statements: str) -> None:
        """Run SQL after which the database is not as fresh as the next test needs it."""
        self.is_changed = True
        self.run(*statements)

    def run(self, *statements: str) -> list[Any]:
        """What the last of some SQL statements gives."""
        with self.server.connect("desk") as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def tables(self) -> set[str]:
        return {name for (name,) in self.run("SHOW TABLES")}


@pytest.fixture
def osticket(mariadb: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OsTicket]:
    """A fresh osTicket 1.18.1. The current folder is an empty one beside it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "api").mkdir()
    monkeypatch.chdir(tmp_path / "api")
    place = OsTicket(tmp_path, mariadb)
    if not _is_there(mariadb):
        mariadb.create("desk")
        play(place.settings, lambda database: database.write(build, DESK))
    place.configure(
        OSTINSTALLED="TRUE",
        SECRET_SALT="'salt'",
        ADMIN_EMAIL="'admin@example.com'",
        DBHOST=f"'localhost:{mariadb.socket}'",
        DBNAME="'desk'",
        DBUSER="'root'",
        DBPASS="''",
        TABLE_PREFIX="'ost_'",
    )
    yield place
    if place.is_changed:
        mariadb.drop("desk")
    else:
        play(place.settings, lambda database: database.write(own.remove))


def _is_there(server: Server) -> bool:
    with server.connect() as connection, connection.cursor() as cursor:
        return cursor.execute("SHOW DATABASES LIKE 'desk'") > 0
