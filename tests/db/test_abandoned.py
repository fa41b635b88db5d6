"""A transaction whose host has gone without a word holds its locks no longer than the server is told to wait for it."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.util.concurrency import greenlet_spawn

from osticket_api.db import engines
from tests.fixtures.mariadb import Server


def test_an_abandoned_transaction_is_ended(mariadb: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "ABANDONED_SECONDS", 1)
    mariadb.create("abandoned")
    with mariadb.connect("abandoned") as other, other.cursor() as cursor:
        cursor.execute("CREATE TABLE seat (id INT PRIMARY KEY, taken INT) ENGINE=InnoDB")
        cursor.execute("INSERT INTO seat VALUES (1, 0)")
        other.commit()
        cursor.execute("SET innodb_lock_wait_timeout=10")
        asyncio.run(_abandon_and(mariadb, lambda: cursor.execute("UPDATE seat SET taken=2 WHERE id=1")))
        other.commit()
        cursor.execute("SELECT taken FROM seat")
        assert cursor.fetchall() == ((2,),)
    mariadb.drop("abandoned")


def test_connections_that_rest_between_transactions_are_good(mariadb: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """MySQL ends these too, and the pool connects again."""
    monkeypatch.setattr(engines, "ABANDONED_SECONDS", 1)

    async def scenario() -> None:
        engine = engines.make_engine(mariadb.url("mysql"), 1, reading=False)
        for _ in range(2):
            await greenlet_spawn(_ask, engine)
            await asyncio.sleep(2)
        await greenlet_spawn(engine.dispose)

    asyncio.run(scenario())


async def _abandon_and(server: Server, act: Callable[[], object]) -> None:
    """Begin a transaction that locks the seat, and say nothing more while somebody else acts."""
    engine = engines.make_engine(server.url("abandoned"), 1, reading=False)
    connection = await greenlet_spawn(engine.connect)
    await greenlet_spawn(connection.exec_driver_sql, "UPDATE seat SET taken=1 WHERE id=1")
    try:
        act()
    finally:
        await greenlet_spawn(connection.invalidate)
        await greenlet_spawn(connection.close)
        await greenlet_spawn(engine.dispose)


def _ask(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
