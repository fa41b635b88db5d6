"""Public interface of privacy for the rest of the application."""

from osticket_api.features.privacy.archive import record_export, write_archive
from osticket_api.features.privacy.erasing import Mode, erase_user
from osticket_api.features.privacy.retention import RetentionRule, count_due, delete_due

__all__ = ["Mode", "RetentionRule", "count_due", "delete_due", "erase_user", "record_export", "write_archive"]
