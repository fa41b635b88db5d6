"""What is remembered between requests, and what ends it."""

import math
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Table

from osticket_api.db import tables as t
from osticket_api.db.caches import LEDGER, STATUSES, TOTALS, Cache, Caches
from osticket_api.db.changes import Changes
from osticket_api.db.single_flight import SingleFlight


@dataclass
class Shelf:
    """Caches on a clock that stands still until it is moved."""

    now: float = field(default_factory=time.monotonic)
    changes: Changes = field(default_factory=Changes)

    def __post_init__(self) -> None:
        self.caches = Caches(self.changes, clock=lambda: self.now)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.mark.parametrize("cache", LEDGER, ids=lambda cache: cache.name)
def test_a_value_ends_by_age(shelf: Shelf, cache: Cache[int]) -> None:
    shelf.caches.make(cache, "key", lambda: 1)
    shelf.now += cache.seconds / 2
    assert shelf.caches.find(cache, "key") is not None
    shelf.now += cache.seconds
    assert shelf.caches.find(cache, "key") is None


@pytest.mark.parametrize("cache", LEDGER, ids=lambda cache: cache.name)
def test_a_cache_is_bounded(shelf: Shelf, cache: Cache[int]) -> None:
    for key in range(cache.entries + 1):
        shelf.caches.make(cache, key, lambda: 1)
    assert shelf.caches.find(cache, 0) is None


@pytest.mark.parametrize(
    ("cache", "table"), [(cache, table) for cache in LEDGER for table in cache.ended_by], ids=lambda each: each.name
)
def test_a_change_of_a_table_ends_what_is_made_of_it(shelf: Shelf, cache: Cache[int], table: Table) -> None:
    shelf.caches.make(cache, "key", lambda: 1)
    shelf.changes.mark([table.name])
    assert shelf.caches.find(cache, "key") is None


def test_what_was_begun_before_a_change_is_not_believed_after_it(shelf: Shelf) -> None:
    def read() -> int:
        shelf.changes.mark([t.ticket_status.name])
        return 1

    assert shelf.caches.make(STATUSES, None, read).value == 1
    assert shelf.caches.find(STATUSES) is None


def test_changes_cross_processes(tmp_path: Path) -> None:
    ours = Changes()
    ours.share(tmp_path / "changes")
    if os.fork() == 0:
        theirs = Changes()
        theirs.share(tmp_path / "changes")
        theirs.mark(["ost_staff"])
        os._exit(0)
    assert os.wait()[1] == 0
    assert 0 < ours.latest(("ost_staff",)) <= time.monotonic()
    assert ours.latest(("ost_team",)) == 0


def test_a_file_that_outlived_its_machine_is_emptied(tmp_path: Path) -> None:
    before, after = Changes(), Changes()
    before.share(tmp_path / "changes")
    before._moments[0] = math.inf  # Later than any clock of this machine.
    after.share(tmp_path / "changes")
    assert after._moments[:8] == bytes(8)


@pytest.fixture
def link(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "target").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    yield tmp_path / "link"
    assert (tmp_path / "target").read_text() == "mine"


def test_a_link_is_not_followed(link: Path) -> None:
    with pytest.raises(OSError, match="link"):
        Changes().share(link)


def test_equal_questions_are_worked_out_once() -> None:
    single_flight, calls = SingleFlight(), []

    def slow() -> int:
        calls.append(1)
        time.sleep(0.2)
        return 7

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: single_flight.run("key", slow), range(8))) == [7] * 8
    assert len(calls) == 1


def test_after_a_failure_each_tries_alone() -> None:
    single_flight, calls = SingleFlight(), []

    def fails_once() -> int:
        calls.append(1)
        time.sleep(0.1)
        if len(calls) == 1:
            raise ValueError("no")
        return 7

    def ask(_: int) -> int | str:
        try:
            return single_flight.run("key", fails_once)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(3) as pool:
        assert sorted(map(str, pool.map(ask, range(3)))) == ["7", "7", "no"]


def test_the_ledger_names_each_cache_once() -> None:
    assert len({cache.name for cache in LEDGER}) == len(LEDGER)
    assert TOTALS in LEDGER
