"""Statements that are kept to run often do what they do when they run once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import bindparam, func, literal, select, text, update

from osticket_api.db import tables as t
from osticket_api.db.dialect import upsert
from osticket_api.db.internals import await_only
from osticket_api.db.statements import any_numbered, numbered, page_of
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError, Unavailable
from tests.fixtures.api import Api
from tests.fixtures.mariadb import Server

TABLES = sorted(t.metadata.tables.values(), key=lambda table: str(table.name))
COM_RESET_CONNECTION = 0x1F
FILLED = [t.ticket, t.thread_entry, t.staff, t.user, t.sla, t.department, t.schedule_entry, t.form_field, t.config]


def often(api: Api, statement: Any, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of the first time, which are those of the later ones, down to the types of their values."""

    def unit(tx: Read) -> list[list[tuple[Any, ...]]]:
        return [[tuple(row) for row in tx.prepared(statement, parameters)] for _ in range(8)]

    first, *later = api.write(unit)
    assert {repr(rows) for rows in later} == {repr(first)}
    return list(first)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_every_column_reads_the_same(api: Api, table: Any) -> None:
    assert often(api, select(table), {}) or table not in FILLED


def test_moments_that_are_none_read_the_same(api: Api) -> None:
    """osTicket's tables have dates of zeros, mostly from older versions."""
    if api.database.is_sqlite:
        pytest.skip("SQLite has no dates of zeros")
    zeros = "UPDATE ost_ticket SET closed = '0000-00-00 00:00:00', duedate = '2030-01-02 00:00:00' WHERE ticket_id = 1"
    api.write(lambda tx: tx.connection.execute(text(zeros)))
    ticket = t.ticket.c
    (row,) = often(api, select(ticket.closed, ticket.duedate).where(ticket.ticket_id == 1), {})
    assert row == (None, datetime(2030, 1, 2, tzinfo=UTC))


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
    assert often(api, statement, {"before": just_after, "number": number}) == [(1,)]
    assert often(api, statement, {"before": created_at, "number": number}) == []
    later = datetime(2999, 1, 1, tzinfo=UTC)
    assert often(api, statement, {"before": later, "number": "\N{GRINNING FACE}"}) == []


def test_a_connection_takes_little_room_until_more_comes(api: Api) -> None:
    if api.database.is_sqlite:
        pytest.skip("SQLite has no connections that receive")

    def unit(tx: Read) -> tuple[int, int, int]:
        protocol: Any = tx.connection.connection.driver_connection._proto  # type: ignore[union-attr]
        before = len(protocol.buffer)
        long = tx.scalar(select(func.repeat("x", 500_000)))
        return before, len(long), len(protocol.buffer)

    assert api.write(unit) == (32 * 1024, 500_000, 512 * 1024)


def test_a_parameter_that_is_missing_is_an_error(api: Api) -> None:
    statement = select(t.ticket.c.ticket_id).where(t.ticket.c.ticket_id == bindparam("ticket_id"))
    assert often(api, statement, {"ticket_id": 1}) == [(1,)]
    with pytest.raises(Exception, match="ticket_id"):
        api.write(lambda tx: tx.prepared(statement, {}))


@pytest.mark.parametrize("count", [1, 2, 20, 21])
def test_numbered_parameters_find_their_values(api: Api, count: int) -> None:
    parameters = numbered("id", [1, *range(100_000, 100_000 + count - 1)])
    statement = select(t.ticket.c.ticket_id).where(any_numbered(t.ticket.c.ticket_id, "id", len(parameters)))
    assert often(api, statement, parameters) == [(1,)]


def test_table_that_changes_meanwhile_reads_as_it_is(api: Api) -> None:
    """osTicket makes its tables of custom fields anew, with other columns, whenever a form changes."""
    if api.database.is_sqlite:
        pytest.skip("SQLite keeps no statements")
    statement = select(t.ticket_cdata.c.subject, t.ticket_cdata.c.priority).where(t.ticket_cdata.c.ticket_id == 1)
    before = often(api, statement, {})
    for column in ("priority INT", "priority VARCHAR(40)", "priority TEXT FIRST"):
        altering = text(f"ALTER TABLE {t.ticket_cdata.name} MODIFY {column}")
        api.write(lambda tx, altering=altering: tx.connection.execute(altering))
        after = often(api, statement, {})
        assert after == [tuple(row) for row in api.rows(statement)]
        assert after[0][0] == before[0][0]
    dropping = text(f"DROP TABLE {t.ticket_cdata.name}")  # The next test gets the table as it was.
    api.write(lambda tx: tx.connection.execute(dropping))


