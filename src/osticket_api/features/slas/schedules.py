"""On which days an entry of a schedule occurs. Opening hours and holidays are both such entries."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count
from typing import Final

DAY: Final = timedelta(days=1)
DAY_SECONDS: Final = 86_400
_WEEK_DAYS: Final = 7
_LAST_OF_MONTH: Final = -1
_MIDNIGHT: Final = time()


@dataclass(frozen=True)
class ScheduleEntry:
    """One entry of a schedule, in force from `first_day`, and until `stops_at` on `last_day`, where these are given.

    `day` is the weekday of a weekly entry, and of any that names a `week` of the month (1 to 5, -1 for the last);
    otherwise it is the day of the month. `zone` is that of its own schedule: holidays may have another one than the
    hours that they interrupt.

    Units: `starts_at`, `ends_at` and `stops_at` are seconds since midnight; weekdays go from 1, Monday, to 7.
    """

    repeats: str
    starts_at: int
    ends_at: int
    first_day: date | None = None
    last_day: date | None = None
    day: int | None = None
    week: int | None = None
    month: int | None = None
    stops_at: int = DAY_SECONDS - 1
    zone: tzinfo = UTC

    @property
    def fills_the_day(self) -> bool:
        """Whether the entry lasts 24 hours. An end at 23:59:59 means the end of the day."""
        return self.seconds_from(self.starts_at) + 1 >= DAY_SECONDS

    def seconds_from(self, begins_at: int) -> int:
        """How long it is until the entry ends, by its first day: where clocks change then, on every other day too."""
        if self.first_day is None:
            return self.ends_at - begins_at
        return int(
            (self._moment(self.first_day, self.ends_at) - self._moment(self.first_day, begins_at)).total_seconds()
        )

    def days(self, start: datetime, last: date) -> Iterator[date]:
        """The days on which it occurs, from the day of an aware moment until `last`.

        It occurs no more where it has stopped before that moment; else its next day counts, even if it stops before.

        Source: tickets.md 1.12
        """
        begins = start if self.first_day is None else self._moment(self.first_day, self.starts_at)
        stops = None if self.last_day is None else self._moment(self.last_day, self.stops_at)
        moment = max(start, begins)
        if self.repeats not in _REPEATS or (stops is not None and stops < moment):
            return
        local = moment.astimezone(start.tzinfo if begins <= start else self.zone)
        names_a_date = self.repeats in ("monthly", "yearly") and not self.week
        at = local.time() if names_a_date else _MIDNIGHT
        for place, day in enumerate(_REPEATS[self.repeats](self, local.date())):
            has_stopped = stops is not None and stops < datetime.combine(day, at, local.tzinfo)
            if day > last or (has_stopped and place > 0):
                return
            if day >= start.date():
                yield day

    def _moment(self, day: date, seconds: int) -> datetime:
        return moment_of(day, seconds, self.zone).astimezone(UTC)


def moment_of(day: date, seconds: int, zone: tzinfo) -> datetime:
    """So many seconds after midnight by the clock, as an aware moment."""
    return datetime.combine(day, _MIDNIGHT, zone) + timedelta(seconds=seconds)


def occurrences(entries: Sequence[ScheduleEntry], start: datetime, last: date) -> dict[date, ScheduleEntry]:
    """The entry in force on each day from that of `start` to `last`, in order of the days; days without are left out.

    Where several share a day the first entry has it, so the second shift of a split day is lost, as osTicket loses it.
    """
    found: dict[date, ScheduleEntry] = {}
    for entry in entries:
        for day in entry.days(start, last):
            found.setdefault(day, entry)
    return dict(sorted(found.items()))


def _never(entry: ScheduleEntry, first: date) -> Iterator[date]:
    """A single stretch of days."""
    days = _daily(entry, max(first, entry.first_day or first))
    return days if entry.last_day is None else _until(days, entry.last_day)


def _until(days: Iterator[date], last: date) -> Iterator[date]:
    for day in days:
        if day > last:
            return
        yield day


def _daily(entry: ScheduleEntry, first: date) -> Iterator[date]:
    return (first + step * DAY for step in count())


def _on_weekdays(entry: ScheduleEntry, first: date) -> Iterator[date]:
    return (day for day in _daily(entry, first) if day.isoweekday() <= 5)


def _on_weekends(entry: ScheduleEntry, first: date) -> Iterator[date]:
    return (day for day in _daily(entry, first) if day.isoweekday() > 5)


def _weekly(entry: ScheduleEntry, first: date) -> Iterator[date]:
    nearest = first + DAY * (((entry.day or 0) - first.isoweekday()) % _WEEK_DAYS)
    return (nearest + step * _WEEK_DAYS * DAY for step in count())


def _monthly(entry: ScheduleEntry, first: date) -> Iterator[date]:
    day = _of_month(entry, first.year, first.month)
    while True:
        yield day
        following = _date_of(day.year, day.month + 1, day.day)
        day = _of_month(entry, following.year, following.month)


def _of_month(entry: ScheduleEntry, year: int, month: int) -> date:
    if not entry.week:
        return _date_of(year, month, entry.day or 1)
    if entry.week == _LAST_OF_MONTH:
        return _weekday_before(_date_of(year, month + 1, 1), entry.day or 1)
    return _weekday_after(_date_of(year, month, 1) - DAY, entry.day or 1, entry.week)


def _yearly(entry: ScheduleEntry, first: date) -> Iterator[date]:
    year, month = first.year, entry.month or 1
    while True:
        if entry.week and entry.week != _LAST_OF_MONTH:
            # QUIRK: a month that begins with this weekday has its first one a week later.
            day = _weekday_after(date(year, month, 1), entry.day or 1, entry.week)
        else:
            day = _of_month(entry, year, month)
        yield day
        year = day.year + 1


def _date_of(year: int, month: int, day: int) -> date:
    """A date whose month may be the 13th, and whose day may lie behind the end of the month: April 31 is May 1."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) + (day - 1) * DAY


def _weekday_after(day: date, weekday: int, number: int) -> date:
    return day + DAY * ((weekday - day.isoweekday() - 1) % _WEEK_DAYS + 1 + (number - 1) * _WEEK_DAYS)


def _weekday_before(day: date, weekday: int) -> date:
    return day - DAY * ((day.isoweekday() - weekday - 1) % _WEEK_DAYS + 1)


_REPEATS: Final[dict[str, Callable[[ScheduleEntry, date], Iterator[date]]]] = {
    "never": _never,
    "daily": _daily,
    "weekdays": _on_weekdays,
    "weekends": _on_weekends,
    "weekly": _weekly,
    "monthly": _monthly,
    "yearly": _yearly,
}
"""The days of each, without end, from the one nearest to a day, which may lie before it."""
