"""On which days the entries of a schedule occur."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from osticket_api.features.slas.schedules import ScheduleEntry, occurrences

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3, 4
OPENS, CLOSES = 8 * 3600, 17 * 3600


def entry(repeats: str, *, day: int | None = None, week: int | None = None, month: int | None = None) -> ScheduleEntry:
    return ScheduleEntry(repeats, OPENS, CLOSES, day=day, week=week, month=month)


def days(entry: ScheduleEntry, year: int = 2024, month: int = 3) -> list[int]:
    first = datetime(year, month, 1, tzinfo=UTC)
    found = occurrences([entry], first, first.date() + timedelta(days=30))
    return [day.day for day in found if day.month == month]


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
        (entry("yearly", day=MONDAY, week=4, month=3), [25]),
        (entry("yearly", day=15, month=4), []),
        (entry("fortnightly", day=MONDAY), []),
    ],
    ids=lambda value: value.repeats if isinstance(value, ScheduleEntry) else "",
)
def test_an_entry_occurs_on_its_days_of_march_2024(each: ScheduleEntry, expected: list[int]) -> None:
    assert days(each) == expected


def test_weekdays_and_weekends_share_the_month() -> None:
    assert sorted(days(entry("weekdays")) + days(entry("weekends"))) == list(range(1, 32))


def test_the_31st_of_a_shorter_month_is_the_first_of_the_next() -> None:
    assert days(entry("monthly", day=31), month=4) == []
    end_of_april = datetime(2024, 4, 29, tzinfo=UTC)
    assert list(entry("monthly", day=31).days(end_of_april, date(2024, 5, 2))) == [date(2024, 5, 1)]
    assert list(entry("yearly", day=29, month=2).days(datetime(2025, 2, 27, tzinfo=UTC), date(2025, 3, 3))) == [
        date(2025, 3, 1)
    ]


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
    noon = datetime(2024, 3, 6, 12, tzinfo=UTC)
    assert occurrences([morning, afternoon], noon, noon.date()) == {noon.date(): morning}


def test_what_has_stopped_occurs_no_more_on_its_last_day() -> None:
    each = ScheduleEntry("daily", OPENS, CLOSES, last_day=date(2024, 3, 6), stops_at=12 * 3600)
    noon, last = datetime(2024, 3, 6, 12, tzinfo=UTC), date(2024, 3, 9)
    assert list(each.days(noon, last)) == [noon.date()]
    assert list(each.days(noon + timedelta(seconds=1), last)) == []


def test_the_next_day_of_an_entry_counts_though_it_stops_before() -> None:
    each = ScheduleEntry("weekly", OPENS, CLOSES, day=THURSDAY, last_day=date(2024, 3, 5), stops_at=0)
    monday = datetime(2024, 3, 4, tzinfo=UTC)
    assert list(each.days(monday, date(2024, 3, 31))) == [date(2024, 3, 7)]


def test_a_month_that_begins_with_the_weekday_has_its_first_one_a_week_later_each_year() -> None:
    labor_day = entry("yearly", day=MONDAY, week=1, month=9)
    assert days(labor_day, 2024, 9) == [2]
    assert days(labor_day, 2025, 9) == [8]
    assert days(entry("monthly", day=MONDAY, week=1), 2025, 9) == [1]


def test_an_entry_stops_by_the_clock_of_its_own_zone() -> None:
    holiday = ScheduleEntry("never", 0, 86_399, date(2024, 3, 7), date(2024, 3, 7), zone=ZoneInfo("Pacific/Auckland"))
    los_angeles, last = ZoneInfo("America/Los_Angeles"), date(2024, 3, 9)
    assert list(holiday.days(datetime(2024, 3, 7, 2, 59, tzinfo=los_angeles), last)) == [date(2024, 3, 7)]
    assert list(holiday.days(datetime(2024, 3, 7, 3, tzinfo=los_angeles), last)) == []
