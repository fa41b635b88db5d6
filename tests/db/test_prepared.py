"""SELECTs that are kept to run often give what they give when they run once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import bindparam, func, literal, select, text, update

from osticket_api.db import tables as t
from osticket_api.db.statements import any_numbered, numbered
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Unavailable
from tests.fixtures.api import Api

TABLES = [t.ticket, t.thread_entry, t.staff, t.user, t.sla, t.department, t.schedule_entry, t.form_field, t.config]


def twice(api: Api, statement: Any, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a later time, which are those of the first, down to the types of their values."""

    def unit(tx: Read) -> list[list[tuple[Any, ...]]]:
        return [[tuple(row) for row in tx.prepared(statement, parameters)] for _ in range(3)]

    first, second, third = api.write(unit)
    assert repr(first) == repr(second) == repr(third)
    return list(third)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_every_column_reads_the_same(api: Api, table: Any) -> None:
    assert twice(api, select(table), {})


def test_columns_have_their_names(api: Api) -> None:
    statement = select(t.ticket.c.ticket_id, func.count().over().label("how_many")).where(t.ticket.c.ticket_id == 1)
    for _ in range(3):
        (row,) = api.write(lambda tx: tx.prepared(statement, {}))
        assert row.ticket_id == row.how_many == 1


def test_parameters_are_converted_as_ever(api: Api) -> None:
    ticket = t.ticket.c
    statement = select(ticket.ticket_id).where(
        ticket.created < bindparam("before", type_=ticket.created.type),
        ticket.number == bindparam("number", type_=ticket.number.type),
        ticket.status_id.in_([1, 2, 3, 4]),
        ticket.source != "100 %",
    )
    (number,) = api.rows(select(ticket.number).where(ticket.ticket_id == 1))[0]
    created_at = api.rows(select(ticket.created).where(ticket.ticket_id == 1))[0].created
    just_after = created_at.astimezone(ZoneInfo("Pacific/Apia")) + timedelta(seconds=1)
    assert twice(api, statement, {"before": just_after, "number": number}) == [(1,)]
    assert twice(api, statement, {"before": created_at, "number": number}) == []
    later = datetime(2999, 1, 1, tzinfo=UTC)
    assert twice(api, statement, {"before": later, "number": "\N{GRINNING FACE}"}) == []


def test_a_parameter_that_is_missing_is_an_error(api: Api) -> None:
    statement = select(t.ticket.c.ticket_id).where(t.ticket.c.ticket_id == bindparam("ticket_id"))
    assert twice(api, statement, {"ticket_id": 1}) == [(1,)]
    with pytest.raises(Exception, match="ticket_id"):
        api.write(lambda tx: tx.prepared(statement, {}))


@pytest.mark.parametrize("count", [1, 2, 20, 21])
def test_numbered_parameters_find_their_values(api: Api, count: int) -> None:
    parameters = numbered("id", [1, *range(100_000, 100_000 + count - 1)])
    statement = select(t.ticket.c.ticket_id).where(any_numbered(t.ticket.c.ticket_id, "id", len(parameters)))
    assert twice(api, statement, parameters) == [(1,)]


def test_a_connection_is_not_used_again_in_the_middle_of_an_answer(api: Api) -> None:
    """Whoever waits for an answer may be cancelled; then nobody has read it."""
    if api.database.is_sqlite:
        pytest.skip("SQLite has no SLEEP")
    statement = select(func.sleep(bindparam("seconds")).label("slept"))

    async def scenario() -> list[int]:
        for _ in range(3):
            await api.database.read(lambda tx: tx.prepared(statement, {"seconds": 0}))
        task = asyncio.ensure_future(api.database.read(lambda tx: tx.prepared(statement, {"seconds": 1})))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [await api.database.read(lambda tx: tx.scalar(select(literal(42)))) for _ in range(5)]

    assert api.client.portal.call(scenario) == [42] * 5  # type: ignore[union-attr]


def test_a_connection_that_is_lost_is_replaced(api: Api) -> None:
    if api.database.is_sqlite:
        pytest.skip("a file has no connections")
    alice = api.staff("alice")
    before = [alice.get("/tickets/1").data for _ in range(3)][-1]
    mine, theirs = "SELECT CONNECTION_ID()", "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE()"

    def kill_the_others(tx: Read) -> None:
        own = tx.connection.exec_driver_sql(mine).scalar()
        for (identifier,) in tx.connection.exec_driver_sql(theirs).all():
            if identifier != own:
                tx.connection.exec_driver_sql(f"KILL {identifier}")

    api.write(kill_the_others)
    assert alice.get("/tickets/1").data == before


def test_a_transaction_whose_connection_is_lost_does_not_go_on(api: Api) -> None:
    """What it had written is gone with the connection: nothing after it may be committed alone."""
    if api.database.is_sqlite:
        pytest.skip("a file has no connection to lose")
    statement = select(t.ticket.c.number).where(t.ticket.c.ticket_id == 1)

    def unit(tx: Write) -> None:
        for _ in range(2):
            tx.prepared(statement, {})
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == 1).values(number="LOST"))
        own_id = tx.scalar(select(func.connection_id()))
        api.database.read_now(lambda other: other.rows(text(f"KILL {own_id}")))
        tx.prepared(statement, {})

    with pytest.raises(Unavailable):
        api.write(unit)
    assert api.rows(statement)[0].number != "LOST"
