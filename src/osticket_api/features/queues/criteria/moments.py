"""Criteria about when something was.

Source: tickets.md 8.3.2.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_

from osticket_api.features.queues.criteria.asking import Asking
from osticket_api.features.queues.criteria.kinds import Condition, Kind
from osticket_api.kit.periods import Stretch, add_months, day, period

_STEPS: Final = {
    "i": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_MOST_STEPS: Final = 100_000


def moment(asking: Asking, column: ColumnElement[Any]) -> Kind:
    """A moment. Days are those of the agent's zone."""
    ways: dict[str, Callable[[Any], Condition | None]] = {
        "set": lambda value: column.is_not(None),
        "nset": lambda value: column.is_(None),
        "future": lambda value: column >= asking.tx.now,
        "past": lambda value: column < asking.tx.now,
        "equal": lambda value: _within(column, _day(asking, value)),
        "nequal": lambda value: _outside(column, _day(asking, value)),
        "before": lambda value: _compared(_start(asking, value), lambda at: column < at),
        "after": lambda value: _compared(_start(asking, value), lambda at: column >= at),
        "between": lambda value: _within(column, _between(asking, value)),
        "period": lambda value: _within(column, period(str(value), asking.tx.now, asking.zone)),
        "ndaysago": lambda value: _reaching(column, _moved(asking, value, -1), asking.tx.now),
        "ndays": lambda value: _reaching(column, asking.tx.now, _moved(asking, value, 1)),
        "distpast": lambda value: _compared(_moved(asking, value, -1), lambda at: column <= at),
        "distfut": lambda value: _compared(_moved(asking, value, 1), lambda at: column >= at),
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


def _parsed(asking: Asking, value: Any) -> date | datetime | None:
    """A day, or a moment, as osTicket keeps it: in numbers of seconds, or as text of the agent's zone."""
    try:
        if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit()):
            return datetime.fromtimestamp(int(value), UTC)
        text = str(value).strip()
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=asking.zone)


def _start(asking: Asking, value: Any) -> datetime | None:
    at = _parsed(asking, value)
    return at if at is None or isinstance(at, datetime) else datetime.combine(at, time(), asking.zone)


def _day(asking: Asking, value: Any) -> Stretch | None:
    """The day that begins at the moment given."""
    at = _start(asking, value)
    return None if at is None else (at, at + timedelta(days=1))


def _between(asking: Asking, value: Any) -> Stretch | None:
    """Whole days, where days are given; the last second counts too."""
    if not isinstance(value, Mapping):
        return None
    left, right = _start(asking, value.get("left")), _parsed(asking, value.get("right"))
    if left is None or right is None:
        return None
    if isinstance(right, datetime):
        return left, right + timedelta(seconds=1)
    return left, day(right, asking.zone)[1]


def _moved(asking: Asking, value: Any, direction: int) -> datetime | None:
    """Now, moved by `{"until": "5", "int": "d"}`: minutes `i`, hours, days, weeks, months."""
    until, unit = (value.get("until"), value.get("int") or "d") if isinstance(value, Mapping) else (value, "d")
    count = _number(until)
    if count is None:
        return None
    steps = count * direction
    try:
        if unit == "m":
            local = asking.tx.now.astimezone(asking.tx.zone)
            return datetime.combine(add_months(local.date(), steps), local.timetz())
        return asking.tx.now + steps * _STEPS[unit] if unit in _STEPS else None
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _MOST_STEPS else None
