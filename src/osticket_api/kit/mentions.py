"""Agents who are named in a note: `@alice`."""

import re
from typing import Final

from osticket_api.kit import html

_MENTION: Final = re.compile(r"(?<![\w@./+-])@([\w.-]{2,32})(?![\w-])")
_MOST: Final = 20


def mentioned(body: str, *, is_html: bool) -> tuple[str, ...]:
    """The user names that a text mentions, in small letters, each once. Whether there are such agents is not asked."""
    text = html.to_text(body) if is_html else body
    names = (name.rstrip(".-").lower() for name in _MENTION.findall(text))
    return tuple(dict.fromkeys(name for name in names if len(name) > 1))[:_MOST]
