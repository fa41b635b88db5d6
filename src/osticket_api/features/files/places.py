"""Choose where the content of a new file is stored: where osTicket would store it."""

import structlog

from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.features.files.bucket import find_bucket
from osticket_api.features.files.filesystem import Folder, upload_folders
from osticket_api.features.files.store import Chunks, Place

_log = structlog.get_logger("files")


def find_place(tx: Read) -> Place:
    """The place that the setting `default_storage_bk` names; if we cannot use that, the database, which osTicket always
    reads.

    Source: tickets.md 5.1.
    """
    letter = load_config(tx).text("default_storage_bk")[:1]
    try:
        if letter == "F":
            return Folder(upload_folders(tx)[-1])
        if letter == "3":
            return find_bucket(tx)
        if letter not in ("D", ""):
            raise NotAvailable.because(f"the plugin {letter} is not known here")
    except NotAvailable as error:
        _log.warning("storage_unusable", reason=str(error), consequence="new files are kept in the database")
    return Chunks()
