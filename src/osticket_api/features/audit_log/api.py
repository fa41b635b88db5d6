"""What the rest of the application may use of the audit log."""

from osticket_api.features.audit_log.queries import entries_after

__all__ = ["entries_after"]
