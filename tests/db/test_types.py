"""How moments become columns and come back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from osticket_api.db.types import Moment, UtcMoment, moment_reader, to_local, to_utc

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1)), st.sampled_from([BERLIN, NEW_YORK, UTC]))
def test_a_moment_is_read_back_or_is_in_the_repeated_hour(moment: datetime, zone: ZoneInfo) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0, fold=0)
    repeated = moment.astimezone(zone).fold
    assert to_utc(to_local(moment, zone), zone) == moment - repeated * HOUR


def test_the_second_pass_of_the_repeated_hour_reads_as_its_first() -> None:
    first, second = utc("2026-10-25 00:30"), utc("2026-10-25 01:30")
    assert to_local(first, BERLIN) == to_local(second, BERLIN)
    assert to_utc(to_local(second, BERLIN), BERLIN) == first


def test_a_time_in_the_gap_moves_forward() -> None:
    assert to_utc(datetime(2026, 3, 29, 2, 30), BERLIN) == utc("2026-03-29 01:30")


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize("moment", [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)])
def test_the_ends_of_the_calendar_do_no_harm(moment: datetime, zone: ZoneInfo) -> None:
    assert to_utc(moment, zone).tzinfo is UTC
    assert to_local(moment.replace(tzinfo=UTC), zone).tzinfo is None


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(AssertionError, match="without a zone"):
        to_local(datetime(2026, 1, 1), BERLIN)


def test_years_have_four_digits() -> None:
    store = Moment().bind_processor(sqlite.dialect())
    assert store(datetime(1, 1, 2, tzinfo=UTC)) == "0001-01-02 00:00:00"


def test_no_moment_is_the_zero_date_where_a_column_must_have_one() -> None:
    dialect = sqlite.dialect()
    assert Moment(zero=True).bind_processor(dialect)(None) == "0000-00-00 00:00:00"
    assert Moment().bind_processor(dialect)(None) is None
    assert UtcMoment().bind_processor(dialect)(None) is None


@pytest.mark.parametrize("stored", ["0000-00-00 00:00:00", None, "2024-00-00 00:00:00"])
def test_what_is_no_date_reads_as_none(stored: str | None) -> None:
    assert moment_reader(sqlite.dialect())(stored) is None
