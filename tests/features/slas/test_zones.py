"""Due times in zones far from UTC, when clocks change, at night and over holidays: as osTicket computes them."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from osticket_api.features.slas.business_hours import BusinessHours
from osticket_api.features.slas.schedules import ScheduleEntry

RECORDED = Path(__file__).parents[2] / "reference" / "due-times" / "cases.json"
CASES: list[dict[str, Any]] = json.loads(RECORDED.read_text())
AUCKLAND, LOS_ANGELES = "Pacific/Auckland", "America/Los_Angeles"
HOUR = 3600


def entry(given: Mapping[str, Any], zone: str) -> ScheduleEntry:
    is_single = given["repeats"] == "never"
    stops = f"{given['starts_on']} {given['ends_at']}" if is_single else given.get("stops_on")
    return ScheduleEntry(
        repeats=given["repeats"],
        starts_at=seconds(given["starts_at"]),
        ends_at=seconds(given["ends_at"]),
        first_day=date.fromisoformat(given["starts_on"]),
        last_day=date.fromisoformat(stops[:10]) if stops else None,
        stops_at=seconds(stops[11:]) if stops else 0,
        zone=ZoneInfo(zone),
        **{name: given.get(name) for name in ("day", "week", "month")},
    )


def seconds(clock: str) -> int:
    hours, minutes, rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + rest


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['zone']}-{case['start']}-{case['hours']}".replace(" ", "T")
)
def test_work_is_due_when_osticket_says(case: dict[str, Any]) -> None:
    hours = BusinessHours(
        ZoneInfo(case["zone"]),
        [entry(each, case["zone"]) for each in case["work"]],
        [entry(each, case["zone_of_holidays"]) for each in case.get("holidays", ())],
    )
    assert hours.add(utc(case["start"]), case["hours"]) == utc(case["due"])


def due(zone: str, start: str, hours: int, *work: ScheduleEntry) -> str:
    there = ZoneInfo(zone)
    ends = BusinessHours(there, work).add(datetime.fromisoformat(start).replace(tzinfo=there), hours)
    return ends.astimezone(there).strftime("%a %H:%M")


OFFICE = ScheduleEntry("weekdays", 8 * HOUR, 17 * HOUR)
NIGHT = ScheduleEntry("daily", 0, 6 * HOUR)


def test_work_that_fills_its_days_exactly_is_due_at_closing_time_where_no_day_is_in_sight() -> None:
    assert due(AUCKLAND, "2024-03-07 04:00", 18, OFFICE) == "Fri 17:00"
    assert due(AUCKLAND, "2024-03-06 04:00", 18, OFFICE) == "Fri 08:00"


@pytest.mark.parametrize("zone", [AUCKLAND, "Asia/Kolkata", "UTC"])
def test_hours_that_end_early_count_east_of_utc(zone: str) -> None:
    assert due(zone, "2024-03-06 23:00", 2, NIGHT) == "Thu 02:00"


def test_hours_that_end_early_seem_to_be_over_in_the_evening_west_of_utc() -> None:
    assert due(LOS_ANGELES, "2024-03-06 21:00", 2, NIGHT) == "Thu 02:00"
    assert due(LOS_ANGELES, "2024-03-06 23:00", 2, NIGHT) == "Fri 02:00"


def test_hours_over_midnight_are_two_entries() -> None:
    late = ScheduleEntry("weekly", 22 * HOUR, 24 * HOUR - 1, day=3)
    early = ScheduleEntry("weekly", 0, 6 * HOUR, day=4)
    assert due(AUCKLAND, "2024-03-06 22:00", 4, late, early) == "Thu 02:00"


def test_the_day_on_which_clocks_change_has_the_hours_of_any_other() -> None:
    each_day = ScheduleEntry("daily", 0, 12 * HOUR)
    assert due(LOS_ANGELES, "2024-03-09 12:01", 6, each_day) == "Sun 06:00"
    assert due(LOS_ANGELES, "2024-11-02 12:01", 6, each_day) == "Sun 06:00"


def test_a_search_that_would_never_end_is_given_up() -> None:
    friday = ScheduleEntry("weekly", 0, 5 * HOUR, day=5)
    start = datetime(2024, 3, 7, 22, 30, tzinfo=ZoneInfo(LOS_ANGELES))
    ends = BusinessHours(ZoneInfo(LOS_ANGELES), [friday]).add(start, 2)
    assert ends - start < timedelta(days=8)
