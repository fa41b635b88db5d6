"""Texts in bodies that osTicket strips of tags before it keeps them."""

from typing import Annotated

from pydantic import AfterValidator, Field

from osticket_api.kit import html


def _name(value: str) -> str:
    text = html.strip_tags(value).strip()
    if not text:
        raise ValueError("A name has at least one character.")
    return text


Name = Annotated[str, AfterValidator(_name)]
"""What something is called: plain, trimmed, not empty. Say how long with `Field(max_length=...)`."""
Notes = Annotated[str, Field(max_length=10_000)]
"""What administrators note down about something."""
