"""Adding working time to a moment, exactly as osTicket counts it, oddities included.

Due times stand in every list and report of the panel beside ours, so an hour that is counted differently would show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from osticket_api.features.slas.schedules import DAY, ScheduleEntry, moment_of, occurrences

_LOOK_AHEAD: Final = timedelta(hours=72)
_HORIZON: Final = timedelta(days=40 * 365)
"""How far the search for working time goes: where holidays leave none at all it would never end."""


@dataclass(frozen=True)
class BusinessHours:
    """The opening hours of a schedule, the holidays that interrupt them, and the zone of these hours."""

    zone: tzinfo
    work: Sequence[ScheduleEntry]
    holidays: Sequence[ScheduleEntry] = ()

    def add(self, start: datetime, hours: int) -> datetime:
        """The aware UTC moment at which `hours` of working time have passed since `start`.

        The search looks three days ahead at a time. Where it finds no working day there it gives up and answers with
        the time reached so far, so a schedule with long gaps makes tickets due too early.

        Source: tickets.md 1.12
        """
        if not self.work:
            return start + timedelta(hours=hours)
        walk = _Walk(start.astimezone(self.zone), hours * 3600, self.zone)
        first, horizon, before = walk.at, walk.at + _HORIZON, {(walk.at, walk.at)}
        while walk.missing > 0 and first < horizon:
            days = occurrences(self.work, first, (first + _LOOK_AHEAD).date())
            if not days:
                break
            walk.through(days, occurrences(self.holidays, first, max(days)))
            first = walk.at + (DAY if walk.at.date() in days else timedelta())
            if (walk.at, first) in before:  # osTicket would look at the same days for ever.
                break
            before.add((walk.at, first))
        return walk.at.astimezone(UTC) - timedelta(seconds=walk.surplus)


@dataclass
class _Walk:
    """Goes from one working day to the next. `at` is where it stands, in the zone of the hours."""

    at: datetime
    missing: int
    zone: tzinfo

    @property
    def surplus(self) -> int:
        return max(-self.missing, 0)

    def through(self, days: Mapping[date, ScheduleEntry], holidays: Mapping[date, ScheduleEntry]) -> None:
        """Collect the time of these days until there is more than enough.

        Exactly enough does not stop it: the next day is added and taken off again, so work that fills a day to its last
        second is due at the opening of the next, not at closing time.
        """
        for day, hours in days.items():
            if self.missing < 0:
                return
            self._work(day, hours, holidays.get(day))

    def _work(self, day: date, hours: ScheduleEntry, holiday: ScheduleEntry | None) -> None:
        opens = hours.starts_at
        if self.at.date() == day:
            now = _seconds(self.at)
            if now > hours.ends_at:
                return
            opens = max(opens, now)
        elif moment_of(day, hours.ends_at, UTC) < self.at:
            return  # QUIRK: the end is read in UTC, so west of it hours that end early seem to be over at closing time.
        before_holiday = 0
        if holiday is not None:
            self.at = moment_of(day, holiday.ends_at, self.zone)
            if holiday.fills_the_day:
                return
            opens = holiday.ends_at
            before_holiday = max(holiday.starts_at - hours.starts_at, 0)
        self.missing -= hours.seconds_from(opens) + before_holiday
        self.at = moment_of(day, hours.ends_at, self.zone)


def _seconds(local: datetime) -> int:
    return local.hour * 3600 + local.minute * 60 + local.second
