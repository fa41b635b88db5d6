"""Ranges of whole days in the help desk's time zone, and which of them a moment is on, as SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, case

from osticket_api.db.config import help_desk_zone
from osticket_api.db.dialect import days_after
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid

_USUAL_DAYS, _MOST_DAYS = 30, 366
_STEP = timedelta(minutes=30)
"""Clocks change on the half hour at the finest."""


@dataclass(frozen=True)
class Days:
    """The days from the first to the last, both whole."""

    first: date
    last: date
    zone: tzinfo

    @property
    def start(self) -> datetime:
        return self._midnight(self.first)

    @property
    def end(self) -> datetime:
        return self._midnight(self.last + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=each) for each in range(self.count))

    def hold(self, moment: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """The moment is in the range."""
        return [moment >= self.start, moment < self.end]

    def number_of(self, tx: Read, moment: ColumnElement[Any]) -> ColumnElement[int]:
        """Which day of the range a moment is on, from 0. The database may show another time."""
        *earlier, (_, last) = _shifts(self.start, self.end, self.zone, tx.zone)
        latest = days_after(tx, self.first, moment, last)
        ways = [(moment < until, days_after(tx, self.first, moment, shift)) for until, shift in earlier]
        return case(*ways, else_=latest) if ways else latest


def read_days(tx: Read, first: date | None, last: date | None) -> Days:
    """The range that is asked for, by default up to today. Raises: Invalid when it is not a range, or too long."""
    zone = help_desk_zone(tx)
    last = last or max(first or date.min, tx.now.astimezone(zone).date())
    first = first or last - timedelta(days=_USUAL_DAYS - 1)
    days = Days(first, last, zone)
    if first > last:
        raise Invalid.because(f"The range ends on {last}, before it begins on {first}.", field="to")
    if days.count > _MOST_DAYS:
        raise Invalid.because(f"A range has at most {_MOST_DAYS} days, this one {days.count}.", field="from")
    return days


@lru_cache(maxsize=64)
def _shifts(start: datetime, end: datetime, zone: tzinfo, database_zone: tzinfo) -> tuple[tuple[datetime, int], ...]:
    """How many seconds the zone's clock is ahead of the database's, and until when each difference holds."""
    found: list[tuple[datetime, int]] = []
    moment, shift = start, _ahead(start, zone, database_zone)
    while zone != database_zone and moment < end:
        now = _ahead(moment, zone, database_zone)
        if now != shift:
            found.append((moment, shift))
            shift = now
        moment += _STEP
    return (*found, (end, shift))


def _ahead(moment: datetime, zone: tzinfo, database_zone: tzinfo) -> int:
    here, there = moment.astimezone(zone).utcoffset(), moment.astimezone(database_zone).utcoffset()
    assert here is not None
    assert there is not None
    return int((here - there).total_seconds())
