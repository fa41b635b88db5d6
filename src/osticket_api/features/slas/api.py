"""Public interface of SLA plans for the rest of the application."""

from osticket_api.features.slas.due import due_at, select_sla

__all__ = ["due_at", "select_sla"]
