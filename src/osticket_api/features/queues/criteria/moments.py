"""Criteria about when something was.

Source: tickets.md 8.3.2.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_

from osticket_api.features.queues.criteria.context import CriteriaContext
from osticket_api.features.queues.criteria.kinds import Condition, Kind
from osticket_api.kit.periods import Stretch, add_months, day, period
from osticket_api.kit.stored_moments import stored_moment

_STEPS: Final = {
    "i": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_MOST_STEPS: Final = 100_000
_DAYS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
_MOMENTS: Final = tuple(f"{day} {hour}" for day in _DAYS for hour in ("%H:%M", "%H:%M:%S", "%I:%M %p"))
"""The formats in which the panel writes days and moments, in the agent's zone."""


def moment(context: CriteriaContext, column: ColumnElement[Any]) -> Kind:
    """A moment. Days are those of the agent's zone."""
    ways: dict[str, Callable[[Any], Condition | None]] = {
        "set": lambda value: column.is_not(None),
        "nset": lambda value: column.is_(None),
        "future": lambda value: column >= context.tx.now,
        "past": lambda value: column < context.tx.now,
        "on": lambda value: _within(column, _day(context, value)),
        "equal": lambda value: _within(column, _day(context, value)),
        "nequal": lambda value: _outside(column, _day(context, value)),
        "before": lambda value: _compared(_start(context, value), lambda at: column < at),
        "after": lambda value: _compared(_start(context, value), lambda at: column >= at),
        "between": lambda value: _within(column, _between(context, value)),
        "period": lambda value: _within(column, period(str(value), context.tx.now, context.zone)),
        "ndaysago": lambda value: _reaching(column, _moved(context, value, -1), context.tx.now),
        "ndays": lambda value: _reaching(column, context.tx.now, _moved(context, value, 1)),
        "distpast": lambda value: _compared(_moved(context, value, -1), lambda at: column <= at),
        "distfut": lambda value: _compared(_moved(context, value, 1), lambda at: column >= at),
    }
    return lambda method, value: ways[method](value) if method in ways else None


def _compared(at: datetime | None, compare: Callable[[datetime], Condition]) -> Condition | None:
    return None if at is None else compare(at)


def _within(column: ColumnElement[Any], stretch: Stretch | None) -> Condition | None:
    return None if stretch is None else and_(column >= stretch[0], column < stretch[1])


def _outside(column: ColumnElement[Any], stretch: Stretch | None) -> Condition | None:
    return None if stretch is None else or_(column < stretch[0], column >= stretch[1])


def _reaching(column: ColumnElement[Any], start: datetime | None, end: datetime | None) -> Condition | None:
    return None if start is None or end is None else and_(column >= start, column <= end)


def _parsed(context: CriteriaContext, value: Any) -> date | datetime | None:
    """A day, or a moment, as osTicket keeps it: seconds, text of the agent's zone, or text that names its zone."""
    text = str(value).strip()
    for written in _DAYS:
        try:
            return datetime.strptime(text, written).replace(tzinfo=context.zone).date()
        except ValueError:
            continue
    for written in _MOMENTS:
        try:
            return datetime.strptime(text, written).replace(tzinfo=context.zone)
        except ValueError:
            continue
    try:
        return stored_moment(text, context.zone) or _with_offset(text, context.zone)
    except (ValueError, OverflowError, OSError):
        return None


def _with_offset(text: str, zone: tzinfo) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _start(context: CriteriaContext, value: Any) -> datetime | None:
    at = _parsed(context, value)
    return at if at is None or isinstance(at, datetime) else datetime.combine(at, time(), context.zone)


def _day(context: CriteriaContext, value: Any) -> Stretch | None:
    """The day that begins at the moment given."""
    at = _start(context, value)
    return None if at is None else (at, at + timedelta(days=1))


def _between(context: CriteriaContext, value: Any) -> Stretch | None:
    """Whole days, where days are given; the last second counts too."""
    if not isinstance(value, Mapping):
        return None
    left, right = _start(context, value.get("left")), _parsed(context, value.get("right"))
    if left is None or right is None:
        return None
    if isinstance(right, datetime):
        return left, right + timedelta(seconds=1)
    return left, day(right, context.zone)[1]


def _moved(context: CriteriaContext, value: Any, direction: int) -> datetime | None:
    """Now, moved by `{"until": "5", "int": "d"}`: minutes `i`, hours, days, weeks, months."""
    until, unit = (value.get("until"), value.get("int") or "d") if isinstance(value, Mapping) else (value, "d")
    count = _number(until)
    if count is None:
        return None
    steps = count * direction
    try:
        if unit == "m":
            local = context.tx.now.astimezone(context.tx.zone)
            return datetime.combine(add_months(local.date(), steps), local.timetz())
        return context.tx.now + steps * _STEPS[unit] if unit in _STEPS else None
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _MOST_STEPS else None
