"""Public interface of files for the rest of the application."""

from osticket_api.features.files import limits, uploads
from osticket_api.features.files.content import open_content, read_all, read_piece
from osticket_api.features.files.examining import StorageState, examine_storage
from osticket_api.features.files.limits import Limits, limits_for, of_field
from osticket_api.features.files.queries import (
    DRAFT,
    Attachment,
    StoredFile,
    attachments_of,
    files_by_key,
    files_in_drafts,
    find_file,
    list_files,
)
from osticket_api.features.files.service import (
    ORPHAN_AGE,
    Attaching,
    attach,
    attach_all,
    clean_name,
    delete_orphans,
    detach,
    move_attachments,
    store,
)
from osticket_api.features.files.uploads import require_usable, usable_by

__all__ = [
    "DRAFT",
    "ORPHAN_AGE",
    "Attaching",
    "Attachment",
    "Limits",
    "StorageState",
    "StoredFile",
    "attach",
    "attach_all",
    "attachments_of",
    "clean_name",
    "delete_orphans",
    "detach",
    "examine_storage",
    "files_by_key",
    "files_in_drafts",
    "find_file",
    "limits",
    "limits_for",
    "list_files",
    "move_attachments",
    "of_field",
    "open_content",
    "read_all",
    "read_piece",
    "require_usable",
    "store",
    "uploads",
    "usable_by",
]
