"""Request models for changes."""

from pydantic import Field

from osticket_api.web.input import Parameters
from osticket_api.web.paging import PerPage


class ChangesQuery(Parameters):
    """The cursor from which on, and the kinds of resources."""

    since: str | None = Field(
        None, max_length=200, description="`meta.next_cursor` of the answer before. Without it: only where to begin."
    )
    kinds: str = Field(
        "tickets",
        max_length=200,
        description="Comma separated: tickets, tasks, users, organizations, staff, departments, teams, topics.",
    )
    limit: PerPage = 100
    wait: float = Field(0, ge=0, le=30, description="Seconds to wait for the first change, where there is none yet.")
