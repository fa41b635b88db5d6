"""Titles of entries. osTicket stores them as HTML without tags, and prints them as they are.

Source: tickets.md 2.5.
"""

import re
from html import escape
from typing import Final

from osticket_api.kit import html

_LENGTH: Final = 255
_BROKEN_REFERENCE: Final = re.compile(r"&[^;]*$")


def to_stored(text: str) -> str:
    """The title as it is stored: no longer than its column, and not cut within a character reference."""
    escaped = escape(html.strip_tags(text), quote=False)
    return escaped if len(escaped) <= _LENGTH else _BROKEN_REFERENCE.sub("", escaped[:_LENGTH])


def to_text(stored: str | None) -> str | None:
    """The title as it is read. None for an entry without one."""
    return html.unescape(stored) if stored else None
