"""When an answer is due by the working hours of a new install, against what osTicket computed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from osticket_api.embedded.hours import due_at, is_workday, workday_before

KNOWN = (
    ("2024-03-05 09:00", 18, "2024-03-07 09:00"),
    ("2024-02-28 09:00", 18, "2024-03-01 09:00"),
    ("2024-03-05 11:00", 8, "2024-03-06 10:00"),
    ("2024-03-06 15:00", 18, "2024-03-08 15:00"),
    ("2024-03-08 15:00", 18, "2024-03-12 15:00"),
)


@pytest.mark.parametrize(("start", "hours", "due"), KNOWN)
def test_grace_hours_are_counted_in_working_time(start: str, hours: int, due: str) -> None:
    assert due_at(datetime.fromisoformat(start).replace(tzinfo=UTC), hours, UTC) == datetime.fromisoformat(due).replace(
        tzinfo=UTC
    )


def test_working_time_is_that_of_the_help_desks_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 3, 27, 16, tzinfo=berlin)
    assert due_at(friday, 2, berlin) == datetime(2026, 3, 30, 9, tzinfo=berlin)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 5, 25),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    ],
)
def test_nobody_works_on_holidays(day: date) -> None:
    assert not is_workday(day)


def test_workdays_are_counted_back_over_weekends() -> None:
    assert workday_before(date(2026, 3, 30), 1) == date(2026, 3, 27)
    assert workday_before(date(2026, 3, 29), 5) == date(2026, 3, 23)
