"""Public interface of organizations for the rest of the application."""

from osticket_api.features.organizations.queries import list_organizations
from osticket_api.features.organizations.requests import OrganizationQuery
from osticket_api.features.organizations.responses import OrganizationDetail

__all__ = ["OrganizationDetail", "OrganizationQuery", "list_organizations"]
