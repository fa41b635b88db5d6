"""Days, weeks, months, quarters and years as stretches of time, and steps of them."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

Stretch = tuple[datetime, datetime]
"""A span of time: from a moment to the first moment after the span, both with a time zone."""

_MONTHS_IN: Final = {"m": 1, "q": 3, "y": 12}


def day(of: date, zone: tzinfo) -> Stretch:
    return _stretch(of, of + timedelta(days=1), zone)


def period(code: str, now: datetime, zone: tzinfo) -> Stretch | None:
    """What `td` (today), `yd` (yesterday), `tw`, `lw` (this and last week, from Monday), `tm`, `lm` (month), `tq`, `lq`
    (quarter), `ty`, `ly` (year) mean in a zone. None for any other code."""
    today = now.astimezone(zone).date()
    if code in ("td", "yd"):
        return day(today - timedelta(days=code == "yd"), zone)
    if len(code) != 2 or code[0] not in "tl" or code[1] not in "wmqy":
        return None
    start, step = _started(code[1], today)
    if code[0] == "l":
        start = step(start, -1)
    return _stretch(start, step(start, 1), zone)


def _started(unit: str, today: date) -> tuple[date, Callable[[date, int], date]]:
    """The first day of the unit that today is in, and the way to the first days of those beside it."""
    if unit == "w":
        return today - timedelta(days=today.weekday()), lambda start, count: start + timedelta(weeks=count)
    months = _MONTHS_IN[unit]
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    return first, lambda start, count: add_months(start, count * months)


def add_months(of: date, count: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    months = of.year * 12 + of.month - 1 + count
    first = of.replace(year=months // 12, month=months % 12 + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(day=min(of.day, (following - timedelta(days=1)).day))


def _stretch(start: date, end: date, zone: tzinfo) -> Stretch:
    return datetime.combine(start, time(), zone), datetime.combine(end, time(), zone)
