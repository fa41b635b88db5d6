"""Adding working time: the known oddities one by one, and what holds whatever the schedule."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osticket_api.features.slas.business_hours import BusinessHours
from osticket_api.features.slas.schedules import ScheduleEntry

HOUR = 3600
OPENS, CLOSES = 8 * HOUR, 17 * HOUR
WHOLE_DAY = (0, 24 * HOUR - 1)

office = BusinessHours(UTC, [ScheduleEntry("weekdays", OPENS, CLOSES)])
always = BusinessHours(UTC, [ScheduleEntry("daily", *WHOLE_DAY)])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on(day: str, starts_at: int, ends_at: int) -> ScheduleEntry:
    return ScheduleEntry("never", starts_at, ends_at, date.fromisoformat(day), date.fromisoformat(day))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2024-03-06 15:00", 18, "2024-03-08 15:00"),
        ("2024-03-06 15:00", 1, "2024-03-06 16:00"),
        ("2024-03-08 16:00", 2, "2024-03-11 09:00"),
        ("2024-03-06 06:30", 3, "2024-03-06 11:00"),
        ("2024-03-06 19:00", 3, "2024-03-07 11:00"),
        ("2024-03-09 12:00", 3, "2024-03-11 11:00"),
        ("2024-03-06 15:00", 90, "2024-03-20 15:00"),
    ],
    ids=["three days", "same day", "over a weekend", "before opening", "after closing", "on a weekend", "two weeks"],
)
def test_only_opening_hours_count(start: str, hours: int, due: str) -> None:
    assert office.add(at(start), hours) == at(due)


def test_work_that_fills_a_day_exactly_is_due_when_the_next_one_opens() -> None:
    assert office.add(at("2024-03-05 09:00"), 8) == at("2024-03-06 08:00")


def test_work_that_fills_the_last_day_in_sight_is_due_at_closing_time() -> None:
    assert office.add(at("2024-03-09 10:00"), 18) == at("2024-03-12 17:00")


def test_a_day_of_24_hours_lacks_its_last_second() -> None:
    assert always.add(at("2024-03-06 15:00"), 4) == at("2024-03-06 19:00")
    assert always.add(at("2024-03-06 15:00"), 24) == at("2024-03-07 15:00:01")


def test_a_schedule_without_entries_counts_every_hour() -> None:
    assert BusinessHours(UTC, []).add(at("2024-03-08 15:00"), 48) == at("2024-03-10 15:00")


def test_a_gap_of_more_than_three_days_ends_the_search() -> None:
    fridays = BusinessHours(UTC, [ScheduleEntry("weekly", OPENS, CLOSES, day=5)])
    assert fridays.add(at("2024-03-08 15:00"), 4) == at("2024-03-08 17:00")
    assert fridays.add(at("2024-03-03 15:00"), 4) == at("2024-03-03 15:00")


def test_a_whole_holiday_is_skipped() -> None:
    hours = BusinessHours(UTC, office.work, [on("2024-03-07", *WHOLE_DAY)])
    assert hours.add(at("2024-03-06 15:00"), 4) == at("2024-03-08 10:00")


def test_a_holiday_in_the_morning_leaves_the_afternoon() -> None:
    hours = BusinessHours(UTC, office.work, [on("2024-03-07", OPENS, 12 * HOUR)])
    assert hours.add(at("2024-03-06 15:00"), 4) == at("2024-03-07 14:00")


def test_a_holiday_at_noon_counts_the_hours_on_both_sides() -> None:
    hours = BusinessHours(UTC, office.work, [on("2024-03-07", 12 * HOUR, 13 * HOUR)])
    assert hours.add(at("2024-03-06 17:00"), 9) == at("2024-03-08 09:00")


def test_the_schedule_is_read_in_its_own_zone() -> None:
    berlin = BusinessHours(ZoneInfo("Europe/Berlin"), office.work)
    assert berlin.add(at("2024-03-06 15:00"), 2) == at("2024-03-07 08:00")
    assert berlin.add(at("2024-03-29 15:00"), 2) == at("2024-04-01 07:00")


def test_holidays_without_end_do_not_search_without_end() -> None:
    closed = BusinessHours(UTC, office.work, [ScheduleEntry("daily", *WHOLE_DAY)])
    assert closed.add(at("2024-03-06 15:00"), 1) > at("2060-01-01 00:00")


def weekday_seconds(start: datetime, end: datetime) -> int:
    """Opening time of `office` between two moments, counted another way: whole days less what lies outside."""
    seconds = 0
    for step in range((end.date() - start.date()).days + 1):
        day = datetime.combine(start.date(), datetime.min.time(), UTC) + timedelta(days=step)
        if day.isoweekday() <= 5:
            begins = max(start, day + timedelta(seconds=OPENS))
            ends = min(end, day + timedelta(seconds=CLOSES))
            seconds += max(int((ends - begins).total_seconds()), 0)
    return seconds


starts = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda d: d.replace(microsecond=0, tzinfo=UTC))
grace = st.integers(1, 400)


@given(starts, grace)
def test_the_opening_time_up_to_the_due_time_is_the_grace_period(start: datetime, hours: int) -> None:
    assert weekday_seconds(start, office.add(start, hours)) == hours * HOUR


@given(starts, starts, grace)
def test_what_starts_later_is_never_due_after_less_work(one: datetime, other: datetime, hours: int) -> None:
    earlier, later = sorted((one, other))
    due, due_later = office.add(earlier, hours), office.add(later, hours)
    assert due <= due_later or weekday_seconds(due_later, due) == 0


@given(starts, grace, st.integers(1, 50))
def test_more_hours_are_never_due_earlier(start: datetime, hours: int, more: int) -> None:
    assert office.add(start, hours) < office.add(start, hours + more)


@given(starts, grace)
def test_round_the_clock_loses_a_second_at_each_midnight(start: datetime, hours: int) -> None:
    due = always.add(start, hours)
    midnights = (due.date() - start.date()).days
    assert due - start == timedelta(hours=hours, seconds=midnights)


@given(starts, grace, st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"]))
def test_a_due_time_falls_into_opening_hours_of_the_schedules_zone(start: datetime, hours: int, zone: str) -> None:
    local = BusinessHours(ZoneInfo(zone), office.work).add(start, hours).astimezone(ZoneInfo(zone))
    assert local.isoweekday() <= 5
    assert 8 <= local.hour <= 17
