"""What happens at a server's start, before the first request."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, update

from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.connect import open_database, prepare
from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from osticket_api.embedded import NewDesk, build
from osticket_api.errors import Unavailable
from osticket_api.settings import ConfigurationError, Settings, load
from tests.fixtures.desks import play


def refusal(settings: Settings, *preparations: Any) -> str:
    """Why a start is refused after some preparations on the database."""

    async def scenario(database: Database) -> str:
        for preparation in preparations:
            await database.write(preparation)
        with pytest.raises(ConfigurationError) as caught:
            await prepare(database, settings)
        return str(caught.value)

    return play(settings, scenario)


def desk(tx: Write) -> None:
    build(tx, NewDesk())


def signed(signature: str) -> Any:
    key = t.config.c.key
    return lambda tx: tx.change(update(t.config).where(key == "schema_signature").values(value=signature))


def test_known_help_desk_is_accepted(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(desk)
        await database.write(own.migrate)
        assert await prepare(database, settings) == "1.18.1"
        assert database.has_own_tables

    play(settings, scenario)


def test_osticket_1_17_is_accepted(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(desk)
        await database.write(signed("83a22ba22b1a6a624fcb1da03882ac1b"))
        await database.write(own.migrate)
        assert await prepare(database, settings) == "1.17.5"

    play(settings, scenario)


def test_empty_database_is_refused(settings: Settings) -> None:
    assert "holds no osTicket tables with the prefix 'ost_'" in refusal(settings)


def test_other_prefix_is_refused(settings: Settings) -> None:
    other = settings.model_copy(update={"db_prefix": "help_"})
    play(settings, lambda database: database.write(desk))
    assert "holds no osTicket tables with the prefix 'help_'" in refusal(other)


def test_unknown_schema_is_refused(settings: Settings) -> None:
    assert "unknown schema signature abc" in refusal(settings, desk, signed("abc"))


def test_help_desk_without_signature_is_refused(settings: Settings) -> None:
    def forget(tx: Write) -> None:
        tx.change(delete(t.config).where(t.config.c.key == "schema_signature"))

    assert "has no schema signature" in refusal(settings, desk, forget)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_embedded_help_desk_gets_our_tables(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(desk)
        await prepare(database, settings)
        assert await database.read(own.is_current)
        assert database.has_own_tables

    play(settings, scenario)


@pytest.mark.parametrize("settings", ["mariadb"], indirect=True)
def test_attached_help_desk_without_our_tables_is_refused(settings: Settings) -> None:
    assert "are missing: run `osticket-api database upgrade`" in refusal(settings, desk)


@pytest.mark.parametrize("settings", ["mariadb"], indirect=True)
def test_attached_help_desk_with_old_tables_is_refused(settings: Settings) -> None:
    def age(tx: Write) -> None:
        tx.connection.exec_driver_sql("UPDATE ost_api_migration SET version_num = '0000'")

    assert "have version 0000" in refusal(settings, desk, own.migrate, age)


def test_read_only_needs_none_of_our_tables(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await prepare(database, settings.model_copy(update={"read_only": True}))
        assert not await database.read(own.exists)
        assert not database.has_own_tables

    play(settings, lambda database: database.write(desk))
    play(settings, scenario)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_two_servers_may_start_on_the_embedded_help_desk_at_once(settings: Settings) -> None:
    async def scenario(database: Database) -> None:
        await database.write(desk)
        other = open_database(settings)
        await asyncio.gather(prepare(database, settings), prepare(other, settings))
        assert await other.read(own.is_current)
        await other.close()

    play(settings, scenario)


def test_database_that_is_away_is_told() -> None:
    place = {"db_connection": "mysql", "db_socket": "/nowhere/socket", "db_username": "root", "db_database": "x"}
    settings = load(_env_file=None, **place)
    with pytest.raises(Unavailable):
        play(settings, lambda database: prepare(database, settings))
