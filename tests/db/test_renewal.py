"""A costly value that is often asked for: nobody waits while it is made anew."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from osticket_api.db.caches import TOTALS, Caches
from osticket_api.db.unit import Read
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import MariadbTemplate


class Costly:
    """A value that counts how often it was made, on a clock that is moved on."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.seconds_gone = 0.0
        self.numbers = count(1)
        self.fails = False
        self.failed = Event()
        api.database.caches = Caches(api.database.changes, clock=lambda: time.monotonic() + self.seconds_gone)

    def ask(self) -> int:
        return int(self.api.client.portal.call(self.api.database.read, self._recent))  # type: ignore[union-attr]

    def _recent(self, tx: Read) -> int:
        return tx.recent(TOTALS, "costly", self._make).value

    def _make(self, tx: Read) -> int:
        tx.connection.execute(text("SELECT SLEEP(0.1)")).all()
        if self.fails:
            self.failed.set()
            raise ValueError("cannot be made")
        return next(self.numbers)


@pytest.fixture
def costly(mariadb_demo: MariadbTemplate, tmp_path: Path) -> Iterator[Costly]:
    with running_api(mariadb_demo.copy(), tmp_path) as api:
        yield Costly(api)


def _within_a_second(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 1
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_old_value_is_given_at_once_and_made_anew_once(costly: Costly) -> None:
    assert costly.ask() == 1
    costly.seconds_gone += TOTALS.renewed_after
    assert [costly.ask() for _ in range(5)] == [1] * 5
    assert _within_a_second(lambda: costly.ask() == 2)
    assert [costly.ask() for _ in range(5)] == [2] * 5


def test_young_value_is_left_alone(costly: Costly) -> None:
    assert costly.ask() == 1
    costly.seconds_gone += TOTALS.renewed_after - 1
    assert not _within_a_second(lambda: costly.ask() != 1)


def test_ended_value_is_waited_for(costly: Costly) -> None:
    assert costly.ask() == 1
    costly.seconds_gone += TOTALS.seconds
    assert costly.ask() == 2


def test_failure_beside_a_request_does_not_reach_it(costly: Costly) -> None:
    assert costly.ask() == 1
    costly.seconds_gone += TOTALS.renewed_after
    costly.fails = True
    assert costly.ask() == 1
    assert costly.failed.wait(1)
    costly.fails = False
    assert _within_a_second(lambda: costly.ask() == 2)
