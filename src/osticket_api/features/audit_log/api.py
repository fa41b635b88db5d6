"""Public interface of the audit log for the rest of the application."""

from osticket_api.features.audit_log.queries import entries_after

__all__ = ["entries_after"]
