"""Entries of schedules: from what a caller sends to rows and back. Source: people.md 5.3."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any, Final

from sqlalchemy import Row

from osticket_api.db.types import to_local, to_utc
from osticket_api.errors import Faults
from osticket_api.features.schedules.requests import EntryInput
from osticket_api.features.schedules.responses import ScheduleEntry

_NEEDS: Final[Mapping[str, Sequence[str]]] = {"weekly": ("day",), "monthly": ("day",), "yearly": ("day", "month")}
_MAY_NAME_A_WEEK: Final = frozenset({"monthly", "yearly"})
_LEAP_YEAR: Final = 2024
_END_OF_DAY: Final = 24 * 3600 - 1


def check_entries(entries: Sequence[EntryInput]) -> None:
    """Hold entries to what can happen. Raises: Invalid with everything that is wrong."""
    faults = Faults()
    for place, entry in enumerate(entries):
        for field, message in _wrong(entry).items():
            faults.add(f"entries.{place}.{field}", message)
    faults.raise_if_any()


def _wrong(entry: EntryInput) -> dict[str, str]:
    """Field to message."""
    asked = {*_NEEDS.get(entry.repeats, ()), *(["week"] if entry.repeats in _MAY_NAME_A_WEEK else [])}
    found: dict[str, str] = {}
    for field in ("day", "week", "month"):
        if getattr(entry, field) is not None and field not in asked:
            found[field] = f"An entry that repeats {entry.repeats} has no {field}."
        elif getattr(entry, field) is None and field in _NEEDS.get(entry.repeats, ()):
            found[field] = f"An entry that repeats {entry.repeats} needs a {field}."
    if not found and entry.day is not None and entry.day > _last_day(entry):
        found["day"] = f"{entry.day} is not a valid day for an entry that repeats {entry.repeats}."
    if _seconds(entry.end_time) <= _seconds(entry.start_time):
        found["end_time"] = "The end time is not after the start time."
    last = "ends_on" if entry.repeats == "never" else "stops_on"
    if entry.starts_on and (getattr(entry, last) or entry.starts_on) < entry.starts_on:
        found[last] = "The last day is before the first day."
    return found


def _last_day(entry: EntryInput) -> int:
    if entry.repeats == "weekly" or entry.week is not None:
        return 7
    return monthrange(_LEAP_YEAR, entry.month)[1] if entry.month else 31


def columns_of(entry: EntryInput, position: int, today: date, zone: tzinfo) -> dict[str, Any]:
    """The row of an entry. `today` is where it begins by default, `zone` the one the database writes."""
    starts_on = entry.starts_on or today
    is_single = entry.repeats == "never"
    stops = None if is_single or entry.stops_on is None else to_utc(datetime.combine(entry.stops_on, time()), zone)
    return {
        "sort": position,
        "name": entry.name,
        "repeats": entry.repeats,
        "starts_on": starts_on,
        "starts_at": _seconds(entry.start_time),
        "ends_on": (entry.ends_on or starts_on) if is_single else starts_on,
        "ends_at": _seconds(entry.end_time),
        "stops_on": stops,
        "day": entry.day,
        "week": entry.week,
        "month": entry.month,
    }


def shown_entry(row: Row[Any], zone: tzinfo) -> ScheduleEntry:
    """An entry as it leaves, with those fields only that mean something for how it repeats."""
    needed = _NEEDS.get(row.repeats, ())
    is_single = row.repeats == "never"
    return ScheduleEntry(
        id=row.id,
        name=row.name,
        repeats=row.repeats,
        start_time=_clock(row.starts_at or 0),
        end_time=_clock(_END_OF_DAY if row.ends_at is None else row.ends_at),
        starts_on=row.starts_on,
        ends_on=row.ends_on or row.starts_on if is_single else None,
        stops_on=to_local(row.stops_on, zone).date() if row.stops_on and not is_single else None,
        day=row.day if "day" in needed else None,
        week=row.week or None if row.repeats in _MAY_NAME_A_WEEK else None,
        month=row.month if "month" in needed else None,
    )


def _seconds(clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in f"{clock}:00".split(":")[:3])
    return hours * 3600 + minutes * 60 + seconds


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
