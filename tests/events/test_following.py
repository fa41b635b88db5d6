"""What happens to whoever follows the binary log: nothing is lost or told twice, and refusals say what to do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from structlog.testing import CapturingLogger

from osticket_api.events.binlog import hints as hints_module
from osticket_api.events.binlog import reader
from osticket_api.events.binlog.hints import Heard, Hints
from osticket_api.events.binlog.reader import require_readable
from osticket_api.events.binlog.server import Refused, find_end
from osticket_api.events.feed import LogPosition
from osticket_api.events.sweeping import Sweep
from tests.events.logged import Logged, address, compress, log_end, wait_until
from tests.fixtures.mariadb import Server
from tests.parity.desk import Desk

pytestmark = pytest.mark.xdist_group("binlog")

USER = 11
RENAME = "UPDATE ost_user SET name = %s WHERE id = %s"
Scenario = Callable[[Logged], Awaitable[None]]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    """What the reader says."""
    captured = CapturingLogger()
    monkeypatch.setattr(reader, "_log", captured)
    return captured


def said(log: CapturingLogger) -> list[str]:
    return [str(call.args[0]) for call in log.calls]


@pytest.fixture
def no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the log says where to look."""
    monkeypatch.setattr(Sweep, "differences", lambda self, tx, now: [])


def run(sql: str, *values: Any, on: Desk) -> None:
    with on.connection.cursor() as cursor:
        cursor.execute(sql, values)


def follow(server: Server, desk: Desk, scenario: Scenario) -> list[str]:
    """Let a scenario happen while the log is followed. Returns the types of the events."""

    async def followed() -> list[str]:
        logged = Logged(desk, address(server))
        logged.begin_anew()
        try:
            await logged.begin()
            await scenario(logged)
            return [event["type"] for event in await logged.events()]
        finally:
            await logged.close()

    return asyncio.run(followed())


@pytest.mark.usefixtures("no_sweep")
def test_silent_change_and_deletion_are_heard_with_the_next_look(log_server: Server, log_desk: Desk) -> None:
    async def scenario(logged: Logged) -> None:
        run(RENAME, "Renamed", USER, on=log_desk)
        assert await logged.step() == 1
        run("DELETE FROM ost_canned_response WHERE canned_id = 1", on=log_desk)
        assert await logged.step() == 1

    assert follow(log_server, log_desk, scenario) == ["user.updated", "canned_response.deleted"]


@pytest.mark.usefixtures("no_sweep")
@pytest.mark.parametrize("image", ["FULL", "MINIMAL"])
def test_where_agents_work_is_heard_with_the_next_look(log_server: Server, log_desk: Desk, image: str) -> None:
    async def scenario(logged: Logged) -> None:
        run(f"SET SESSION binlog_row_image = {image}", on=log_desk)
        for number, statement in changes:
            run(statement, on=log_desk)
            assert await logged.step() == number, statement

    changes = [
        (1, "INSERT INTO ost_staff_dept_access (staff_id, dept_id, role_id) VALUES (4, 1, 2)"),
        (1, "UPDATE ost_staff_dept_access SET role_id = 3 WHERE staff_id = 4 AND dept_id = 1"),
        (1, "DELETE FROM ost_staff_dept_access WHERE staff_id = 4 AND dept_id = 1"),
        (1, "INSERT INTO ost_team_member (team_id, staff_id) VALUES (77, 4)"),
        (1, "UPDATE ost_team_member SET flags = 1 - flags WHERE team_id = 77 AND staff_id = 4"),
        (2, "UPDATE ost_team_member SET staff_id = 3 WHERE team_id = 77 AND staff_id = 4"),
        (1, "DELETE FROM ost_team_member WHERE team_id = 77"),
        (0, "INSERT INTO ost_team_member (team_id, staff_id) VALUES (77, 4321)"),
        (0, "DELETE FROM ost_team_member WHERE team_id = 77"),
    ]
    try:
        assert follow(log_server, log_desk, scenario) == ["staff.updated"] * 8
    finally:
        run("SET SESSION binlog_row_image = DEFAULT", on=log_desk)


