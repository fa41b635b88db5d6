"""Public interface of departments for the rest of the application."""

from osticket_api.features.departments.queries import list_departments

__all__ = ["list_departments"]