def test_more_statements_than_a_connection_keeps(api: Api) -> None:
    if api.database.is_sqlite:
        pytest.skip("SQLite keeps no statements")
    statements = [select(literal(number).label(f"number{number}")) for number in range(150)]

    def unit(tx: Read) -> list[int]:
        return [tx.prepared_scalar(statement, {}) for _ in range(6) for statement in statements]

    kept = "SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'"
    before = int(api.rows(text(kept))[0][1])
    assert api.client.portal.call(api.database.read, unit) == list(range(150)) * 6  # type: ignore[union-attr]
    assert int(api.rows(text(kept))[0][1]) - before <= 96


def test_statement_whose_limit_is_a_parameter_is_not_kept(api: Api) -> None:
    """MariaDB may plan it without the limit, and read a whole list for a page of it."""
    if api.database.is_sqlite:
        pytest.skip("SQLite keeps no statements")
    ticket = t.ticket.c.ticket_id
    page = select(ticket).order_by(ticket).limit(bindparam("length")).subquery()
    statements = [select(ticket).order_by(ticket).limit(bindparam("length")), select(page.c.ticket_id)]
    kept = text("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")

    def unit(tx: Read) -> list[int]:
        return [tx.prepared_scalar(statement, {"length": 3}) for _ in range(8) for statement in statements]

    before = api.rows(kept)[0][1]
    assert api.client.portal.call(api.database.read, unit) == [1] * 16  # type: ignore[union-attr]
    assert api.rows(kept)[0][1] == before


def test_page_whose_limit_stands_in_the_statement_is_kept(api: Api) -> None:
    """Those further down have a parameter for what is before them, and are not kept."""
    if api.database.is_sqlite:
        pytest.skip("SQLite keeps no statements")
    ticket = t.ticket.c.ticket_id
    kept = text("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")

    def newly_kept(length: int, *, has_offset: bool) -> int:
        page = page_of(select(ticket).order_by(ticket), length, has_offset=has_offset)

        def unit(tx: Read) -> list[int]:
            return [len(tx.prepared(page, {"offset": 0})) for _ in range(8)]

        before = int(api.rows(kept)[0][1])
        assert api.client.portal.call(api.database.read, unit) == [length] * 8  # type: ignore[union-attr]
        return int(api.rows(kept)[0][1]) - before

    assert [newly_kept(1, has_offset=False), newly_kept(2, has_offset=True)] == [1, 0]


def test_server_that_keeps_no_more_statements_runs_them_all_the_same(api: Api, mariadb: Server) -> None:
    if api.database.is_sqlite:
        pytest.skip("SQLite keeps no statements")
    statement = select(t.ticket.c.ticket_id).where(t.ticket.c.ticket_id == bindparam("ticket_id"))
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT @@GLOBAL.max_prepared_stmt_count")
        (usual,) = cursor.fetchone() or (None,)
        cursor.execute("SET GLOBAL max_prepared_stmt_count = 0")
        try:
            assert often(api, statement, {"ticket_id": 1}) == [(1,)]
        finally:
            cursor.execute("SET GLOBAL max_prepared_stmt_count = %s", (usual,))
    assert often(api, statement, {"ticket_id": 2}) == [(2,)]


def test_statement_that_the_server_has_forgotten_runs_all_the_same(api: Api) -> None:
    """As behind a proxy that hands on each statement to another connection."""
    if api.database.is_sqlite:
        pytest.skip("SQLite keeps no statements")
    statement = select(t.ticket.c.ticket_id).where(t.ticket.c.ticket_id == bindparam("ticket_id"))

    async def forget(connection: Any) -> None:
        await connection._execute_command(COM_RESET_CONNECTION, b"")
        await connection.read_packet()

    def unit(tx: Read) -> list[int]:
        found = [tx.prepared_scalar(statement, {"ticket_id": number}) for number in range(1, 9)]
        await_only(forget(tx.connection.connection.driver_connection))
        return [*found, *(tx.prepared_scalar(statement, {"ticket_id": number}) for number in range(9, 17))]

    assert api.client.portal.call(api.database.read, unit) == list(range(1, 17))  # type: ignore[union-attr]


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


ODD = "100 % \N{GRINNING FACE} 'quoted' \\ %s"


