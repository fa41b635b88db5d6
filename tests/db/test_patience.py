"""A database that says nothing for too long ends the unit of work, and nothing else does."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.errors import Unavailable
from osticket_api.kit import off_loop
from osticket_api.settings import Settings
from tests.fixtures.desks import settings_on
from tests.fixtures.mariadb import Server

PATIENCE = 1


@pytest.fixture
def desk(mariadb: Server) -> Settings:
    mariadb.create("silent")
    return settings_on(mariadb, "silent")


def run(desk: Settings, scenario: Any) -> Any:
    async def opened() -> Any:
        database = Database(desk.database_url, timeout=PATIENCE)
        try:
            return await scenario(database)
        finally:
            await database.close()

    return asyncio.run(opened())


def sleep(tx: Read, seconds: float) -> Any:
    return tx.scalar(select(func.sleep(seconds)))


@pytest.mark.parametrize("kind", ["read", "write"])
def test_a_statement_that_takes_too_long_is_not_waited_for(desk: Settings, kind: str) -> None:
    async def scenario(database: Database) -> tuple[float, Any]:
        began = time.monotonic()
        with pytest.raises(Unavailable, match="cannot be reached"):
            await getattr(database, kind)(sleep, 5)
        return time.monotonic() - began, await getattr(database, kind)(sleep, 0)

    took, later = run(desk, scenario)
    assert PATIENCE * 0.8 < took < 4
    assert later == 0, "the next unit of work has a connection of its own"


@pytest.mark.parametrize("kind", ["read", "write"])
def test_several_statements_may_take_longer_together(desk: Settings, kind: str) -> None:
    def unit(tx: Read) -> list[Any]:
        return [sleep(tx, 0.6 * PATIENCE) for _ in range(3)]

    assert run(desk, lambda database: getattr(database, kind)(unit)) == [0, 0, 0]


def test_what_is_waited_for_elsewhere_may_take_its_time(desk: Settings) -> None:
    def unit(tx: Read) -> Any:
        off_loop.beside(lambda: time.sleep(2 * PATIENCE))
        return sleep(tx, 0)

    assert run(desk, lambda database: database.read(unit)) == 0


def test_what_is_read_beside_may_take_its_time(desk: Settings) -> None:
    """Each has a limit of its own."""

    def slowly(tx: Read) -> Any:
        return [sleep(tx, 0.7 * PATIENCE), sleep(tx, 0.7 * PATIENCE)]

    def unit(tx: Read) -> Any:
        return tx.gather(slowly, slowly)

    assert run(desk, lambda database: database.read(unit)) == [[0, 0], [0, 0]]


def test_a_cancelled_request_is_not_taken_for_a_silent_database(desk: Settings) -> None:
    async def scenario(database: Database) -> None:
        asked = asyncio.create_task(database.read(sleep, 5))
        await asyncio.sleep(0.2)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    run(desk, scenario)


def test_cleaning_up_afterwards_hides_nothing(desk: Settings) -> None:
    def unit(tx: Read) -> None:
        try:
            sleep(tx, 5)
        finally:
            off_loop.beside(lambda: None)

    async def scenario(database: Database) -> None:
        with pytest.raises(Unavailable):
            await database.read(unit)

    run(desk, scenario)
