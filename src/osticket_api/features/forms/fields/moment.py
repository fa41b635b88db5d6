"""Dates and times, stored as `2024-05-01 00:00:00 EDT`: local time with the abbreviation of its zone."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from osticket_api.features.forms.fields.codec import Answer, Codec, Unfit
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import References
from osticket_api.kit.zones import zone_named

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


class MomentCodec(Codec):
    empty = Answer(column="0")

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        zone = _own_zone(field) or references.zone
        moment = _moment(given, zone)
        if not _has_time(field):
            moment = moment.replace(hour=0, minute=0, second=0)
        _check_range(moment, field, zone, references)
        value = f"{moment:%Y-%m-%d %H:%M:%S} {moment.tzname()}"
        return Answer(value, column=value, search=self.search_text(field, value, None))

    def read(self, field: Field, value: str | None, value_id: int | None) -> str | None:
        moment = stored_moment(value, _own_zone(field))
        if moment is None:
            return None if value in (None, "", "0") else value
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        moment = stored_moment(value, _own_zone(field))
        if moment is None:
            return "" if value in (None, "", "0") else value
        day = f"{moment.month}/{moment.day}/{moment:%y}"
        return f"{day}, {moment.hour % 12 or 12}:{moment:%M %p}" if _has_time(field) else day

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        return {"type": "string", "format": "date-time" if _has_time(field) else "date"}


def _moment(given: Any, zone: tzinfo) -> datetime:
    """RFC 3339, or a day or a time without offset, which is meant in the field's zone."""
    try:
        moment = datetime.fromisoformat(given.strip()) if isinstance(given, str) else None
        if moment is None or moment.year < 1000:
            raise Unfit("takes a date like 2024-05-31 or a time like 2024-05-31T14:30:00Z.")
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    except (ValueError, OverflowError):
        raise Unfit("takes a date like 2024-05-31 or a time like 2024-05-31T14:30:00Z.") from None


def _check_range(moment: datetime, field: Field, zone: tzinfo, references: References) -> None:
    earliest = stored_moment(field.configuration.get("min"), zone)
    latest = stored_moment(field.configuration.get("max"), zone)
    if latest is None and not field.configuration.get("future", True):
        latest = references.now
    if earliest is not None and moment < earliest:
        raise Unfit(f"is earlier than permitted ({earliest:%Y-%m-%d}).")
    if latest is not None and moment > latest:
        raise Unfit(f"is later than permitted ({latest.astimezone(zone):%Y-%m-%d}).")


def stored_moment(value: Any, zone: tzinfo | None = None) -> datetime | None:
    """A stored time as an aware one; None when it is no time. `zone` settles abbreviations that several zones use."""
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


def _own_zone(field: Field) -> tzinfo | None:
    name = field.configuration.get("timezone")
    return zone_named(name) if isinstance(name, str) and name else None


def _has_time(field: Field) -> bool:
    return bool(field.configuration.get("time"))
