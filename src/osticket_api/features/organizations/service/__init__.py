"""Public interface of organizations for the rest of the application."""

from osticket_api.features.organizations.service.state import missing

__all__ = ["missing"]
