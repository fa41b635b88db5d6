"""In which time zone the database server writes its local time.

osTicket stores `NOW()`: the server's local time, without saying which zone that is. We ask the server what its clock
would show at instants spread over years, and look for the zone that agrees with all of them. That settles daylight
saving too, where an abbreviation such as `CST` would not.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_COMMON = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
)


@lru_cache(maxsize=1)
def probe_instants() -> tuple[datetime, ...]:
    """Naive UTC instants to ask about: every fifth day of four years, enough to tell zones by their clock changes."""
    start = datetime(2023, 1, 1, 12)
    return tuple(start + timedelta(days=5 * step) for step in range(290))


def find_zone(local_times: Sequence[datetime], hints: Iterable[str] = ()) -> tzinfo:
    """The zone whose clock shows `local_times` at `probe_instants()`.

    Hints (osTicket's own `db_timezone`, the host's zone) are tried first, then common zones, then all. A server whose
    clock fits no zone but never changes gets a fixed offset.

    Raises: ValueError when nothing fits.
    """
    for name in (*hints, *_COMMON, *sorted(available_timezones())):
        zone = _zone(name)
        if zone is not None and _agrees(zone, local_times):
            return UTC if name in ("UTC", "Etc/UTC") else zone
    offsets = {local - instant for local, instant in zip(local_times, probe_instants(), strict=True)}
    if len(offsets) == 1:
        return timezone(offsets.pop())
    raise ValueError("no time zone explains the database server's clock; set DB_TIMEZONE")


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _agrees(zone: ZoneInfo, local_times: Sequence[datetime]) -> bool:
    return all(
        instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) == local
        for local, instant in zip(local_times, probe_instants(), strict=True)
    )
