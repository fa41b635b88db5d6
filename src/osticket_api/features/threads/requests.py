"""Request models for conversations. Files come as base64 in JSON, or as parts of a multipart form."""

import binascii
from base64 import b64decode
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from osticket_api.errors import Faults
from osticket_api.features.threads.bodies import MAX_MARKUP, is_too_complex
from osticket_api.features.threads.service import NewFile
from osticket_api.web.file_urls import FileUrlsQuery
from osticket_api.web.input import MAX_ID, Input, Parameters
from osticket_api.web.paging import MAX_PER_PAGE, PageNumber, PerPage

MAX_BODY = 5_000_000
Format = Literal["html", "text"]


def _of_bearable_length(body: str) -> str:
    if is_too_complex(body):
        raise ValueError(f"This has more than {MAX_MARKUP} characters beside embedded images; attach it as a file.")
    return body


Body = Annotated[str, StringConstraints(min_length=1, max_length=MAX_BODY), AfterValidator(_of_bearable_length)]


class AttachmentInput(BaseModel):
    """A file: `name` and `content` in base64, or the `file_id` of an upload. `content_id` is its `cid:` in the body."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=255, examples=["notes.txt"])
    content: str | None = Field(None, min_length=1, examples=["bGluZSBvbmUK"])
    file_id: int | None = Field(None, ge=1, le=MAX_ID)
    content_type: str | None = Field(None, max_length=255, examples=["text/plain"])
    content_id: str | None = Field(None, max_length=255)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.content is None) == (self.file_id is None):
            raise ValueError("give either content or file_id")
        if self.content is not None and self.name is None:
            raise ValueError("name is required with content")
        return self


class WithAttachments(Input):
    """A body that files can come with."""

    body_limit: ClassVar[int | None] = None
    takes_files: ClassVar[bool] = True

    attachments: list[AttachmentInput] = Field(default_factory=list, max_length=50)

    def files(self, place: str = "attachments") -> list[NewFile]:
        """The files, of either kind. `place` is where they are in the body.

        Raises: Invalid naming every attachment whose content is not valid base64.
        """
        faults = Faults()
        decoded = [_decoded(each, f"{place}.{number}.content", faults) for number, each in enumerate(self.attachments)]
        faults.raise_if_any()
        parts = [NewFile(part.filename or "file", part.content_type, part.file) for part in self.uploads]
        return [*decoded, *parts]


def _decoded(attachment: AttachmentInput, field: str, faults: Faults) -> NewFile:
    if attachment.content is None:
        return NewFile(attachment.name or "", file_id=attachment.file_id, content_id=attachment.content_id)
    content = b""
    try:
        content = b64decode(attachment.content, validate=True)
    except (binascii.Error, ValueError):
        faults.add(field, "This is not valid base64.")
    return NewFile(attachment.name or "", attachment.content_type, content, content_id=attachment.content_id)


class DetailQuery(FileUrlsQuery):
    include: str | None = Field(
        None, max_length=200, description="`thread`, `allowed`, `custom_fields`; of tickets `unread` too."
    )
    fields: str | None = Field(None, max_length=1000, description="Only these fields.")


class CursorQuery(FileUrlsQuery):
    """A part of what goes on: from a place of before, in one of both directions."""

    per_page: PerPage = MAX_PER_PAGE
    cursor: str | None = Field(
        None,
        max_length=200,
        description="`meta.next_cursor` or `meta.previous_cursor` of a page: the page after or before that one.",
    )
    after: str | None = Field(
        None,
        max_length=200,
        description="`meta.after` of an earlier answer, or an id: only entries that have come since.",
    )
    sort: Literal["created_at", "-created_at"] = "created_at"

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.cursor and self.after:
            raise ValueError("give either cursor or after")
        return self

    @property
    def newest_first(self) -> bool:
        return self.sort.startswith("-")


class EventsQuery(CursorQuery):
    page: PageNumber | None = None

    @property
    def goes_by_page(self) -> bool:
        return self.cursor is None and self.after is None

    @property
    def page_number(self) -> int:
        return self.page or 1

    @property
    def offset(self) -> int:
        return (self.page_number - 1) * self.per_page


class ThreadQuery(EventsQuery):
    type: Literal["message", "response", "note"] | None = None


class PageQuery(Parameters):
    page: PageNumber = 1
    per_page: PerPage = MAX_PER_PAGE


class AttachmentsQuery(PageQuery, FileUrlsQuery):
    pass
