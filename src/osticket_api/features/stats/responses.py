"""Response models for statistics. What each number means is part of the published description."""

from datetime import date
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field


class Durations(Struct):
    """How long something took: real time, not working hours. Null where there was nothing."""

    count: Annotated[int, Meta(description="How many tickets the durations are of.", ge=0)]
    average_seconds: int | None
    median_seconds: int | None
    p90_seconds: Annotated[int | None, Meta(description="The 90th percentile: nine of ten took no longer.")]


class Flow(Struct):
    """The numbers of what happened in the range of days."""

    created: Annotated[int, Meta(description="Tickets created in the range that still exist.", ge=0)]
    closed: Annotated[
        int, Meta(description="Tickets that are closed, and were last closed in the range, whenever created.", ge=0)
    ]
    reopened: Annotated[int, Meta(description="Reopenings in the range; a ticket counts as often as it was.", ge=0)]
    first_response: Annotated[
        Durations | None,
        Meta(
            description="From creation to an agent's first response, for the tickets created in the range that have "
            "one. Null for ranges in which the help desk got more than 25,000 tickets."
        ),
    ]
    resolution: Annotated[
        Durations, Meta(description="From creation to the last closing, for the tickets counted as closed.")
    ]


class Numbers(Flow):
    """The numbers of what happened in the range of days, and of what is now, whatever the range."""

    open_now: Annotated[int, Meta(description="Open tickets, whenever created.", ge=0)]
    overdue_now: Annotated[int, Meta(description="Open tickets that the help desk has marked overdue.", ge=0)]
    unanswered_now: Annotated[
        int, Meta(description="Open tickets that are unanswered: the last entry is the user's.", ge=0)
    ]


class StatsGroup(Struct):
    """The tickets that have this status, department, ... now."""

    id: Annotated[int | None, Meta(description="Null for tickets without one.")]
    name: str | None
    numbers: Numbers


class StatsDay(Struct):
    date: date
    numbers: Flow


class StatsGroups(Struct):
    """The groups that were asked for. Days are all there, others where there is something to count."""

    status: list[StatsGroup] | UnsetType = UNSET
    department: list[StatsGroup] | UnsetType = UNSET
    staff: list[StatsGroup] | UnsetType = UNSET
    team: list[StatsGroup] | UnsetType = UNSET
    topic: list[StatsGroup] | UnsetType = UNSET
    organization: list[StatsGroup] | UnsetType = UNSET
    day: list[StatsDay] | UnsetType = UNSET


class TicketStats(Struct):
    """Statistics over the tickets that the caller sees in lists."""

    first: date = field(name="from")
    last: date = field(name="to")
    timezone: Annotated[str, Meta(description="The time zone of the days: that of the help desk.")]
    numbers: Numbers
    groups: StatsGroups
