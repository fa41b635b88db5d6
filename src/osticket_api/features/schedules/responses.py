"""Response models for schedules."""

from datetime import date, datetime
from typing import Annotated, get_args

import msgspec

from osticket_api.features.schedules.requests import Repeats
from osticket_api.kit.enumerations import one_of
from osticket_api.web.responses import NamedRef


class Schedule(msgspec.Struct, kw_only=True):
    """Business hours, in which the time of an SLA runs, or holidays, in which it does not."""

    id: int
    name: str
    kind: Annotated[str, one_of(("business_hours", "holidays"))]
    """business_hours or holidays."""
    timezone: str | None
    """null: that of the help desk."""
    description: str | None
    is_default: bool
    """Counts where neither department nor SLA have business hours of their own."""
    created_at: datetime | None
    updated_at: datetime | None


class ScheduleEntry(msgspec.Struct, kw_only=True):
    """A stretch of time that comes again and again, or once."""

    id: int
    name: str
    repeats: Annotated[str, one_of(get_args(Repeats))]
    """never, daily, weekdays, weekends, weekly, monthly or yearly."""
    start_time: str
    end_time: str
    """The end, written like the start as `08:00:00`. A whole day ends at 23:59:59."""
    starts_on: date | None
    """The first day on which it counts."""
    ends_on: date | None
    """The last day of an entry that does not repeat."""
    stops_on: date | None
    """The last day of what repeats; null: it goes on."""
    day: int | None
    """Weekday from 1, Monday, to 7; without `week`, monthly and yearly: the day of the month."""
    week: int | None
    """Which week of the month, 1 to 5; -1 for the last one."""
    month: int | None


class ScheduleDetail(Schedule, kw_only=True):
    """A schedule with its entries. Of those that fall on one day the first one counts."""

    holidays: list[NamedRef]
    """The schedules of holidays that interrupt these business hours."""
    entries: list[ScheduleEntry]
