"""What we create on MariaDB is what osTicket creates there, and what osTicket and its plugins leave is readable."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.connect import check_schema
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.embedded import NewDesk, create
from tests.fixtures.desks import play, settings_on
from tests.fixtures.mariadb import Server
from tests.schema import live, reference

_CHARACTERS = """
    SELECT table_name, column_name, collation_name
    FROM information_schema.columns WHERE table_schema = DATABASE() AND collation_name IS NOT NULL
"""
_OWN_TABLES = """
    SELECT DISTINCT table_collation FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name LIKE 'ost\\_api\\_%' AND table_name <> 'ost_api_key'
"""
_PLUGINS = (
    "ALTER TABLE ost_api_key ADD can_read_tickets TINYINT(1) NOT NULL DEFAULT 0 AFTER can_exec_cron",
    "ALTER TABLE ost_api_key ADD can_reply_tickets TINYINT(1) NOT NULL DEFAULT 0 FIRST",
    "ALTER TABLE ost_ticket ADD version INT UNSIGNED NOT NULL DEFAULT 1 AFTER number",
    "CREATE TABLE ost_ticket_relations (id INT PRIMARY KEY, parent INT NOT NULL)",
    "CREATE TABLE ost_ticket_extras (id INT PRIMARY KEY, note TEXT)",
)


@pytest.fixture
def created(mariadb: Server) -> Iterator[str]:
    """A database with another default character set, in which we have created a help desk."""
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE created CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    play(settings_on(mariadb, "created"), lambda database: create(database, NewDesk()))
    yield "created"
    mariadb.drop("created")


@pytest.fixture
def written_by_osticket(mariadb: Server) -> Iterator[str]:
    mariadb.create("written")
    mariadb.load("written", reference.fixture_dump())
    yield "written"
    mariadb.drop("written")


def test_a_new_help_desk_has_exactly_the_columns_of_osticket(mariadb: Server, created: str) -> None:
    assert live.columns(mariadb, created) ^ live.comparable(reference.columns()) == set()


def test_a_new_help_desk_has_exactly_the_indexes_of_osticket(mariadb: Server, created: str) -> None:
    assert live.facts(mariadb, created, live.INDEXES) ^ reference.indexes() == set()


def test_a_new_help_desk_compares_text_as_osticket_does(
    mariadb: Server, created: str, written_by_osticket: str
) -> None:
    assert live.facts(mariadb, created, _CHARACTERS) == live.facts(mariadb, written_by_osticket, _CHARACTERS)


def test_our_own_tables_compare_text_alike_on_every_server(mariadb: Server, created: str) -> None:
    play(settings_on(mariadb, created), lambda database: database.write(own.migrate))
    assert live.facts(mariadb, created, _OWN_TABLES) == {("utf8mb4_general_ci",)}


def test_a_list_is_made_where_mysql_left_its_column_without_a_default(mariadb: Server, created: str) -> None:
    """No TEXT has a default on MySQL: it drops the one in osTicket's schema without a word."""
    with mariadb.connect(created) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ost_list ALTER configuration DROP DEFAULT")

    async def scenario(database: Database) -> Any:
        await database.write(lambda tx: tx.insert(t.list_, name="Colour", created=tx.now, updated=tx.now))
        return await database.read(
            lambda tx: tx.scalar(select(t.list_.c.configuration).where(t.list_.c.name == "Colour"))
        )

    assert play(settings_on(mariadb, created), scenario) == ""


def test_columns_and_tables_of_plugins_disturb_nothing(mariadb: Server, written_by_osticket: str) -> None:
    with mariadb.connect(written_by_osticket) as connection, connection.cursor() as cursor:
        for statement in _PLUGINS:
            cursor.execute(statement)
    expected = {name: len(rows) for name, rows in reference.fixture_rows().items()}

    async def scenario(database: Database) -> dict[str, int]:
        assert await database.read(check_schema) == "1.18.1"
        return await database.read(_row_counts)

    found = play(settings_on(mariadb, written_by_osticket), scenario)
    assert {name: found[name] for name in expected} == expected


def _row_counts(tx: Read) -> dict[str, int]:
    """Reads every column of every table."""
    return {table.name: len(tx.rows(select(table))) for table in t.metadata.tables.values()}


def test_a_new_help_desk_starts_where_osticket_would(mariadb: Server, created: str) -> None:
    async def scenario(database: Database) -> tuple[str, int]:
        version = await database.read(check_schema)
        return version, await database.read(lambda tx: int(tx.scalar(select(func.count()).select_from(t.ticket))))

    assert play(settings_on(mariadb, created), scenario) == ("1.18.1", 0)
