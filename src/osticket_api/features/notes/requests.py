"""Request models for quick notes."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from osticket_api.kit import html
from osticket_api.query.listing import ListQuery
from osticket_api.web.input import Input

_COLUMN_BYTES = 65_535


def _clean(value: str) -> str:
    text = html.without_empty(html.clean(value)).strip()
    if not text:
        raise ValueError("The note is empty.")
    if len(text.encode()) > _COLUMN_BYTES:
        raise ValueError("The text is too long.")
    return text


class NoteText(Input):
    """The text of a note."""

    body: Annotated[str, StringConstraints(max_length=_COLUMN_BYTES), AfterValidator(_clean)] = Field(
        examples=["<p>Prefers to be called.</p>"]
    )


class NoteQuery(ListQuery):
    """Notes are few: there is nothing to filter by."""
