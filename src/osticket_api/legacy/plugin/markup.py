"""Texts in the formats that the plugin's clients write, as what a conversation stores."""

from functools import cache
from typing import Any, Final, Literal

from osticket_api.legacy.answers import LegacyError

Stored = tuple[str, Literal["html", "text"]]

_NAMES: Final = {
    "markdown": "markdown",
    "md": "markdown",
    "html": "html",
    "text": "text",
    "plain": "text",
    "txt": "text",
}


def read_format(value: object) -> str:
    """`markdown`, `html` or `text`, by any of its names. Raises: LegacyError."""
    name = value.strip().lower() if isinstance(value, str) else ""
    if value is None or value == "" or (isinstance(value, str) and not name):
        raise LegacyError(400, "Format cannot be empty")
    if name not in _NAMES:
        raise LegacyError(400, "Invalid format. Allowed: markdown, html, text")
    return _NAMES[name]


def to_store(text: str, format: str) -> Stored:
    """The text and the format in which to store it: Markdown becomes HTML."""
    if format == "markdown":
        return _markdown().render(text), "html"
    return text, "text" if format == "text" else "html"


@cache
def _markdown() -> Any:
    """What renders Markdown. HTML inside stays the text it is."""
    from markdown_it import MarkdownIt  # Loaded by need: few clients write Markdown.

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
