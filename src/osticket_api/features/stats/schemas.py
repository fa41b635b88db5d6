"""What routes of statistics take."""

from datetime import date
from typing import Final

from pydantic import Field

from osticket_api.features.tickets.filters import TicketsConcerned
from osticket_api.web.fields import included

GROUPS: Final = ("status", "department", "staff", "team", "topic", "organization", "day")
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)


class StatsQuery(TicketsConcerned):
    """Parameters of ticket statistics: which days, which tickets, and how they are grouped."""

    first: date | None = Field(
        None, alias="from", ge=_EARLIEST, le=_LATEST, description="The first day. Thirty days up to `to` by default."
    )
    last: date | None = Field(
        None,
        alias="to",
        ge=_EARLIEST,
        le=_LATEST,
        description="The last day, which counts as a whole. Today by default.",
    )
    group_by: str | None = Field(
        None,
        max_length=200,
        description=f"How to group, comma separated: {', '.join(GROUPS)}.",
        examples=["department"],
    )

    def groups(self) -> list[str]:
        """The groups that are asked for. Raises: Invalid naming those there are."""
        asked = included(self.group_by, GROUPS, parameter="group_by")
        return [group for group in GROUPS if group in asked]
