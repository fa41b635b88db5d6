"""Every migration of our own tables goes down as well as up, with data in them, on SQLite and on MariaDB."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Boolean, Integer, LargeBinary, Table, func, inspect, select, text
from sqlalchemy.types import TypeEngine

from osticket_api.db import own
from osticket_api.db.engine import Database
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own import version_table
from osticket_api.db.types import UtcMoment
from osticket_api.db.unit import Read, Write
from osticket_api.settings import ConfigurationError, Settings
from tests.fixtures.desks import play

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
FIRST = "0001"


def climb(tx: Write, version: str) -> None:
    """Upgrade to a version that is not the newest, as an older osticket-api would have left it."""
    command.upgrade(own._alembic(tx), version)


def shape(tx: Read) -> dict[str, Any]:
    """Our own tables as they are: columns with types, and indexes."""
    found = inspect(tx.connection)
    return {
        name: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in found.get_columns(name)},
            sorted((str(index["name"]), index["column_names"], index["unique"]) for index in found.get_indexes(name)),
        )
        for name in found.get_table_names()
        if name != version_table()
    }


def shapes(tx: Write) -> dict[str, dict[str, Any]]:
    """What each version of the tables is, seen on the way up."""
    own._version_table().create(tx.connection, checkfirst=True)
    seen = {}
    for version in own.versions():
        climb(tx, version)
        seen[version] = shape(tx)
    return seen


def some(kind: TypeEngine[Any], number: int) -> Any:
    if isinstance(kind, UtcMoment):
        return NOON
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer):
        return number
    return b"x" if isinstance(kind, LargeBinary) else str(number)


def fill(tx: Write) -> None:
    """Three rows in each table, with something in every column."""
    for table in own_metadata.tables.values():
        tx.connection.execute(table.delete())
        for number in (1, 2, 3):
            tx.connection.execute(table.insert().values({c.name: some(c.type, number) for c in table.columns}))


def counts(tx: Read) -> dict[str, int]:
    names = [name for name in inspect(tx.connection).get_table_names() if name != version_table()]
    return {name: tx.connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar_one() for name in names}


def test_each_version_is_reached_again_with_its_rows(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        seen = await database.write(shapes)
        await database.write(fill)
        for version in reversed(own.versions()):
            await database.write(own.downgrade, version)
            assert await database.read(own.version) == version
            assert await database.read(shape) == seen[version], version
            assert set((await database.read(counts)).values()) == {3}, version
        for version in own.versions():
            await database.write(climb, version)
            assert await database.read(shape) == seen[version], version
        assert await database.read(own.is_current)

    play(settings, scenario)


def test_rows_of_the_first_version_outlive_the_way_down_and_up(settings: Settings) -> None:
    def sessions(tx: Read) -> list[tuple[Any, ...]]:
        session: Table = own_metadata.tables["api_session"]
        kept = (session.c.id, session.c.token_hash, session.c.expires_at, session.c.user_agent)
        return [tuple(row) for row in tx.rows(select(*kept).order_by(session.c.id))]

    async def scenario(database: Database) -> None:
        await database.write(own.migrate)
        await database.write(fill)
        before = await database.read(sessions)
        await database.write(own.downgrade, FIRST)
        await database.write(own.migrate)
        assert await database.read(sessions) == before
        assert len(before) == 3
        audit = own_metadata.tables["api_audit"]
        assert await database.read(lambda tx: tx.scalar(select(func.count()).select_from(audit))) == 0

    play(settings, scenario)


def test_interrupted_downgrade_is_finished_by_running_it_again(settings: Settings) -> None:
    def interrupted(tx: Write) -> None:
        """MySQL commits after every statement: the tables are gone, the version is still the newest."""
        tx.connection.execute(text("DROP TABLE ost_api_audit"))
        tx.connection.execute(text("DROP TABLE ost_api_strike"))

    async def scenario(database: Database) -> None:
        seen = await database.write(shapes)
        await database.write(interrupted)
        await database.write(own.downgrade, FIRST)
        assert await database.read(shape) == seen[FIRST]

    play(settings, scenario)


@pytest.mark.parametrize("version", own.versions())
def test_every_migration_can_be_undone(version: str) -> None:
    """A new migration comes with a `downgrade`: `db/migrations/undoing.py` helps. See decision 0004."""
    script = own._scripts().get_revision(version)
    assert script is not None
    assert callable(getattr(script.module, "downgrade", None)), f"migration {version} has no downgrade()"


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("9999", "9999 is not a version of the tables of osticket-api: 0001, "),
        ("base", "base is not a version"),
        ("-1", "-1 is not a version"),
        ("0004", "have version 0003, which is older than 0004"),
    ],
)
def test_no_way_down_is_said(settings: Settings, target: str, sentence: str) -> None:
    async def scenario(database: Database) -> None:
        await database.write(own.migrate)
        await database.write(own.downgrade, "0003")
        with pytest.raises(ConfigurationError) as caught:
            await database.write(own.downgrade, target)
        assert sentence in str(caught.value)
        assert await database.read(own.version) == "0003"

    play(settings, scenario)


def test_tables_that_are_missing_or_newer_are_not_taken_back(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        with pytest.raises(ConfigurationError, match="are missing"):
            await database.write(own.downgrade, FIRST)
        await database.write(own.migrate)
        await database.write(
            lambda tx: tx.connection.execute(text("UPDATE ost_api_migration SET version_num = '9999'"))
        )
        with pytest.raises(ConfigurationError, match="made by a newer osticket-api"):
            await database.write(own.downgrade, FIRST)

    play(settings, scenario)
