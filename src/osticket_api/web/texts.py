"""Texts in bodies: made what osTicket's columns hold, which must be short enough, and of the form that is needed."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from osticket_api.kit import astral, html
from osticket_api.kit.addresses import is_email

_COLUMN_BYTES = 65_535


def _name(value: str) -> str:
    text = astral.to_names(html.strip_tags(value)).strip()
    if not text:
        raise ValueError("A name has at least one character.")
    return text


def _markup(value: str) -> str:
    cleaned = astral.to_references(html.clean(value))
    if len(cleaned.encode()) > _COLUMN_BYTES:
        raise ValueError("This is too long.")
    return cleaned


def fits(max_length: int) -> AfterValidator:
    """Checks that a text is short enough as it is kept, where emoji stand by their names."""

    def check(value: str) -> str:
        if len(value) > max_length:
            raise ValueError(f"As it is kept, emoji by their names, this has more than {max_length} characters.")
        return value

    return AfterValidator(check)


def fits_escaped(max_length: int) -> AfterValidator:
    """Checks that a text is short enough for a column in which osTicket keeps it escaped."""

    def check(value: str) -> str:
        if len(html.escape(value)) > max_length:
            raise ValueError('This is too long: & < > and " take several characters each.')
        return value

    return AfterValidator(check)


def _address(value: str) -> str:
    if not is_email(value.strip()):
        raise ValueError("This is no e-mail address.")
    return value.strip()


def _timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("This is no time zone, such as Europe/Berlin.")
    return value


Name = Annotated[str, AfterValidator(_name)]
"""What something is called: plain, trimmed, not empty. Say how long with `Field(max_length=...)`, and `fits(...)`."""
Text = Annotated[str, AfterValidator(astral.to_names)]
"""Plain text that may be empty. Say how long with `Field(max_length=...)`, and `fits(...)`."""
Notes = Annotated[str, AfterValidator(astral.to_names), Field(max_length=10_000)]
"""What administrators note down about something."""
Markup = Annotated[str, Field(max_length=_COLUMN_BYTES), AfterValidator(_markup)]
"""HTML that is shown to others, such as a signature: it leaves as clean as it is kept."""
Address = Annotated[str, Field(max_length=255), AfterValidator(_address)]
Timezone = Annotated[str, Field(max_length=64), AfterValidator(_timezone)]
