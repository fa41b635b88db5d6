"""Generated tickets."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Row, inspect

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.embedded import NewDesk, add_demo, add_tickets, create
from osticket_api.embedded.volume.calendar import WorkingCalendar
from osticket_api.embedded.volume.numbers import ticket_numbers
from osticket_api.settings import Settings, load
from tests.embedded.records import Records, check_all, read_records
from tests.embedded.test_creation import found_by
from tests.fixtures.desks import play

COUNT = 200


@dataclass
class Generated:
    records: Records
    now: datetime
    printers: list[int]


async def generate(database: Database) -> Generated:
    """The sample help desk with generated tickets on top."""
    await create(database, NewDesk())
    await add_demo(database)
    reported: list[int] = []
    await add_tickets(database, COUNT, reported.append)
    assert reported == [COUNT]
    return await database.read(lambda tx: Generated(read_records(tx), tx.now, found_by(tx, "printer")))


@pytest.fixture(scope="module")
def generated(lasting: Settings) -> Generated:
    return play(lasting, generate)


@pytest.fixture
def tickets(generated: Generated) -> list[Row[Any]]:
    """The generated ones only."""
    return sorted(generated.records.rows[t.ticket], key=lambda ticket: int(ticket.ticket_id))[-COUNT:]


def test_their_rows_agree_with_each_other(generated: Generated) -> None:
    check_all(generated.records, generated.now)


def test_they_are_found_by_their_words(generated: Generated) -> None:
    texts = [f"{row.title} {row.content}".lower() for row in generated.records.rows[t.search]]
    assert len(generated.printers) == sum("printer" in text for text in texts) > 5


def test_they_are_spread_over_people_departments_and_topics(generated: Generated, tickets: list[Row[Any]]) -> None:
    assert len(generated.records.rows[t.user]) >= 20
    assert len({ticket.user_id for ticket in tickets}) > 15
    assert len({ticket.dept_id for ticket in tickets}) > 5
    assert len({ticket.staff_id for ticket in tickets}) > 10
    assert len({ticket.topic_id for ticket in tickets}) == 4


def test_they_fill_two_years_and_are_mostly_closed(generated: Generated, tickets: list[Row[Any]]) -> None:
    assert (generated.now - tickets[0].created).days > 700
    assert 0.05 < sum(ticket.status_id == 1 for ticket in tickets) / COUNT < 0.2
    threads = {thread.id for ticket, thread in generated.records.tickets() if ticket in tickets}
    entries = [entry for entry in generated.records.rows[t.thread_entry] if entry.thread_id in threads]
    assert 2.5 < len(entries) / COUNT < 3.5


def test_they_are_the_same_every_time(tmp_path: Path) -> None:
    def texts(name: str) -> list[tuple[Any, ...]]:
        settings = load(_env_file=None, db_connection="sqlite", db_database=str(tmp_path / name))
        rows = play(settings, generate).records.rows
        return [(row.object_type, row.object_id, row.title, row.content) for row in rows[t.search]]

    assert texts("one") == texts("other")


def test_the_indexes_are_back_afterwards(lasting: Settings, generated: Generated) -> None:
    async def scenario(database: Database) -> set[str]:
        names = await database.read(
            lambda tx: [each["name"] for each in inspect(tx.connection).get_indexes(t.ticket.name)]
        )
        return {str(name).removeprefix(f"{t.ticket.name}_") for name in names}

    assert play(lasting, scenario) == {index.name for index in t.ticket.indexes}


def test_their_numbers_never_repeat_and_avoid_those_taken() -> None:
    numbers = list(ticket_numbers(50_000, {"100000", "611953"}))[:50_000]
    assert len(set(numbers)) == 50_000
    assert {len(number) for number in numbers} == {6}
    assert not {"100000", "611953"} & set(numbers)
    assert len(next(ticket_numbers(2_000_000, ()))) == 7


def test_working_seconds_become_times_of_workdays() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = WorkingCalendar(datetime(2026, 3, 31, 12, tzinfo=UTC), berlin, UTC)
    draw = random.Random(1)
    for second in (draw.randrange(calendar.present) for _ in range(200)):
        moment = datetime.fromisoformat(calendar.text(second)).replace(tzinfo=UTC).astimezone(berlin)
        assert moment.weekday() < 5
        assert 8 <= moment.hour < 17
    assert calendar.text(calendar.present) == "2026-03-31 12:00:00"
