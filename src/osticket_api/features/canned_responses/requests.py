"""Request models for canned responses."""

from typing import ClassVar

from pydantic import Field

from osticket_api.features.rich_text.api import Article, Html, Notes, Title
from osticket_api.query.filtering import Ids
from osticket_api.query.listing import ListQuery
from osticket_api.web.file_urls import FileUrlsQuery
from osticket_api.web.input import Changes, Id


class CannedResponseQuery(ListQuery, FileUrlsQuery):
    """Filters of the list of canned responses."""

    sort: str = Field("title", max_length=200, description="Keys, comma separated; `-` for descending.")
    q: str | None = Field(None, max_length=255, description="Part of the title or the text.")
    active: bool | None = Field(None, description="Only those in use, or only those that are not.")
    department_id: Ids | None = Field(None, description="Ids, or none: canned responses for all departments.")


class CannedResponseCreate(Article):
    """A new canned response. `%{ticket.name.first}` and the like are filled in when it is used."""

    apart = frozenset({"response"})

    title: Title = Field(max_length=255, examples=["We are looking into it"])
    response: Html = Field(examples=["<p>Hello %{ticket.name.first}, we are looking into it.</p>"])
    department_id: Id | None = Field(None, description="null: all departments.")
    is_active: bool = True
    notes: Notes | None = None


class CannedResponseUpdate(Changes, Article):
    """Changes to a canned response. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"department_id", "notes"})
    apart = frozenset({"response"})

    title: Title | None = Field(None, max_length=255)
    response: Html | None = None
    department_id: Id | None = Field(None, description="null: all departments.")
    is_active: bool | None = None
    notes: Notes | None = None


class PreviewQuery(FileUrlsQuery):
    ticket_id: Id = Field(description="The ticket whose values fill in the variables.", examples=[26])
