"""Request models for statistics."""

from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from osticket_api.features.tickets.api import TicketsConcerned
from osticket_api.web.fields import included

GROUPS: Final = ("status", "department", "staff", "team", "topic", "organization", "day")
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)


def _day(value: str) -> date:
    """Pydantic would take moments and numbers for days, too."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("This is not a valid day, such as 2026-01-31.") from None
    if len(value) != len("2026-01-31") or not _EARLIEST <= day <= _LATEST:
        raise ValueError(f"A day lies between {_EARLIEST} and {_LATEST}, written like them.")
    return day


Day = Annotated[date, BeforeValidator(_day)]


class StatsQuery(TicketsConcerned):
    """Parameters of ticket statistics: which days, which tickets, and how they are grouped."""

    first: Day | None = Field(None, alias="from", description="The first day. Thirty days up to `to` by default.")
    last: Day | None = Field(None, alias="to", description="The last day, which counts as a whole. Today by default.")
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
