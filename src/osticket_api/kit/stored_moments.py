"""Dates and times as osTicket stores them in forms: `2024-05-01 00:00:00 EDT`, local time and a zone's abbreviation."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

_STORED = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?\s*(\S*)")
_EPOCH = re.compile(r"[0-9]{5,11}")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?")
_ABBREVIATING = (
    "UTC Europe/London Europe/Lisbon Europe/Berlin Europe/Helsinki Europe/Moscow America/New_York America/Chicago "
    "America/Denver America/Los_Angeles America/Anchorage Pacific/Honolulu America/Halifax America/St_Johns "
    "Asia/Jerusalem Africa/Johannesburg Africa/Lagos Africa/Nairobi Asia/Karachi Asia/Kolkata Asia/Jakarta "
    "Asia/Shanghai Asia/Hong_Kong Asia/Manila Asia/Tokyo Asia/Seoul Australia/Sydney Australia/Adelaide "
    "Australia/Perth Pacific/Auckland"
)


def stored_moment(value: Any, zone: tzinfo | None = None) -> datetime | None:
    """A stored time as an aware one; None when it is not one. `zone` decides about abbreviations of several zones."""
    text = str(value or "").strip()
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    parts = _STORED.fullmatch(text)
    if not parts:
        return None
    try:
        local = datetime.fromisoformat(f"{parts[1]}T{parts[2] or '00:00:00'}")
        moment = local.replace(tzinfo=_zone(parts[3], local, zone))
        return moment if 1 < moment.year < 9999 else None
    except ValueError:
        return None


def _zone(abbreviation: str, local: datetime, zone: tzinfo | None) -> tzinfo:
    if not abbreviation:
        return zone or UTC
    for fold in (0, 1):
        placed = local.replace(tzinfo=zone, fold=fold)
        if placed.tzname() == abbreviation:
            return timezone(placed.utcoffset() or timedelta(), abbreviation)
    offset = _OFFSET.fullmatch(abbreviation)
    if offset:
        east = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(east if offset[1] == "+" else -east)
    return timezone(_abbreviations().get(abbreviation, timedelta()), abbreviation)


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, timedelta]:
    """How far abbreviations are from UTC. One that several zones use means the most common of them."""
    offsets = {"Z": timedelta(), "GMT": timedelta()}
    for name in _ABBREVIATING.split():
        for month in (1, 7):
            moment = datetime(2024, month, 15, tzinfo=ZoneInfo(name))
            offsets.setdefault(moment.tzname() or "", moment.utcoffset() or timedelta())
    return offsets
