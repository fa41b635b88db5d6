"""What the rest of the application may use of slas."""

from osticket_api.features.slas.due import due_at, select_sla

__all__ = ["due_at", "select_sla"]
