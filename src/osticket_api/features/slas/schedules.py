"""On which days an entry of a schedule occurs. Opening hours and holidays are both such entries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
DAY_SECONDS: Final = 86_400
_WEEK: Final = timedelta(days=7)
_LAST_OF_MONTH: Final = -1


@dataclass(frozen=True)
class ScheduleEntry:
    """One entry of a schedule, in force from `first_day` to `last_day`, where these are given.

    `day` is the weekday of a weekly entry, and of any that names a `week` of the month (1 to 5, -1 for the last);
    otherwise it is the day of the month.

    Units: `starts_at` and `ends_at` are seconds since midnight; weekdays go from 1, Monday, to 7.
    """

    repeats: str
    starts_at: int
    ends_at: int
    first_day: date | None = None
    last_day: date | None = None
    day: int | None = None
    week: int | None = None
    month: int | None = None

    @property
    def fills_the_day(self) -> bool:
        """Whether the entry lasts 24 hours. An end at 23:59:59 means the end of the day."""
        return self.ends_at - self.starts_at + 1 >= DAY_SECONDS

    def occurs_on(self, day: date) -> bool:
        """Whether the entry occurs on this day. Source: tickets.md 1.12"""
        falls_on = _REPEATS.get(self.repeats)
        return falls_on is not None and self._is_in_force(day) and falls_on(self, day)

    def _is_in_force(self, day: date) -> bool:
        started = self.first_day is None or self.first_day <= day
        return started and (self.last_day is None or day <= self.last_day)


def occurrences(entries: Sequence[ScheduleEntry], first: date, last: date) -> dict[date, ScheduleEntry]:
    """The entry in force on each day from `first` to `last`, in order of the days; days without one are left out.

    Where several share a day the first entry has it, so the second shift of a split day is lost, as osTicket loses it.
    """
    days = (first + step * DAY for step in range((last - first).days + 1))
    found = ((day, next((entry for entry in entries if entry.occurs_on(day)), None)) for day in days)
    return {day: entry for day, entry in found if entry is not None}


def _always(entry: ScheduleEntry, day: date) -> bool:
    return True


def _on_weekdays(entry: ScheduleEntry, day: date) -> bool:
    return day.isoweekday() <= 5


def _on_weekends(entry: ScheduleEntry, day: date) -> bool:
    return day.isoweekday() > 5


def _weekly(entry: ScheduleEntry, day: date) -> bool:
    return day.isoweekday() == entry.day


def _monthly(entry: ScheduleEntry, day: date) -> bool:
    if not entry.week:
        return day.day == entry.day
    return _weekly(entry, day) and _is_in_week(day, entry.week)


def _is_in_week(day: date, week: int) -> bool:
    if week == _LAST_OF_MONTH:
        return (day + _WEEK).month != day.month
    return (day.day - 1) // 7 + 1 == week


def _yearly(entry: ScheduleEntry, day: date) -> bool:
    return day.month == entry.month and _monthly(entry, day)


_REPEATS: Final[dict[str, Callable[[ScheduleEntry, date], bool]]] = {
    "never": _always,  # a single stretch of days, of which first_day and last_day are the ends
    "daily": _always,
    "weekdays": _on_weekdays,
    "weekends": _on_weekends,
    "weekly": _weekly,
    "monthly": _monthly,
    "yearly": _yearly,
}
