"""Public interface of rich text for the rest of the application."""

from osticket_api.features.rich_text.requests import Article, Description, Html, Notes, ShortNotes, ShortText, Title
from osticket_api.features.rich_text.responses import AttachedFile
from osticket_api.features.rich_text.service import (
    CANNED_RESPONSE,
    FAQ,
    Text,
    attach,
    detach_all,
    shown_files,
    shown_html,
    store_text,
)

__all__ = [
    "CANNED_RESPONSE",
    "FAQ",
    "Article",
    "AttachedFile",
    "Description",
    "Html",
    "Notes",
    "ShortNotes",
    "ShortText",
    "Text",
    "Title",
    "attach",
    "detach_all",
    "shown_files",
    "shown_html",
    "store_text",
]
