"""Types of texts in bodies: converted to what osTicket's columns store, and checked for length and format."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from osticket_api.kit import html, utf8mb3
from osticket_api.kit.addresses import is_email

_COLUMN_BYTES = 65_535


def _name(value: str) -> str:
    text = utf8mb3.to_names(html.strip_tags(value)).strip()
    if not text:
        raise ValueError("The name is empty.")
    return text


def _markup(value: str) -> str:
    cleaned = utf8mb3.to_references(html.clean(value))
    if len(cleaned.encode()) > _COLUMN_BYTES:
        raise ValueError("The text is too long.")
    return cleaned


def fits(max_length: int) -> AfterValidator:
    """Check the length of a text as it is stored, with emoji replaced by their names."""

    def check(value: str) -> str:
        if len(value) > max_length:
            raise ValueError(
                f"The text is stored with emoji as their names, and then has more than {max_length} characters."
            )
        return value

    return AfterValidator(check)


def fits_escaped(max_length: int) -> AfterValidator:
    """Check the length of a text as osTicket stores it: HTML-escaped."""

    def check(value: str) -> str:
        if len(html.escape(value)) > max_length:
            raise ValueError('The text is too long: & < > and " take several characters each.')
        return value

    return AfterValidator(check)


def _address(value: str) -> str:
    if not is_email(value.strip()):
        raise ValueError("This is not a valid e-mail address.")
    return value.strip()


def _timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("This is not a valid time zone, such as Europe/Berlin.")
    return value


Name = Annotated[str, AfterValidator(_name)]
"""A name: plain text, trimmed, not empty. Limit its length with `Field(max_length=...)` and `fits(...)`."""
Text = Annotated[str, AfterValidator(utf8mb3.to_names)]
"""Plain text that may be empty. Limit its length with `Field(max_length=...)` and `fits(...)`."""
Notes = Annotated[str, AfterValidator(utf8mb3.to_names), Field(max_length=10_000)]
"""Notes of administrators."""
Markup = Annotated[str, Field(max_length=_COLUMN_BYTES), AfterValidator(_markup)]
"""HTML that others see, such as a signature: sanitized before it is stored and before it is sent."""
Address = Annotated[str, Field(max_length=255), AfterValidator(_address)]
Timezone = Annotated[str, Field(max_length=64), AfterValidator(_timezone)]
