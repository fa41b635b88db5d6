"""Values that one server process makes for all of its machine."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from osticket_api.db.caches import PLACE_TOTALS, TOTALS, Caches
from osticket_api.db.changes import Changes
from osticket_api.db.shared_values import SharedValues

Counts = dict[tuple[int, int], int]
_COUNTED: Counts = {(1, 2): 3, (4, 5): 600_000}
_LATER: Counts = {(1, 2): 4}


class Process:
    """The caches of one server process, on a clock that all of a machine share."""

    now = time.monotonic()

    def __init__(self, path: Path) -> None:
        self.caches = Caches(Changes(), clock=lambda: Process.now)
        self.caches.shared.share(path)

    def make(self, counts: Counts) -> None:
        self.caches.make(PLACE_TOTALS, "filters", lambda: counts)

    def find(self) -> Counts | None:
        found = self.caches.find(PLACE_TOTALS, "filters")
        return None if found is None else found.value


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Process, Process]:
    monkeypatch.setattr(Process, "now", time.monotonic())
    return Process(tmp_path / "values"), Process(tmp_path / "values")


def test_what_one_makes_the_other_finds(two: tuple[Process, Process]) -> None:
    one, other = two
    one.make(_COUNTED)
    assert other.find() == _COUNTED
    assert other.caches.find(PLACE_TOTALS, "other filters") is None


def test_newer_value_of_another_takes_the_place_of_an_aging_one(two: tuple[Process, Process]) -> None:
    one, other = two
    other.make(_COUNTED)
    Process.now += PLACE_TOTALS.renewed_after
    one.make(_LATER)
    assert other.find() == _LATER


def test_value_ends_by_its_own_age_wherever_it_was_found(two: tuple[Process, Process]) -> None:
    one, other = two
    one.make(_COUNTED)
    Process.now += PLACE_TOTALS.seconds - 1
    assert other.find() == _COUNTED
    Process.now += 1
    assert (one.find(), other.find()) == (None, None)


def test_value_of_a_clock_that_went_on_further_is_not_believed(two: tuple[Process, Process]) -> None:
    """A file may outlive a restart of the machine, after which its clock starts anew."""
    one, other = two
    one.make(_COUNTED)
    Process.now -= 1000
    assert other.find() is None


def test_what_is_not_to_be_shared_is_not(two: tuple[Process, Process]) -> None:
    one, other = two
    one.caches.make(TOTALS, "of somebody", lambda: 7)
    assert other.caches.find(TOTALS, "of somebody") is None


def test_values_cross_processes(tmp_path: Path) -> None:
    if os.fork() == 0:
        theirs = SharedValues()
        theirs.share(tmp_path / "values")
        theirs.put("name", b"value", 1.5, 0.25)
        os._exit(0)
    assert os.wait()[1] == 0
    ours = SharedValues()
    ours.share(tmp_path / "values")
    assert ours.find("name") == (b"value", 1.5, 0.25)


def _cut(path: Path) -> None:
    """As a process leaves a slot that dies while it writes."""
    path.write_bytes(path.read_bytes().replace(b"value", b"va\0\0\0"))


def _overwrite(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


@pytest.mark.parametrize("harm", [_cut, _overwrite])
def test_broken_slot_counts_as_missing(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    values = SharedValues()
    values.share(tmp_path / "values")
    values.put("name", b"value", 1.5, 0.25)
    harm(tmp_path / "values")
    assert values.find("name") is None


def test_value_too_long_for_a_slot_is_kept_by_its_process_alone(tmp_path: Path) -> None:
    values = SharedValues()
    values.share(tmp_path / "values")
    values.put("name", b"x" * 20_000, 1.5, 0.25)
    assert values.find("name") is None


def test_without_a_file_nothing_is_shared() -> None:
    values = SharedValues()
    values.put("name", b"value", 1.5, 0.25)
    assert values.find("name") is None


def test_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="link"):
        SharedValues().share(tmp_path / "link")
