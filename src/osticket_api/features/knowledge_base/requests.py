"""Request models for FAQs and their categories."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from osticket_api.features.knowledge_base.visibility import Visibility
from osticket_api.features.rich_text.api import Article, Description, Html, Notes, ShortNotes, ShortText, Title
from osticket_api.query.filtering import Ids, Moment
from osticket_api.query.listing import ListQuery
from osticket_api.query.small_lists import NamedQuery
from osticket_api.web.file_urls import FileUrlsQuery
from osticket_api.web.input import Changes, Id, Input, Parameters
from osticket_api.web.texts import Name

TopicIds = Annotated[
    list[Id], Field(max_length=200, description="The help topics that it belongs to, given as a whole.")
]


class FaqQuery(ListQuery, FileUrlsQuery):
    """Filters of the list of FAQs."""

    sort: str = Field("question", max_length=200, description="Keys, comma separated; `-` for descending.")
    q: str | None = Field(None, max_length=255, description="Part of the question, the keywords or the answer.")
    category_id: Ids | None = None
    topic_id: Ids | None = None
    visibility: Visibility | None = None
    updated_after: Moment | None = None
    updated_before: Moment | None = None


class FaqCreate(Article):
    """A new FAQ. Only agents see it unless asked otherwise."""

    apart = frozenset({"answer", "topic_ids"})

    question: Name = Field(max_length=255, examples=["How do I reset my badge?"])
    answer: Html = Field(examples=["<p>Visit the front desk.</p>"])
    category_id: Id = Field(examples=[1])
    visibility: Visibility = "private"
    topic_ids: TopicIds | None = None
    keywords: ShortText | None = Field(
        None, description="Words by which searches find the FAQ, beside those of the question."
    )
    notes: Notes | None = None


class FaqUpdate(Changes, Article):
    """Changes to an FAQ. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"keywords", "notes"})
    apart = frozenset({"answer", "topic_ids"})

    question: Name | None = Field(None, max_length=255)
    answer: Html | None = None
    category_id: Id | None = None
    visibility: Visibility | None = None
    topic_ids: TopicIds | None = None
    keywords: ShortText | None = Field(
        None, description="Words by which searches find the FAQ, beside those of the question."
    )
    notes: Notes | None = None


class FaqCategoryQuery(NamedQuery):
    """Filters of the list of categories."""

    parent_id: Ids | None = Field(None, description="Ids, or none.")
    visibility: Visibility | None = None


class FaqCategoryCreate(Input):
    """A new category. Only agents see it, and what is in it, unless asked otherwise."""

    name: Title = Field(max_length=125, examples=["Buildings"])
    description: Description = Field(examples=["<p>Doors, keys and heating.</p>"])
    visibility: Visibility = "private"
    parent_id: Id | None = None
    notes: ShortNotes | None = None


class FaqCategoryUpdate(Changes):
    """Changes to a category. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"parent_id", "notes"})

    name: Title | None = Field(None, max_length=125)
    description: Description | None = None
    visibility: Visibility | None = None
    parent_id: Id | None = Field(None, description="null: none.")
    notes: ShortNotes | None = None


class CategoryDeleteQuery(Parameters):
    move_to: Id | None = Field(None, description="The category that gets the FAQs and the categories below.")
    faqs: Literal["delete"] | None = Field(None, description="delete: delete the FAQs of the category, too.")
