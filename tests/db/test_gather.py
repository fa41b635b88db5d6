"""Reading several things at the same time."""

import asyncio
from functools import partial
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import func, literal, select

from osticket_api.db.engine import Database
from osticket_api.db.unit import Read
from osticket_api.settings import Settings
from tests.fixtures.desks import play, settings_on
from tests.fixtures.mariadb import Server

SLOW = 2


def give(tx: Read, number: int) -> Any:
    return tx.scalar(select(literal(number)))


def give_slowly(tx: Read, number: int) -> Any:
    return tx.scalar(select(literal(number) + func.sleep(SLOW)))


def both(tx: Read, function: Any) -> list[Any]:
    return tx.gather(partial(function, number=1), partial(function, number=2))


def test_results_come_in_the_order_of_what_was_asked(settings: Settings) -> None:
    assert play(settings, lambda database: database.read(both, give)) == [1, 2]


def test_a_single_thing_is_read_by_the_unit_itself(settings: Settings) -> None:
    assert play(settings, lambda database: database.read(lambda tx: tx.gather(lambda unit: unit is tx))) == [True]


def test_a_transaction_asks_by_itself(settings: Settings) -> None:
    assert play(settings, lambda database: database.write(both, give)) == [1, 2]


@pytest.fixture
def desk(mariadb: Server) -> Settings:
    mariadb.create("together")
    return settings_on(mariadb, "together", db_pool_size=3)


def test_both_are_asked_at_the_same_time(desk: Settings) -> None:
    async def scenario(database: Database) -> float:
        start = perf_counter()
        assert await database.read(both, give_slowly) == [1, 2]
        return perf_counter() - start

    assert play(desk, scenario) < 2 * SLOW


def test_many_units_never_wait_for_each_others_connections(desk: Settings) -> None:
    async def scenario(database: Database) -> list[list[Any]]:
        return await asyncio.gather(*(database.read(both, give) for _ in range(50)))

    assert play(desk, scenario) == [[1, 2]] * 50
