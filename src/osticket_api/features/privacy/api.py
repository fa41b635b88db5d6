"""What the rest of the application may use of privacy."""

from osticket_api.features.privacy.archive import record_export, write_archive
from osticket_api.features.privacy.erasing import Mode, erase_user

__all__ = ["Mode", "erase_user", "record_export", "write_archive"]
