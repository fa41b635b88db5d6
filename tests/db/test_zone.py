"""Which time zone a server's clock stands for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osticket_api.db.zone import find_zone, probe_instants

TODAY = datetime(2026, 7, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1)


def shown_by(name: str, shift: Callable[[datetime], timedelta] = lambda instant: timedelta()) -> list[datetime]:
    """What a server in this zone shows at the probe instants."""
    zone = ZoneInfo(name)
    return [
        instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) + shift(instant)
        for instant in probe_instants()
    ]


def name_of(local_times: list[datetime], *hints: str) -> str:
    return str(find_zone(local_times, hints, today=TODAY))


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Mexico_City", "Europe/Istanbul", "Pacific/Chatham"],
)
def test_a_zone_with_a_clock_of_its_own_is_found_without_hints(name: str) -> None:
    assert name_of(shown_by(name)) == name


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(available_timezones())))
def test_what_is_found_always_shows_the_same_clock(name: str) -> None:
    found = find_zone(shown_by(name), today=TODAY)
    for instant, local in zip(probe_instants(), shown_by(name), strict=True):
        assert instant.replace(tzinfo=UTC).astimezone(found).replace(tzinfo=None) == local


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Africa/Abidjan", "Zulu"])
def test_utc_is_utc_by_any_name(name: str) -> None:
    assert find_zone(shown_by(name), [name], today=TODAY) is UTC


def test_of_zones_that_share_a_clock_the_hint_is_taken() -> None:
    assert name_of(shown_by("Europe/Vienna"), "Europe/Vienna") == "Europe/Vienna"
    assert name_of(shown_by("Europe/Vienna")) == "Europe/Berlin"


@pytest.mark.parametrize("hint", ["Asia/Tokyo", "Europe", "../../etc/passwd", "CEST", "", "nonsense"])
def test_a_wrong_hint_does_no_harm(hint: str) -> None:
    assert name_of(shown_by("Europe/Berlin"), hint) == "Europe/Berlin"


def test_a_zone_that_fits_the_past_too_is_preferred_to_a_hint() -> None:
    assert name_of(shown_by("America/Mexico_City"), "America/Belize") == "America/Mexico_City"


def test_a_past_no_zone_explains_does_not_matter() -> None:
    odd = shown_by("Europe/Berlin", lambda instant: timedelta(minutes=7 if instant < LONG_AGO else 0))
    assert name_of(odd) == "Europe/Berlin"


def test_a_clock_without_changes_gets_a_fixed_offset() -> None:
    odd = [instant + timedelta(hours=3, minutes=7) for instant in probe_instants()]
    assert find_zone(odd, today=TODAY).utcoffset(None) == timedelta(hours=3, minutes=7)


def test_a_clock_that_makes_no_sense_is_refused() -> None:
    odd = shown_by("Europe/Berlin", lambda instant: timedelta(minutes=instant.month))
    with pytest.raises(ValueError, match="set DB_TIMEZONE"):
        find_zone(odd, today=TODAY)
