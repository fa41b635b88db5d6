"""When an answer is due by the working hours of a new install: Monday to Friday, 8 to 17, without U.S. holidays."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

_OPENS, _DAY = timedelta(hours=8), timedelta(hours=9)


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_workday(day: date) -> date:
    day += timedelta(days=1)
    return day if is_workday(day) else next_workday(day)


def workday_before(day: date, count: int) -> date:
    """The last of `count` workdays before a day."""
    while count:
        day -= timedelta(days=1)
        count -= is_workday(day)
    return day


def due_at(start: datetime, grace_hours: int, zone: tzinfo) -> datetime:
    """The end of the grace hours, counted in working time of this zone from a moment within it.

    Source: tickets.md 1.12. Time that is used up exactly with a day's end is due when the next day starts.
    """
    local = start.astimezone(zone).replace(tzinfo=None)
    opening = datetime.combine(local, datetime.min.time()) + _OPENS
    left = timedelta(hours=grace_hours) + (local - opening)
    while left >= _DAY:
        opening = datetime.combine(next_workday(opening.date()), datetime.min.time()) + _OPENS
        left -= _DAY
    return (opening + left).replace(tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    fixed = {date(year, month, day) for month, day in ((1, 1), (7, 4), (11, 11), (12, 25))}
    floating = {_weekday(year, *rule) for rule in ((1, 0, 3), (9, 0, 1), (10, 0, 2), (11, 3, 4))}
    memorial = date(year, 5, 31)
    return frozenset(fixed | floating | {memorial - timedelta(days=memorial.weekday())})


def _weekday(year: int, month: int, weekday: int, count: int) -> date:
    """The first, second … such weekday (Monday is 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))
