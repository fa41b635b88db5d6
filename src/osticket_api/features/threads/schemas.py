"""What routes of conversations take. Files come as base64 in JSON, or as parts of a multipart form."""

import binascii
from base64 import b64decode
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from osticket_api.errors import Faults
from osticket_api.features.threads.service import NewFile
from osticket_api.web.input import MAX_ID, Input, Parameters
from osticket_api.web.paging import MAX_PER_PAGE, PageNumber, PerPage

MAX_BODY = 5_000_000
Format = Literal["html", "text"]
Body = Annotated[str, StringConstraints(min_length=1, max_length=MAX_BODY)]


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

    attachments: list[AttachmentInput] = Field(default_factory=list, max_length=50)

    def files(self) -> list[NewFile]:
        """The files, of either kind.

        Raises: Invalid naming every attachment whose content is no base64.
        """
        faults = Faults()
        decoded = [
            _decoded(each, f"attachments.{place}.content", faults) for place, each in enumerate(self.attachments)
        ]
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
        faults.add(field, "This is no base64.")
    return NewFile(attachment.name or "", attachment.content_type, content, content_id=attachment.content_id)


class DetailQuery(Parameters):
    include: str | None = Field(None, max_length=200, description="`thread`, `allowed`.")
    fields: str | None = Field(None, max_length=1000, description="Only these fields.")


class ThreadQuery(Parameters):
    page: PageNumber = 1
    per_page: PerPage = MAX_PER_PAGE
    sort: Literal["created_at", "-created_at"] = "created_at"
    type: Literal["message", "response", "note"] | None = None

    @property
    def newest_first(self) -> bool:
        return self.sort.startswith("-")


class PageQuery(Parameters):
    page: PageNumber = 1
    per_page: PerPage = MAX_PER_PAGE
