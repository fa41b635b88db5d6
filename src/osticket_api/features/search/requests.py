"""Request models for searches."""

from typing import Final

from pydantic import Field

from osticket_api.search_index.terms import QUESTION
from osticket_api.web.input import Parameters
from osticket_api.web.paging import PageNumber, PerPage

TYPES: Final = ("tickets", "tasks", "users", "organizations", "faqs")


class SearchQuery(Parameters):
    q: str = Field(
        max_length=500,
        description=f"A number, an address, or {QUESTION}",
    )
    type: str | None = Field(
        None,
        max_length=200,
        description="What to look for, comma separated: tickets, tasks, users, organizations, faqs.",
    )
    page: PageNumber | None = None
    per_page: PerPage = 20
    cursor: str | None = Field(None, max_length=1000, description="`meta.next_cursor` of the page before.")
