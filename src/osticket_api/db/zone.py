"""In which time zone the database server writes its local time.

osTicket stores `NOW()`: the server's local time, without saying which zone that is. We ask the server what its clock
showed at instants spread over decades, and look for the zone that agrees. That settles daylight saving and its past
changes, where an offset would not, and an abbreviation such as `CST` would not either.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import available_timezones

from osticket_api.kit.zones import zone_named

_FIRST, _LAST = datetime(2003, 1, 1, 12), datetime(2037, 12, 31, 12)
"""From osTicket's first year to the end of what a 32-bit FROM_UNIXTIME knows."""

_COMMON = (
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Istanbul",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)

Readings = Sequence[tuple[datetime, datetime]]
"""Pairs of a naive UTC instant and the local time the server shows for it."""


@lru_cache(maxsize=1)
def probe_instants() -> tuple[datetime, ...]:
    """Naive UTC instants to ask about: weekly, so that no two zones that change on different days look alike."""
    return tuple(_FIRST + timedelta(weeks=step) for step in range((_LAST - _FIRST) // timedelta(weeks=1) + 1))


def find_zone(local_times: Sequence[datetime], hints: Iterable[str] = (), *, today: datetime) -> tzinfo:
    """The zone whose clock shows `local_times` at `probe_instants()`.

    It must agree for the year before and after `today`; of those that do, the one that agrees the longest counts.
    Where several agree alike, hints come before common zones and these before all others. A server whose clock fits
    no zone but never changes gets a fixed offset.

    Raises: ValueError when nothing fits.
    """
    clock = list(zip(probe_instants(), local_times, strict=True))
    if all(instant == local for instant, local in clock):
        return UTC
    present = [(instant, local) for instant, local in clock if abs(instant - today.replace(tzinfo=None)).days <= 366]
    fitting: dict[tzinfo, int] = {}
    for zone in _zones(hints):
        if _agrees(zone, present):
            fitting[zone] = sum(_shows(zone, instant) == local for instant, local in clock)
            if fitting[zone] == len(clock):
                return zone
    if fitting:
        return max(fitting, key=lambda zone: fitting[zone])
    return _fixed_offset(present)


def _zones(hints: Iterable[str]) -> Iterator[tzinfo]:
    yield from filter(None, map(zone_named, (*hints, *_COMMON)))
    names = sorted(available_timezones(), key=lambda name: ("/" not in name, name))
    yield from filter(None, map(zone_named, names))


def _agrees(zone: tzinfo, clock: Readings) -> bool:
    return all(_shows(zone, instant) == local for instant, local in clock)


def _shows(zone: tzinfo, instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _fixed_offset(clock: Readings) -> tzinfo:
    offsets = {local - instant for instant, local in clock}
    if len(offsets) != 1:
        raise ValueError("no time zone explains the database server's clock; set DB_TIMEZONE")
    return timezone(offsets.pop())
