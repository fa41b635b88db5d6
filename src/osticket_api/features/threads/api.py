"""Public interface of threads for the rest of the application."""

from osticket_api.features.threads import bodies, merging, reading
from osticket_api.features.threads.bodies import NOTHING, is_too_complex
from osticket_api.features.threads.editing import Edit, edit_entry, set_flag
from osticket_api.features.threads.latest import LastMessage, read_latest
from osticket_api.features.threads.mentions import mentioned_agents
from osticket_api.features.threads.merging import note_origin
from osticket_api.features.threads.queries import read_entries, to_entries
from osticket_api.features.threads.reading import Place, get_entry
from osticket_api.features.threads.removal import delete_thread
from osticket_api.features.threads.requests import (
    MAX_BODY,
    AttachmentsQuery,
    Body,
    CursorQuery,
    DetailQuery,
    EventsQuery,
    Format,
    PageQuery,
    ThreadQuery,
    WithAttachments,
)
from osticket_api.features.threads.responses import Attachment, Entry, Event, TimelineItem
from osticket_api.features.threads.service import (
    Addressees,
    Author,
    NewEntry,
    NewFile,
    Recipients,
    add_entry,
    author_of,
    create_thread,
)

__all__ = [
    "MAX_BODY",
    "NOTHING",
    "Addressees",
    "Attachment",
    "AttachmentsQuery",
    "Author",
    "Body",
    "CursorQuery",
    "DetailQuery",
    "Edit",
    "Entry",
    "Event",
    "EventsQuery",
    "Format",
    "LastMessage",
    "NewEntry",
    "NewFile",
    "PageQuery",
    "Place",
    "Recipients",
    "ThreadQuery",
    "TimelineItem",
    "WithAttachments",
    "add_entry",
    "author_of",
    "bodies",
    "create_thread",
    "delete_thread",
    "edit_entry",
    "get_entry",
    "is_too_complex",
    "mentioned_agents",
    "merging",
    "note_origin",
    "read_entries",
    "read_latest",
    "reading",
    "set_flag",
    "to_entries",
]
