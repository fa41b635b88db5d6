"""Working hours, holidays, and the service level that counts them."""

from datetime import date, timedelta
from typing import Any

from osticket_api.db import tables as t
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import Plan, Rows, rows

_HOUR = 3600
_END_OF_DAY = 24 * _HOUR - 1
OPENS, CLOSES = 8 * _HOUR, 17 * _HOUR
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def plan(desk: NewDesk) -> Plan:
    """Source: people.md 5.2, 5.3."""
    yield (
        t.schedule,
        rows(
            "id flags name",
            (1, 1, "Monday - Friday 8am - 5pm with U.S. Holidays"),
            (2, 1, "24/7"),
            (3, 1, "24/5"),
            (4, 0, "U.S. Holidays"),
        ),
    )
    yield t.schedule_entry, [*_office_hours(), *_round_the_clock(), *_holidays()]
    yield t.sla, rows("id name grace_period flags", (1, "Default SLA", 18, 3))


def _entry(
    schedule: int, name: str, repeats: str, on: date, hours: tuple[int, int] = (0, _END_OF_DAY), **when: Any
) -> dict[str, Any]:
    return {
        "schedule_id": schedule,
        "name": name,
        "repeats": repeats,
        "starts_on": on,
        "starts_at": hours[0],
        "ends_on": on,
        "ends_at": hours[1],
        "day": None,
        "week": None,
        "month": None,
        **when,
    }


def _office_hours() -> Rows:
    monday, hours = date(2019, 1, 7), (OPENS, CLOSES)
    return [
        _entry(1, name, "weekly", monday + timedelta(days=offset), hours, day=offset + 1)
        for offset, name in enumerate(_DAYS)
    ]


def _round_the_clock() -> Rows:
    start = date(2019, 1, 1)
    return [_entry(2, "Daily", "daily", start), _entry(3, "Weekdays", "weekdays", start)]


def _holidays() -> Rows:
    dates = rows(
        "name on day week month",
        ("New Year's Day", date(2019, 1, 1), 1, None, 1),
        ("Martin Luther King Day", date(2019, 1, 21), 1, 3, 1),
        ("Memorial Day", date(2019, 5, 27), 1, -1, 5),
        ("Independence Day", date(2019, 7, 4), 4, None, 7),
        ("Labor Day", date(2019, 9, 2), 1, 1, 9),
        ("Indigenous Peoples' Day", date(2019, 10, 14), 1, 2, 10),
        ("Veterans Day", date(2019, 11, 11), 11, None, 11),
        ("Thanksgiving Day", date(2019, 11, 28), 4, 4, 11),
        ("Christmas Day", date(2019, 12, 25), 25, None, 12),
    )
    return [_entry(4, repeats="yearly", **holiday) for holiday in dates]
