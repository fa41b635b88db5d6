"""Request models for schedules."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from osticket_api.web.input import Changes, Id, Input, NoSwitch
from osticket_api.web.texts import Name, Text, Timezone, fits

Repeats = Literal["never", "daily", "weekdays", "weekends", "weekly", "monthly", "yearly"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$")]
Day = Annotated[int, Field(ge=1, le=31), NoSwitch]
Month = Annotated[int, Field(ge=1, le=12), NoSwitch]
Week = Annotated[Literal[1, 2, 3, 4, 5, -1], NoSwitch]
ScheduleName = Annotated[Name, Field(max_length=255), fits(255)]
Description = Annotated[Text, Field(max_length=255), fits(255)]


class EntryInput(Input):
    """An entry of a schedule. With the `id` of one that is there, it takes its place."""

    id: Id | None = None
    name: ScheduleName = Field(examples=["Monday"])
    repeats: Repeats = Field(examples=["weekly"])
    start_time: TimeOfDay = Field("00:00:00", examples=["08:00"])
    end_time: TimeOfDay = Field("23:59:59", examples=["17:00"])
    starts_on: date | None = Field(None, description="The first day of the entry; by default today.")
    ends_on: date | None = Field(None, description="The last day of an entry that does not repeat.")
    stops_on: date | None = Field(None, description="The last day of an entry that repeats.")
    day: Day | None = Field(None, examples=[1], description="Weekday, from 1 for Monday, or day of the month.")
    week: Week | None = Field(None, description="Which of these weekdays in the month; -1 for the last.")
    month: Month | None = None


Entries = Annotated[list[EntryInput], Field(max_length=100)]
Holidays = Annotated[
    list[Id], Field(max_length=50, description="Ids of schedules of holidays that interrupt the business hours.")
]


class ScheduleCreate(Input):
    """A new schedule."""

    name: ScheduleName = Field(examples=["Office hours"])
    kind: Literal["business_hours", "holidays"] = Field(examples=["business_hours"])
    timezone: Timezone | None = Field(None, description="null: that of the help desk.")
    description: Description | None = None
    holidays: Holidays = Field(default_factory=list)
    entries: Entries = Field(default_factory=list)


class ScheduleUpdate(Changes):
    """Changes to a schedule. What is absent stays; `entries` and `holidays` are given as a whole."""

    clearable: ClassVar[frozenset[str]] = frozenset({"timezone", "description"})

    name: ScheduleName | None = None
    timezone: Timezone | None = None
    description: Description | None = None
    holidays: Holidays | None = None
    entries: Entries | None = None
