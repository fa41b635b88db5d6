"""Help desks whose MariaDB runs in different time zones: what is found, written and read, and the clock changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select, text

from osticket_api.db import tables as t
from osticket_api.db.connect import find_time_zone, prepare
from osticket_api.db.engine import Database
from osticket_api.db.types import to_local
from osticket_api.db.unit import Read, Write
from osticket_api.embedded import NewDesk, build
from osticket_api.settings import ConfigurationError, Settings
from tests.fixtures.desks import play, settings_on
from tests.fixtures.mariadb import required, running

pytestmark = pytest.mark.xdist_group("zones")

HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SPRING = {"America/New_York": utc("2026-03-08 07:00"), "Europe/Berlin": utc("2026-03-29 01:00")}
AUTUMN = {"America/New_York": utc("2026-11-01 06:00"), "Europe/Berlin": utc("2026-10-25 01:00")}
ZONES = ["America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC"]


@dataclass(frozen=True)
class Place:
    zone: str
    settings: Settings


@pytest.fixture(scope="module", params=ZONES)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A help desk on a server whose operating system is in this zone."""
    required()
    with running(zone=request.param) as server:
        server.create("desk")
        settings = settings_on(server, "desk", read_only=True)
        play(settings.model_copy(update={"read_only": False}), lambda database: database.write(build, NewDesk()))
        yield Place(request.param, settings)


def prepared(place: Place, function: Any) -> Any:
    """What a function gives in a unit of work that may write, on a database prepared as at a server's start."""

    async def scenario(database: Database) -> Any:
        await prepare(database, place.settings)
        database.read_only = False
        return await database.write(function)

    return play(place.settings, scenario)


def at_server_time(tx: Read, moment: datetime) -> tuple[datetime, datetime]:
    """What a unit of work takes for now, and what `NOW()` writes, while the server's clock shows a moment."""
    tx.connection.exec_driver_sql(f"SET SESSION timestamp = {int(moment.timestamp())}")
    tx.__dict__.pop("now", None)
    local = tx.scalar(select(func.now()))
    now = tx.now
    tx.connection.exec_driver_sql("SET SESSION timestamp = DEFAULT")
    return now, local


def around(change: datetime) -> list[datetime]:
    return [change + timedelta(minutes=minutes) for minutes in range(-150, 151, 10)]


def test_zone_is_found(place: Place) -> None:
    assert str(prepared(place, lambda tx: tx.zone)) == place.zone


def test_now_is_now(place: Place) -> None:
    assert abs(prepared(place, lambda tx: tx.now) - datetime.now(UTC)) < timedelta(seconds=3)


def test_now_of_the_database_reads_as_now(place: Place) -> None:
    def scenario(tx: Write) -> tuple[datetime, datetime]:
        now, _ = at_server_time(tx, utc("2026-07-01 12:00"))
        tx.connection.exec_driver_sql(f"SET SESSION timestamp = {int(now.timestamp())}")
        columns = "log_type, title, log, logger, ip_address, created, updated"
        tx.connection.exec_driver_sql(
            f"INSERT INTO ost_syslog ({columns}) VALUES ('Debug', 'now', '', '', '', NOW(), NOW())"
        )
        tx.connection.exec_driver_sql("SET SESSION timestamp = DEFAULT")
        return now, tx.scalar(select(t.syslog.c.created).where(t.syslog.c.title == "now"))

    now, read = prepared(place, scenario)
    assert now == read


def test_now_is_exact_across_both_clock_changes(place: Place) -> None:
    def scenario(tx: Write) -> None:
        for change in (
            SPRING.get(place.zone, utc("2026-03-29 01:00")),
            AUTUMN.get(place.zone, utc("2026-10-25 01:00")),
        ):
            for moment in around(change):
                now, local = at_server_time(tx, moment)
                assert now == moment
                assert to_local(now, tx.zone) == local

    prepared(place, scenario)


@pytest.mark.parametrize("column", [t.syslog.c.created, t.config.c.updated], ids=["datetime", "timestamp"])
def test_a_moment_written_is_read_back(place: Place, column: Any) -> None:
    """But for the second pass of the repeated hour, which reads as its first: the column cannot tell them apart."""

    def written_and_read(tx: Write, moment: datetime) -> Any:
        table = column.table
        rest = {"namespace": "test", "key": str(moment)} if table is t.config else {"log_type": "Debug"}
        values = {column.name: moment, **rest}
        key = next(iter(table.primary_key))
        row_id = tx.connection.execute(insert(table).values(values)).inserted_primary_key[0]  # type: ignore[index]
        return tx.scalar(select(column).where(key == row_id))

    def scenario(tx: Write) -> None:
        changes = [change[place.zone] for change in (SPRING, AUTUMN) if place.zone in change] or [
            utc("2026-03-29 01:00")
        ]
        for moment in [moment for change in changes for moment in around(change)]:
            repeated = place.zone in AUTUMN and AUTUMN[place.zone] <= moment < AUTUMN[place.zone] + HOUR
            assert written_and_read(tx, moment) == (moment - HOUR if repeated else moment)

    prepared(place, scenario)


@pytest.mark.parametrize("place", list(SPRING), indirect=True)
def test_a_time_in_the_gap_moves_forward(place: Place) -> None:
    def scenario(tx: Write) -> Any:
        gap = to_local(SPRING[place.zone] - HOUR, ZoneInfo(place.zone)) + timedelta(minutes=90)
        tx.insert(t.syslog, title="gap", log_type="Debug")
        tx.connection.execute(text("UPDATE ost_syslog SET created = :gap WHERE title = 'gap'"), {"gap": gap})
        return tx.scalar(select(t.syslog.c.created).where(t.syslog.c.title == "gap"))

    assert prepared(place, scenario) == SPRING[place.zone] + timedelta(minutes=30)


def test_configured_zone_is_taken(place: Place) -> None:
    same = {"Europe/Berlin": "Europe/Vienna", "UTC": "Africa/Abidjan"}.get(place.zone, place.zone)
    settings = place.settings.model_copy(update={"db_timezone": same})
    assert str(prepared(Place(place.zone, settings), lambda tx: tx.zone)) == same


def test_configured_zone_that_contradicts_the_clock_is_refused(place: Place) -> None:
    with pytest.raises(ConfigurationError, match="DB_TIMEZONE is wrong: the database server's clock shows"):
        prepared(place, lambda tx: find_time_zone(tx, "Asia/Tokyo"))


def test_configured_zone_that_does_not_exist_is_refused(place: Place) -> None:
    with pytest.raises(ConfigurationError, match="DB_TIMEZONE is wrong: Mars/Phobos is not a valid time zone"):
        prepared(place, lambda tx: find_time_zone(tx, "Mars/Phobos"))


@pytest.mark.parametrize("place", ["Europe/Berlin"], indirect=True)
def test_time_zone_of_the_help_desk_settles_which_of_many(place: Place) -> None:
    def scenario(tx: Write) -> str:
        config = t.config.c
        tx.insert(t.config, namespace="core", key="db_timezone", value="Europe/Zurich")
        found = str(find_time_zone(tx))
        tx.change(delete(t.config).where(config.namespace == "core", config.key == "db_timezone"))
        return found

    assert prepared(place, scenario) == "Europe/Zurich"


def test_preparing_is_quick(place: Place) -> None:
    async def scenario(database: Database) -> float:
        start = perf_counter()
        await prepare(database, place.settings)
        assert database.query_count <= 6
        return perf_counter() - start

    assert play(place.settings, scenario) < 10
