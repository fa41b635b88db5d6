"""Days, weeks, months, quarters and years in a zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from osticket_api.kit.periods import add_months, period

NOW = datetime(2024, 3, 6, 15, tzinfo=UTC)

PERIODS = {
    "td": ("2024-03-06", "2024-03-07"),
    "yd": ("2024-03-05", "2024-03-06"),
    "tw": ("2024-03-04", "2024-03-11"),
    "lw": ("2024-02-26", "2024-03-04"),
    "tm": ("2024-03-01", "2024-04-01"),
    "lm": ("2024-02-01", "2024-03-01"),
    "tq": ("2024-01-01", "2024-04-01"),
    "lq": ("2023-10-01", "2024-01-01"),
    "ty": ("2024-01-01", "2025-01-01"),
    "ly": ("2023-01-01", "2024-01-01"),
}


@pytest.mark.parametrize("code", PERIODS)
def test_a_period_begins_and_ends_at_midnight(code: str) -> None:
    start, end = period(code, NOW, UTC) or (None, None)
    assert start is not None
    assert end is not None
    assert (start.isoformat(), end.isoformat()) == tuple(f"{day}T00:00:00+00:00" for day in PERIODS[code])


def test_today_is_the_day_of_the_zone() -> None:
    start, end = period("td", datetime(2024, 3, 6, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")) or (NOW, NOW)
    assert (start.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()) == (
        "2024-03-06T23:00:00+00:00",
        "2024-03-07T23:00:00+00:00",
    )


@pytest.mark.parametrize("code", ["", "t", "xx", "tx", "tdd", "ld", "t" * 100])
def test_any_other_code_means_nothing(code: str) -> None:
    assert period(code, NOW, UTC) is None


def test_months_keep_to_the_calendar() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 15), -1) == date(2023, 12, 15)
    assert add_months(date(2023, 12, 31), 2) == date(2024, 2, 29)