@pytest.mark.usefixtures("no_sweep")
def test_agent_who_is_deleted_with_all_memberships_is_heard_of_as_deleted_last(
    log_server: Server, log_desk: Desk
) -> None:
    async def scenario(logged: Logged) -> None:
        for table in ("ost_staff", "ost_team_member", "ost_staff_dept_access"):
            run(f"DELETE FROM {table} WHERE staff_id = 4", on=log_desk)
            await logged.step()
        await logged.settle()

    run("INSERT IGNORE INTO ost_team_member (team_id, staff_id) VALUES (77, 4)", on=log_desk)
    run("INSERT IGNORE INTO ost_staff_dept_access (staff_id, dept_id, role_id) VALUES (4, 1, 2)", on=log_desk)
    assert follow(log_server, log_desk, scenario) == ["staff.deleted"]


@pytest.mark.usefixtures("no_sweep")
@pytest.mark.parametrize(
    ("setting", "value"), [("SESSION binlog_row_image", "MINIMAL"), ("GLOBAL binlog_row_metadata", "FULL")]
)
def test_form_of_the_log_does_not_matter(log_server: Server, log_desk: Desk, setting: str, value: str) -> None:
    """The key of a row is in each of them, and no more of it is read."""

    async def scenario(logged: Logged) -> None:
        run(f"SET {setting} = {value}", on=log_desk)
        run(RENAME, "Renamed", USER, on=log_desk)
        await logged.step()
        run("DELETE FROM ost_team WHERE team_id = 1", on=log_desk)
        await logged.step()

    try:
        assert follow(log_server, log_desk, scenario) == ["user.updated", "team.deleted"]
    finally:
        run(f"SET {setting} = DEFAULT", on=log_desk)


@pytest.mark.usefixtures("no_sweep")
def test_what_was_rolled_back_is_not_heard(log_server: Server, log_desk: Desk) -> None:
    async def scenario(logged: Logged) -> None:
        run("BEGIN", on=log_desk)
        run(RENAME, "Never", USER, on=log_desk)
        run("ROLLBACK", on=log_desk)
        await logged.step()
        await logged.settle()

    assert follow(log_server, log_desk, scenario) == []


