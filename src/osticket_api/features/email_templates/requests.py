"""Request models for mail templates."""

from typing import Annotated, ClassVar

from pydantic import Field

from osticket_api.query.filtering import Ids
from osticket_api.query.listing import ListQuery
from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import Changes, Id, Input
from osticket_api.web.texts import Markup, Name, Notes, Text, fits

GroupName = Annotated[Name, Field(max_length=32), fits(32)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$", max_length=16)]
Subject = Annotated[Text, Field(max_length=255, pattern=r"^[^\r\n]*$"), fits(255)]


class GroupQuery(SwitchedQuery):
    """Filters of the list of template groups."""


class GroupCreate(Input):
    """A new template group: a copy of another one."""

    name: GroupName = Field(examples=["Sales"])
    copy_of: Id = Field(examples=[1], description="The group whose templates are copied.")
    is_active: bool = True
    language: Language | None = Field(None, description="null: that of the copied group.")
    notes: Notes | None = None


class GroupUpdate(Changes):
    """Changes to a template group. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"notes"})

    name: GroupName | None = None
    is_active: bool | None = None
    notes: Notes | None = None


class TemplateQuery(ListQuery):
    """Filters of the list of templates."""

    sort: str = Field("id", max_length=200, description="Keys, comma separated; `-` for descending.")
    group_id: Ids | None = Field(None, description="Only templates of these groups.")
    code_name: str | None = Field(None, max_length=32, description="Only templates for this purpose.")


class TemplateUpdate(Changes):
    """Changes to a template. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"notes"})

    subject: Subject | None = Field(None, examples=["Re: %{ticket.subject} [#%{ticket.number}]"])
    body: Markup | None = Field(None, examples=["<p>Hello %{recipient.name.first},</p><div>%{response}</div>"])
    notes: Notes | None = None


class TemplatePreview(Input):
    """What a template is filled in with, and texts to try instead of the stored ones."""

    ticket_id: Id = Field(examples=[26])
    subject: Subject | None = Field(None, description="A text to try instead of the stored one.")
    body: Markup | None = Field(None, description="A text to try instead of the stored one.")
