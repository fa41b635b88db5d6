"""What comes along with an entry: files, base64 in JSON or as parts of a multipart form."""

import binascii
from base64 import b64decode
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from osticket_api.errors import Faults
from osticket_api.features.threads.service import NewFile
from osticket_api.web.input import Input

MAX_BODY = 5_000_000
Format = Literal["html", "text"]
Body = Annotated[str, StringConstraints(min_length=1, max_length=MAX_BODY)]


class AttachmentInput(BaseModel):
    """A file: its content in base64. `content_id` is what `cid:` in an HTML body calls it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=255, examples=["notes.txt"])
    content: str = Field(min_length=1, examples=["bGluZSBvbmUK"])
    content_type: str | None = Field(None, max_length=255, examples=["text/plain"])
    content_id: str | None = Field(None, max_length=255)


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
    content = b""
    try:
        content = b64decode(attachment.content, validate=True)
    except (binascii.Error, ValueError):
        faults.add(field, "This is no base64.")
    return NewFile(attachment.name, attachment.content_type, content, content_id=attachment.content_id)
