"""What the rest of the application may use of departments."""

from osticket_api.features.departments.queries import list_departments

__all__ = ["list_departments"]
