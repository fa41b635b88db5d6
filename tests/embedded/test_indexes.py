"""Named indexes on osTicket's tables."""

import pytest
from sqlalchemy import inspect

from osticket_api.db import indexes
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.embedded import NewDesk, create
from osticket_api.settings import ConfigurationError, Settings
from tests.embedded.test_creation import run
from tests.fixtures.desks import play

NAMES = {index.name for index in indexes.INDEXES}


def columns_of_indexes(tx: Read) -> dict[str, list[str | None]]:
    """Of all indexes of the tables concerned, without the table that SQLite puts before a name."""
    tables = {index.table.name for index in indexes.INDEXES}
    found = ((table, each) for table in tables for each in inspect(tx.connection).get_indexes(table))
    return {str(each["name"]).removeprefix(f"{table}_"): each["column_names"] for table, each in found}


def test_they_come_and_go_without_a_trace(settings: Settings) -> None:
    async def scenario(database: Database) -> tuple[set[str], set[str]]:
        await create(database, NewDesk())
        before = await database.read(columns_of_indexes)
        for index in indexes.INDEXES:
            await database.write(indexes.add, index)
        there = await database.read(indexes.present)
        for index in indexes.INDEXES:
            await database.write(indexes.drop, index)
        assert await database.read(columns_of_indexes) == before
        return there, await database.read(indexes.present)

    assert play(settings, scenario) == (NAMES, set())


def test_they_have_the_columns_they_say(settings: Settings) -> None:
    async def scenario(database: Database) -> dict[str, list[str | None]]:
        await create(database, NewDesk())
        for index in indexes.INDEXES:
            await database.write(indexes.add, index)
        return await database.read(columns_of_indexes)

    found = play(settings, scenario)
    for index in indexes.INDEXES:
        assert found[index.name] == list(index.columns)


def test_those_of_an_earlier_version_are_replaced(settings: Settings) -> None:
    index = indexes.INDEXES[1]
    earlier = indexes.ApiIndex(index.name, index.table, index.columns[:2], "")

    async def scenario(database: Database) -> None:
        await create(database, NewDesk())
        await database.write(indexes.add, earlier)
        assert await database.read(indexes.present) == set()
        assert await database.read(indexes.outdated) == {index.name}
        await database.write(indexes.add, index)
        assert await database.read(indexes.present) == {index.name}
        assert await database.read(indexes.outdated) == set()

    play(settings, scenario)


def test_a_table_that_cannot_be_changed_online_is_left_alone(settings: Settings) -> None:
    if settings.db_connection == "sqlite":
        pytest.skip("SQLite has no engines")

    async def scenario(database: Database) -> None:
        await create(database, NewDesk())
        await database.write(run, f"ALTER TABLE {t.ticket.name} ENGINE=MyISAM")
        await database.write(indexes.add, indexes.INDEXES[0])

    with pytest.raises(ConfigurationError, match="needs InnoDB"):
        play(settings, scenario)
