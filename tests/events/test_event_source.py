"""EVENTS_SOURCE: what it takes and what refuses it, who says which source is used, and how soon a change is heard."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib import util
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db.connect import prepare
from osticket_api.db.engine import Database
from osticket_api.db.tables.own_events import api_event
from osticket_api.doctor.event_source import examine_source
from osticket_api.doctor.findings import Finding, Level
from osticket_api.events import comparing, sweeping
from osticket_api.events.binlog import lull
from osticket_api.events.binlog.lull import Lull
from osticket_api.events.binlog.source import reader_for, require_source
from osticket_api.server.jobs import jobs_for, running
from osticket_api.settings import ConfigurationError, Settings, load
from tests.events.logged import compress, wait_until
from tests.fixtures.api import settings_for_tests
from tests.fixtures.desks import play, settings_on
from tests.fixtures.mariadb import Server
from tests.parity.desk import Desk

pytestmark = pytest.mark.xdist_group("binlog")

LISTENER = {"db_username": "listener", "db_password": "secret"}


def settings_of(server: Server, **more: Any) -> Settings:
    return settings_on(server, "parity", **{"events_source": "binlog", "db_timezone": "UTC", **more})


def findings(settings: Settings) -> list[Finding]:
    async def examine(database: Database) -> list[Finding]:
        return list(await examine_source(database, settings))

    return play(settings, examine)


@contextmanager
def compressed(server: Server) -> Iterator[None]:
    compress(server, "ON")
    yield
    compress(server, "OFF")


def test_sqlite_has_no_binary_log() -> None:
    with pytest.raises(ConfigurationError, match="EVENTS_SOURCE is wrong: SQLite has no binary log"):
        load(_env_file=None, events_source="binlog")


def test_source_of_events_that_are_off_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="EVENTS_SOURCE needs FEATURES_EVENTS, which is off"):
        load(_env_file=None, events_source="binlog", features_events=False, features_webhooks=False)


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    find = util.find_spec
    monkeypatch.setattr(
        "osticket_api.settings_events.find_spec", lambda name: None if "replication" in name else find(name)
    )
    with pytest.raises(ConfigurationError, match=r"EVENTS_SOURCE is wrong: .*pip install 'osticket-api\[binlog\]'"):
        load(_env_file=None, events_source="binlog")


def test_tables_are_the_usual_source() -> None:
    assert reader_for(settings_for_tests(), lambda: None) is None


@pytest.mark.usefixtures("log_desk")
def test_start_is_refused_where_the_log_cannot_be_read(log_server: Server) -> None:
    settings = settings_of(log_server)
    asyncio.run(require_source(settings))
    with compressed(log_server):
        with pytest.raises(ConfigurationError, match="EVENTS_SOURCE is binlog, but the server compresses it"):
            asyncio.run(require_source(settings))
        asyncio.run(require_source(settings_of(log_server, events_source="tables")))
        asyncio.run(require_source(settings_of(log_server, read_only=True)))


@pytest.mark.usefixtures("log_desk")
def test_doctor_says_which_source_is_used(log_server: Server) -> None:
    (found,) = findings(settings_of(log_server))
    assert found.level is Level.ok
    assert found.message.startswith("the binary log, which ends at ")
    with compressed(log_server):
        (found,) = findings(settings_of(log_server))
    assert (found.level, found.message[:47]) == (Level.failure, "EVENTS_SOURCE is binlog, but the server compres")
    (found,) = findings(settings_of(log_server, events_source="tables"))
    assert found.message == "the tables; the binary log can be read (EVENTS_SOURCE=binlog)"


@pytest.mark.usefixtures("log_desk")
@pytest.mark.parametrize("rights", ["", "REPLICATION CLIENT", "REPLICATION CLIENT, REPLICATION SLAVE"])
def test_doctor_says_what_the_user_lacks_for_the_log(log_server: Server, rights: str) -> None:
    log_server.let_in("listener", "SELECT ON parity.*", password="secret")
    if rights:
        with log_server.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"GRANT {rights} ON *.* TO listener@localhost")
    (found,) = findings(settings_of(log_server, events_source="tables", **LISTENER))
    is_enough = "SLAVE" in rights
    assert ("log can be read" in found.message) is is_enough
    assert (
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'listener'@'localhost'" in found.message
    ) is not is_enough


@asynccontextmanager
async def following(database: Database, log_server: Server) -> AsyncIterator[list[float]]:
    """Let the job of events follow the log for the length of a block. Yields the moments of what it tells."""
    settings = settings_of(log_server, secrets_key="k" * 40)
    await prepare(database, settings)
    heard: list[float] = []
    jobs = jobs_for(database, settings, lambda: heard.append(time.monotonic()))
    async with running([job for job in jobs if job.name == "events"]):
        await asyncio.sleep(3)
        yield heard


def test_silent_change_deep_in_a_large_table_is_heard_within_a_second(
    log_server: Server, log_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ", ".join(f"({place}, 0, 0, 'X', NOW(), NOW())" for place in range(1000, 1400))

    async def scenario(database: Database) -> None:
        async with following(database, log_server) as heard:
            monkeypatch.setattr(comparing, "PART", 2)  # As if there were two hundred times as many.
            monkeypatch.setattr(sweeping, "PART", 2)
            with log_desk.connection.cursor() as cursor:
                began = time.monotonic()
                cursor.execute("UPDATE ost_user SET name = 'Renamed' WHERE id = 1004")
            await asyncio.to_thread(wait_until, lambda: bool(heard), "it is not heard")
            assert heard[0] - began < 1

    with log_desk.connection.cursor() as cursor:
        for name in ("ost_api_event", "ost_api_feed", "ost_api_copy"):
            cursor.execute(f"DELETE FROM {name}")
        cursor.execute(f"INSERT INTO ost_user (id, org_id, default_email_id, name, created, updated) VALUES {rows}")
    play(settings_of(log_server), scenario)


def test_agent_and_memberships_that_are_written_together_are_one_event(log_server: Server, log_desk: Desk) -> None:
    async def scenario(database: Database) -> None:
        async with following(database, log_server) as heard:
            with log_desk.connection.cursor() as cursor:
                cursor.execute("UPDATE ost_staff SET dept_id = 2 WHERE staff_id = 4")
                cursor.execute("INSERT INTO ost_staff_dept_access (staff_id, dept_id, role_id) VALUES (4, 1, 2)")
                cursor.execute("INSERT INTO ost_team_member (team_id, staff_id) VALUES (77, 4)")
            await asyncio.to_thread(wait_until, lambda: bool(heard), "it is not heard")
            await asyncio.sleep(1.5)
        assert await database.read(lambda tx: tx.scalars(select(api_event.c.type))) == ["staff.updated"]

    with log_desk.connection.cursor() as cursor:
        for name in ("ost_api_event", "ost_api_feed", "ost_api_copy"):
            cursor.execute(f"DELETE FROM {name}")
    play(settings_of(log_server), scenario)


class FakeLoop:
    """An event loop whose time passes when it is told so."""

    def __init__(self) -> None:
        self.now = 100.0
        self._planned: list[tuple[float, Callable[[], None]]] = []

    def is_closed(self) -> bool:
        return False

    def call_soon_threadsafe(self, function: Callable[[], None]) -> None:
        self.call_later(0, function)

    def call_later(self, seconds: float, function: Callable[[], None]) -> None:
        self._planned.append((self.now + seconds, function))

    def run_until(self, moment: float) -> None:
        while due := [each for each in self._planned if each[0] <= moment]:
            self._planned.remove(due[0])
            self.now = max(self.now, due[0][0])
            due[0][1]()
        self.now = moment


def test_lull_waits_for_quiet_but_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def called(times: int, pause: float) -> list[float]:
        """The moments of the calls, in seconds since the first of so many stirs."""
        loop, moments = FakeLoop(), list[float]()
        monkeypatch.setattr(lull, "monotonic", lambda: loop.now)
        monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
        wait = Lull(lambda: moments.append(round(loop.now - 100, 3)))
        wait.stir()  # Nobody has begun: nothing happens.
        wait.begin()
        for place in range(times):
            loop.run_until(100 + place * pause)
            wait.stir()
        loop.run_until(200)
        return moments

    assert called(3, 0.01) == [0.07]
    assert called(40, 0.02)[:3] == [0.25, 0.51, 0.77]


def test_lull_is_stirred_from_any_thread() -> None:
    async def stirred() -> bool:
        called = asyncio.Event()
        wait = Lull(called.set)
        wait.begin()
        await asyncio.to_thread(wait.stir)
        return await asyncio.wait_for(called.wait(), 10)

    assert asyncio.run(stirred())
