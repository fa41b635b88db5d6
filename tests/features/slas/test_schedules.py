"""On which days the entries of a schedule occur."""

from datetime import date, timedelta

import pytest

from osticket_api.features.slas.schedules import ScheduleEntry, occurrences

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3, 4
OPENS, CLOSES = 8 * 3600, 17 * 3600


def entry(repeats: str, *, day: int | None = None, week: int | None = None, month: int | None = None) -> ScheduleEntry:
    return ScheduleEntry(repeats, OPENS, CLOSES, day=day, week=week, month=month)


def days(entry: ScheduleEntry, year: int = 2024, month: int = 3) -> list[int]:
    first = date(year, month, 1)
    return [day.day for day in occurrences([entry], first, first + timedelta(days=30)) if day.month == month]


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (entry("daily"), list(range(1, 32))),
        (entry("weekends"), [2, 3, 9, 10, 16, 17, 23, 24, 30, 31]),
        (entry("weekly", day=WEDNESDAY), [6, 13, 20, 27]),
        (entry("monthly", day=15), [15]),
        (entry("monthly", day=MONDAY, week=2), [11]),
        (entry("monthly", day=THURSDAY, week=5), []),
        (entry("monthly", day=TUESDAY, week=-1), [26]),
        (entry("yearly", day=31, month=3), [31]),
        (entry("yearly", day=MONDAY, week=1, month=3), [4]),
        (entry("yearly", day=15, month=4), []),
        (entry("fortnightly", day=MONDAY), []),
    ],
    ids=lambda value: value.repeats if isinstance(value, ScheduleEntry) else "",
)
def test_an_entry_occurs_on_its_days_of_march_2024(each: ScheduleEntry, expected: list[int]) -> None:
    assert days(each) == expected


def test_weekdays_and_weekends_share_the_month() -> None:
    assert sorted(days(entry("weekdays")) + days(entry("weekends"))) == list(range(1, 32))


def test_the_31st_does_not_occur_in_a_shorter_month() -> None:
    assert days(entry("monthly", day=31), month=4) == []


def test_the_last_weekday_of_may_is_memorial_day() -> None:
    assert days(entry("yearly", day=MONDAY, week=-1, month=5), month=5) == [27]


def test_an_entry_is_in_force_from_its_first_to_its_last_day() -> None:
    each = ScheduleEntry("daily", OPENS, CLOSES, first_day=date(2024, 3, 5), last_day=date(2024, 3, 7))
    assert days(each) == [5, 6, 7]


def test_a_single_stretch_covers_all_its_days() -> None:
    each = ScheduleEntry("never", 0, 86_399, first_day=date(2024, 3, 27), last_day=date(2024, 3, 29))
    assert days(each) == [27, 28, 29]


def test_of_two_entries_on_one_day_the_first_has_it() -> None:
    morning, afternoon = ScheduleEntry("daily", OPENS, 43_200), ScheduleEntry("daily", 46_800, CLOSES)
    day = date(2024, 3, 6)
    assert occurrences([morning, afternoon], day, day) == {day: morning}
