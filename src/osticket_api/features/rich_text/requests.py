"""Request models for FAQs and canned responses alike."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from osticket_api.features.threads.api import MAX_BODY
from osticket_api.kit import html, utf8mb3
from osticket_api.web.input import Id, Input
from osticket_api.web.texts import Name

_COLUMN_BYTES = 65_535
_SHORT_COLUMN_BYTES = 255


def _title(value: str) -> str:
    if len(value) < 3:
        raise ValueError("The name has fewer than three characters.")
    return value


def _notes(value: str) -> str | None:
    return _fitting(html.without_empty(html.clean(value)).strip(), _COLUMN_BYTES) or None


def _short_notes(value: str) -> str | None:
    return _fitting(_notes(value) or "", _SHORT_COLUMN_BYTES) or None


def _description(value: str) -> str:
    text = html.without_empty(html.clean(value)).strip()
    if not text:
        raise ValueError("The description is empty.")
    if len(utf8mb3.to_references(text).encode()) > _COLUMN_BYTES:
        raise ValueError("The text is too long.")
    return text


def _short_text(value: str) -> str:
    return _fitting(html.strip_tags(value).strip(), _SHORT_COLUMN_BYTES)


def _fitting(text: str, most: int) -> str:
    if len(utf8mb3.to_names(text).encode()) > most:
        raise ValueError(f"The text is too long: at most {most} bytes can be stored.")
    return text


Title = Annotated[Name, AfterValidator(_title)]
"""A name of three characters or more."""
Html = Annotated[str, StringConstraints(min_length=1, max_length=MAX_BODY)]
"""HTML with images as `data:` addresses, which are stored as files."""
Description = Annotated[str, AfterValidator(_description), StringConstraints(max_length=_COLUMN_BYTES)]
"""HTML without images of its own."""
Notes = Annotated[str, StringConstraints(max_length=_COLUMN_BYTES), AfterValidator(_notes)]
"""Internal notes, as HTML."""
ShortNotes = Annotated[str, StringConstraints(max_length=_COLUMN_BYTES), AfterValidator(_short_notes)]
"""Notes of at most 255 bytes."""
ShortText = Annotated[str, AfterValidator(_short_text), StringConstraints(max_length=_SHORT_COLUMN_BYTES)]
"""Plain text of at most 255 bytes."""


class FileChoice(Input):
    """A file that the caller has uploaded, or that is attached already."""

    file_id: Id


class Article(Input):
    """Something that files can be attached to."""

    apart: ClassVar[frozenset[str]] = frozenset()
    """Fields that are not columns, beside the files."""

    attachments: list[FileChoice] | None = Field(
        None, max_length=50, description="Files by the id of their upload, given as a whole."
    )

    def columns(self) -> dict[str, Any]:
        """The given values, without those that are not columns."""
        return {name: value for name, value in self.given().items() if name not in {"attachments", *self.apart}}

    @property
    def file_ids(self) -> list[int] | None:
        return None if self.attachments is None else [each.file_id for each in self.attachments]
