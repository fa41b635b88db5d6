"""What happens after a commit, happens once, and never for a change that does not come about."""

import contextlib
from typing import Any

from sqlalchemy import insert, select

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.unit import Read, Write
from osticket_api.settings import Settings
from tests.fixtures.desks import play


async def make_table(database: Database) -> None:
    await database.write(lambda tx: t.event.create(tx.connection))


def add_event(tx: Write, calls: list[str], name: str) -> None:
    tx.change(insert(t.event).values(name=name))
    tx.after_commit(calls.append, name)


def refuse(tx: Write, calls: list[str]) -> None:
    add_event(tx, calls, "refused")
    raise ValueError("no")


def count(tx: Read, name: str) -> int:
    return len(tx.scalars(select(t.event.c.id).where(t.event.c.name == name)))


def test_a_commit_is_followed_by_what_waits_for_it(settings: Settings) -> None:
    seen: list[int] = []

    async def scenario(database: Database) -> None:
        await make_table(database)

        def look() -> None:
            seen.append(database.read_now(count, "late"))

        def unit(tx: Write) -> None:
            tx.after_commit(look)
            add_event(tx, [], "late")

        await database.write(unit)

    play(settings, scenario)
    assert seen == [1], "another connection sees the row by then"


def test_nothing_follows_a_refusal_or_a_dry_run(settings: Settings) -> None:
    calls: list[str] = []

    async def scenario(database: Database) -> None:
        await make_table(database)
        with contextlib.suppress(ValueError):
            await database.write(refuse, calls)
        await database.dry_run(lambda tx: add_event(tx, calls, "dry_run"))

    play(settings, scenario)
    assert calls == []


def test_one_failure_stops_nothing_that_waits_behind_it(settings: Settings) -> None:
    calls: list[str] = []

    async def scenario(database: Database) -> Any:
        await make_table(database)

        def unit(tx: Write) -> str:
            tx.after_commit(lambda: 1 / 0)
            add_event(tx, calls, "second")
            return "answered"

        return await database.write(unit)

    assert play(settings, scenario) == "answered"
    assert calls == ["second"]