def test_rows_are_added_the_same_the_first_time_and_later(api: Api) -> None:
    """What a row does not say gets the same defaults, and each row its own id."""
    moment = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)

    def unit(tx: Write) -> list[tuple[int, Any]]:
        ids = [
            tx.insert(t.thread_entry, thread_id=1, type="N", poster=ODD, body=f"<p>{ODD}</p>", created=moment)
            for _ in range(3)
        ]
        return [(row_id, tx.row(t.thread_entry.select().where(t.thread_entry.c.id == row_id))) for row_id in ids]

    added = api.write(unit)
    assert [row.id for _, row in added] == [row_id for row_id, _ in added]
    assert len({repr(tuple(row)[1:]) for _, row in added}) == 1
    row = added[-1][1]
    assert (row.created, row.updated, row.pid, row.staff_id, row.title) == (moment, None, None, None, None)
    assert api.rows(select(t.thread_entry.c.poster).where(t.thread_entry.c.id == row.id)) == [(row.poster,)]


def test_several_rows_are_added_at_once(api: Api) -> None:
    rows = [{"entry_id": 99_000, "field_id": number, "value": ODD, "value_id": None} for number in (1, 2, 3)]
    for place in range(3):
        api.write(Write.insert_many, t.form_entry_values, [{**row, "entry_id": 99_000 + place} for row in rows])
    value = t.form_entry_values.c
    stored = api.rows(select(value.entry_id, value.field_id, value.value).where(value.entry_id >= 99_000))
    assert sorted(row[:2] for row in stored) == [(99_000 + place, number) for place in range(3) for number in (1, 2, 3)]
    assert len({row.value for row in stored}) == 1


def test_a_row_is_written_whether_it_is_there_or_not(api: Api) -> None:
    key = {"object_type": "Z", "object_id": 7}
    for content in ("one", "two", ODD, "four"):
        api.write(upsert, t.search, key, {"title": "", "content": content})
        found = select(t.search.c.content).where(t.search.c.object_type == "Z", t.search.c.object_id == 7)
        assert [row.content for row in api.rows(found)] == api.write(
            lambda tx, text=content: [tx.scalar(select(literal(text, t.search.c.content.type)))]
        )


def test_one_row_is_changed_by_its_id(api: Api) -> None:
    ticket = t.ticket.c
    others = select(ticket.ticket_id, ticket.source, ticket.closed).where(ticket.ticket_id != 1)
    before = api.rows(others)
    for moment in (None, datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), None):
        assert api.write(lambda tx, closed=moment: tx.update(t.ticket, 1, source="Other", closed=closed)) == 1
        (row,) = api.rows(select(ticket.source, ticket.closed).where(ticket.ticket_id == 1))
        assert tuple(row) == ("Other", moment)
    assert api.write(lambda tx: tx.update(t.ticket, 4_000_000, source="Web")) == 0
    assert api.rows(others) == before


def test_what_cannot_be_added_is_told_as_ever(api: Api) -> None:
    """A second row of the same key, the first time and later."""

    def unit(tx: Write) -> int:
        return tx.insert(t.event, name="test.event", description=None)

    api.write(unit)
    for _ in range(3):
        with pytest.raises(ApiError):
            api.write(unit)
    assert len(api.rows(select(t.event.c.id).where(t.event.c.name == "test.event"))) == 1


def test_what_is_added_and_changed_is_watched(api: Api) -> None:
    class Noting:
        def __init__(self) -> None:
            self.noted: list[Any] = []

        def inserted(self, tx: Write, table: Any, rows: Any, row_id: int) -> None:
            self.noted.append((table.name, dict(rows[0]), row_id > 0))

        def updating(self, tx: Write, table: Any, row_id: int, values: Any) -> Any:
            return lambda: self.noted.append((table.name, row_id, dict(values)))

        def changing(self, tx: Write, statement: Any, parameters: Any) -> None: ...

    def unit(tx: Write) -> None:
        tx.insert(t.syslog, log_type="Debug", title="watched", log="", logger="", ip_address="", created=tx.now)
        tx.update(t.ticket, 1, source="Phone")
        tx.update(t.ticket, 4_000_000, source="Phone")

    usual = api.database.watcher
    try:
        for _ in range(3):
            watcher = api.database.watcher = Noting()
            api.write(unit)
            (added, changed) = watcher.noted
            assert (added[1]["title"], added[2]) == ("watched", True)
            assert changed == (t.ticket.name, 1, {"source": "Phone"})
    finally:
        api.database.watcher = usual
