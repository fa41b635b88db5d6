"""Request models for drafts."""

from typing import Annotated

from pydantic import Field, StringConstraints

from osticket_api.features.drafts.namespaces import Kind, Subject
from osticket_api.features.threads.api import MAX_BODY
from osticket_api.query.listing import ListQuery
from osticket_api.web.file_urls import FileUrlsQuery
from osticket_api.web.input import Id, Input

Body = Annotated[str, StringConstraints(max_length=MAX_BODY)]


class DraftText(Input):
    """The text as it is so far: HTML with images as `data:` addresses, which are stored as files."""

    body: Body = Field(examples=["<p>Half a sen</p>"])


class DraftCreate(DraftText):
    """A new draft. Agents have drafts of every kind but `message`, users of `message` and `new_ticket`."""

    kind: Kind = Field(examples=["reply"])
    ticket_id: Id | None = Field(None, description="The ticket that the draft is for.", examples=[26])
    task_id: Id | None = Field(None, description="The task that the draft is for.")

    @property
    def subject(self) -> Subject:
        return Subject(self.kind, self.ticket_id, self.task_id)


class DraftQuery(ListQuery, FileUrlsQuery):
    """Filters of the caller's drafts."""

    ticket_id: Id | None = Field(None, description="Only drafts on this ticket.")
    task_id: Id | None = Field(None, description="Only drafts on this task.")