@pytest.mark.usefixtures("no_sweep")
def test_what_becomes_visible_after_the_log_told_of_it_is_heard(
    log_server: Server, log_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server sends what is in its log before others see it."""

    async def scenario(logged: Logged) -> None:
        assert logged.reader is not None
        assert logged.reader.hints is not None
        logged.reader.hints.put(Heard(frozenset({("user", USER)}), None))
        assert await logged.step() == 0
        monkeypatch.setattr(Hints, "put", lambda self, heard: True)  # The commit itself is not heard of.
        run(RENAME, "Renamed", USER, on=log_desk)
        assert await logged.step(0.5) == 1

    assert follow(log_server, log_desk, scenario) == ["user.updated"]


@pytest.mark.usefixtures("no_sweep")
def test_whoever_takes_over_goes_on_where_the_log_was_left(log_server: Server, log_desk: Desk) -> None:
    async def scenario(first: Logged) -> None:
        run(RENAME, "Renamed", USER, on=log_desk)
        await first.step()
        await first.step(2.0)  # Now the position is kept.
        run(RENAME, "Again", USER, on=log_desk)
        await first.step()
        await first.tailer.stop()
        run(RENAME, "While nobody listened", USER, on=log_desk)
        second = Logged(log_desk, address(log_server))
        try:
            await second.begin()
            await second.step()
            await second.settle()
        finally:
            await second.close()

    assert follow(log_server, log_desk, scenario) == ["user.updated"] * 3


@pytest.mark.usefixtures("no_sweep")
def test_only_who_has_the_lease_reads_the_log(log_server: Server, log_desk: Desk) -> None:
    async def scenario(first: Logged) -> None:
        second = Logged(log_desk, address(log_server))
        assert second.reader is not None
        try:
            await second.tailer.step(0.0)
            assert second.reader.hints is None
            run(RENAME, "Renamed", USER, on=log_desk)
            await first.step()
            assert await second.tailer.step(1.0) == 0
            await first.tailer.stop()
            run(RENAME, "Again", USER, on=log_desk)
            await second.begin()
            await second.step(3.0)
        finally:
            await second.close()

    assert follow(log_server, log_desk, scenario) == ["user.updated"] * 2


def test_position_that_the_server_has_no_longer_is_said_and_made_up_by_comparing(
    log_server: Server, log_desk: Desk, log: CapturingLogger
) -> None:
    async def scenario(first: Logged) -> None:
        run(RENAME, "Renamed", USER, on=log_desk)
        await first.step()
        await first.step(2.0)
        await first.tailer.stop()
        run(RENAME, "While nobody listened", USER, on=log_desk)
        run("FLUSH BINARY LOGS", on=log_desk)
        newest = log_end(log_desk).file
        await asyncio.to_thread(wait_until, lambda: _purged(log_desk, newest), "the log cannot be purged")
        second = Logged(log_desk, address(log_server))
        try:
            await second.begin()
            assert said(log)[-2:] == ["binlog_position_lost", "binlog_followed"]
            await second.settle()
            run(RENAME, "At the end", USER, on=log_desk)
            await second.step()
        finally:
            await second.close()

    assert follow(log_server, log_desk, scenario) == ["user.updated"] * 3


def _purged(desk: Desk, file: str) -> bool:
    """Whether the server has dropped all of its log before this file: it keeps what somebody still reads."""
    run(f"PURGE BINARY LOGS TO '{file}'", on=desk)
    return len(desk.select("SHOW BINARY LOGS")) == 1


@pytest.mark.usefixtures("no_sweep")
def test_lost_connection_is_made_anew_and_nothing_is_missed(
    log_server: Server, log_desk: Desk, log: CapturingLogger
) -> None:
    async def scenario(logged: Logged) -> None:
        for process in log_desk.select("SHOW PROCESSLIST"):
            if process["Command"] == "Binlog Dump":
                run("KILL %s", process["Id"], on=log_desk)
        await asyncio.to_thread(wait_until, lambda: "binlog_lost" in said(log), "it is not lost")
        run(RENAME, "Meanwhile", USER, on=log_desk)
        await logged.step()
        assert said(log) == ["binlog_followed", "binlog_lost", "binlog_followed"]

    assert follow(log_server, log_desk, scenario) == ["user.updated"]


@pytest.mark.usefixtures("no_sweep")
def test_change_of_a_whole_table_takes_turns_and_is_heard_whole(
    log_server: Server, log_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints_module, "_MOST_ROWS", 50)
    monkeypatch.setattr(hints_module, "_ROWS_AT_ONCE", 20)
    monkeypatch.setattr("osticket_api.events.binlog.reader._ROWS_AT_ONCE", 10)
    count = 300
    rows = ", ".join(f"({1000 + place}, 0, 0, 'X', NOW(), NOW())" for place in range(count))

    async def scenario(logged: Logged) -> None:
        run(f"INSERT INTO ost_user (id, org_id, default_email_id, name, created, updated) VALUES {rows}", on=log_desk)
        told = 0
        for _ in range(1000):
            logged.now += 0.3
            told += await logged.tailer.step(logged.now)
            if told == count:
                return
            await asyncio.sleep(0.01)

    assert follow(log_server, log_desk, scenario) == ["user.created"] * count


@pytest.mark.usefixtures("no_sweep")
def test_what_cannot_be_read_is_passed_over(
    log_server: Server, log_desk: Desk, log: CapturingLogger, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, failures = reader._keys, [ValueError("unknown")]

    def keys(*given: Any) -> Any:
        if failures:
            raise failures.pop()
        return read(*given)

    async def scenario(logged: Logged) -> None:
        monkeypatch.setattr(reader, "_keys", keys)
        run(RENAME, "Unreadable", USER, on=log_desk)
        await asyncio.to_thread(wait_until, lambda: len(said(log)) == 3, "it is not followed again")
        assert said(log) == ["binlog_followed", "binlog_unreadable", "binlog_followed"]
        run(RENAME, "Readable", USER, on=log_desk)
        await logged.step()

    assert follow(log_server, log_desk, scenario) == ["user.updated"]


STATUS = ("log.000007", 1234, "", "", "")


@pytest.mark.parametrize(
    ("variables", "status", "sentence"),
    [
        ({"log_bin": "OFF"}, STATUS, "writes none"),
        ({}, None, "writes none"),
        ({"binlog_transaction_compression": "ON"}, STATUS, "set binlog_transaction_compression=OFF there"),
        ({}, ("log.000007", 1234, "other,more", ""), "the server leaves desk out of it"),
        ({}, ("log.000007", 1234, "", "desk"), "the server leaves desk out of it"),
        ({}, ("log.000007", 1234, "desk", ""), ""),
        ({"version": "8.4.3"}, STATUS, ""),
        ({"version": "8.0.40"}, STATUS, ""),
        ({"version": "9.7.0"}, STATUS, ""),
    ],
)
def test_servers_are_asked_as_they_want_it(variables: dict[str, str], status: Any, sentence: str) -> None:
    known = {"log_bin": "ON", "binlog_format": "ROW", "server_id": "3", "version": "10.11.6-MariaDB-log", **variables}
    is_new = known["version"][:3] in ("8.4", "9.7")

    def ask(statement: str) -> list[Any]:
        if "VARIABLES" in statement:
            return list(known.items())
        if "DATABASE()" in statement:
            return [("desk",)]
        assert statement == ("SHOW BINARY LOG STATUS" if is_new else "SHOW MASTER STATUS")
        return [status] if status else []

    if sentence:
        with pytest.raises(Refused, match=sentence):
            find_end(ask)
    else:
        assert find_end(ask) == LogPosition(server=3, file="log.000007", offset=1234)


def test_hints_are_bounded_and_position_waits_for_the_last_look() -> None:
    hints, end = Hints(), LogPosition(server=1, file="log.1", offset=100)
    hints.put(Heard(frozenset({("user", 1)}), None))
    hints.put(Heard(frozenset({("user", 2)}), end))
    assert hints.rows(10.0, waiting=0) == {("user", 1), ("user", 2)}
    assert hints.position(10.0) is None
    hints.looked(10.0)
    assert hints.rows(11.0, waiting=0) == {("user", 1), ("user", 2)}
    assert hints.position(11.0) == end
    hints.looked(11.0)
    assert hints.is_empty
    hints.put(Heard(frozenset({("user", 3)}), end))
    assert hints.rows(12.0, waiting=10_000) == set()


def test_server_that_does_not_name_the_rows_is_refused(log_server: Server, log_desk: Desk) -> None:
    run("SET GLOBAL binlog_format = MIXED", on=log_desk)
    try:
        with pytest.raises(Refused, match="binlog_format is MIXED there, which does not name the rows"):
            require_readable(address(log_server))
    finally:
        run("SET GLOBAL binlog_format = ROW", on=log_desk)
    assert require_readable(address(log_server)).server == 7


def test_server_that_compresses_its_log_is_refused(log_server: Server, log_desk: Desk) -> None:
    compress(log_desk, "ON")
    try:
        with pytest.raises(
            Refused, match=r"the server compresses it, which cannot be read: set \w+_compress(ion)?=OFF"
        ):
            require_readable(address(log_server))
    finally:
        compress(log_desk, "OFF")
    assert require_readable(address(log_server)).server == 7


@pytest.mark.parametrize("rights", ["", "REPLICATION SLAVE", "REPLICATION CLIENT"])
def test_user_without_the_rights_is_told_the_grant(log_server: Server, log_desk: Desk, rights: str) -> None:
    log_server.let_in("listener", "SELECT ON parity.*", password="secret")
    if rights:
        run(f"GRANT {rights} ON *.* TO listener@localhost", on=log_desk)
    where = address(log_server, user="listener", password="secret")
    grant = "run `GRANT REPLICATION SLAVE, REPLICATION CLIENT ON \\*.\\* TO 'listener'@'localhost'`"
    with pytest.raises(Refused, match=grant):
        require_readable(where)
    run("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO listener@localhost", on=log_desk)
    assert require_readable(where).server == 7


def test_server_without_a_log_is_refused(mariadb: Server) -> None:
    with pytest.raises(Refused, match="the database server writes none: set log_bin"):
        require_readable(address(mariadb, database="mysql"))


def test_compression_that_begins_later_ends_the_reading(
    log_server: Server, log_desk: Desk, log: CapturingLogger
) -> None:
    async def scenario(logged: Logged) -> None:
        compress(log_desk, "ON")
        run(RENAME, "Renamed" * 10, USER, on=log_desk)
        await asyncio.to_thread(wait_until, lambda: "binlog_refused" in said(log), "it is still read")
        assert said(log) == ["binlog_followed", "binlog_position_lost", "binlog_refused"]
        assert not logged.tailer.rests
        logged.reader = None
        await logged.settle()

    try:
        assert follow(log_server, log_desk, scenario) == ["user.updated"]
    finally:
        compress(log_desk, "OFF")
