"""Dates and times, stored as `2024-05-01 00:00:00 EDT`: local time with the abbreviation of its zone."""

from datetime import UTC, datetime, tzinfo
from typing import Any

from osticket_api.features.forms.fields.codec import Answer, Codec, Unfit
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import References
from osticket_api.kit.stored_moments import stored_moment
from osticket_api.kit.zones import zone_named


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
        if not _has_time(field):
            return f"{moment:%Y-%m-%d}"
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


def _own_zone(field: Field) -> tzinfo | None:
    name = field.configuration.get("timezone")
    return zone_named(name) if isinstance(name, str) and name else None


def _has_time(field: Field) -> bool:
    return bool(field.configuration.get("time"))
