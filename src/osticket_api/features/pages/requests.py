"""Request models for pages."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import Changes, Input
from osticket_api.web.texts import Markup, Name, Notes, fits


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("The page is empty.")
    return value


PageBody = Annotated[Markup, AfterValidator(_said)]
PageName = Annotated[Name, Field(max_length=255), fits(255)]
PageType = Literal["landing", "offline", "thank-you", "other"]


class PageQuery(SwitchedQuery):
    """Filters of the list of pages."""

    type: str | None = Field(None, max_length=32, description="Only pages of this type.")


class PageCreate(Input):
    """A new page."""

    type: PageType = Field(examples=["thank-you"], description="landing, offline, thank-you or other.")
    name: PageName = Field(examples=["Thanks for a bug report"])
    body: PageBody = Field(examples=["<p>Thank you, %{ticket.name.first}.</p>"])
    is_active: bool = True
    notes: Notes | None = None


class PageUpdate(Changes):
    """Changes to a page. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"notes"})

    name: PageName | None = None
    body: PageBody | None = None
    is_active: bool | None = None
    notes: Notes | None = None
