"""Named indexes on osTicket's tables."""

import pytest
from sqlalchemy import inspect

from osticket_api.db import indexes
from osticket_api.db import tables as t
from osticket_api.db.engine import Database, Read
from osticket_api.db.fresh import NewDesk, create
from osticket_api.settings import ConfigurationError, Settings
from tests.features.database.test_create import run
from tests.fixtures.desks import play

NAMES = {index.name for index in indexes.INDEXES}


def names_on_tickets(tx: Read) -> set[str]:
    return {str(index["name"]) for index in inspect(tx.connection).get_indexes(t.ticket.name)}


def test_they_come_and_go_without_a_trace(settings: Settings) -> None:
    async def scenario(database: Database) -> tuple[set[str], set[str]]:
        await create(database, NewDesk())
        before = await database.read(names_on_tickets)
        for index in indexes.INDEXES:
            await database.write(indexes.add, index)
        there = await database.read(indexes.present)
        for index in indexes.INDEXES:
            await database.write(indexes.drop, index)
        assert await database.read(names_on_tickets) == before
        return there, await database.read(indexes.present)

    assert play(settings, scenario) == (NAMES, set())


def test_they_have_the_columns_they_say(settings: Settings) -> None:
    async def scenario(database: Database) -> dict[str, list[str]]:
        await create(database, NewDesk())
        for index in indexes.INDEXES:
            await database.write(indexes.add, index)
        found = await database.read(lambda tx: inspect(tx.connection).get_indexes(t.ticket.name))
        return {str(each["name"]).partition("api_")[2]: each["column_names"] for each in found}  # type: ignore[misc]

    found = play(settings, scenario)
    for index in indexes.INDEXES:
        assert found[index.name.removeprefix("api_")] == list(index.columns)


def test_a_table_that_cannot_be_changed_online_is_left_alone(settings: Settings) -> None:
    if settings.db_connection == "sqlite":
        pytest.skip("SQLite has no engines")

    async def scenario(database: Database) -> None:
        await create(database, NewDesk())
        await database.write(run, f"ALTER TABLE {t.ticket.name} ENGINE=MyISAM")
        await database.write(indexes.add, indexes.INDEXES[0])

    with pytest.raises(ConfigurationError, match="needs InnoDB"):
        play(settings, scenario)
