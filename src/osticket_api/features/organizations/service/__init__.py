"""What other features may use of organizations."""

from osticket_api.features.organizations.service.state import missing

__all__ = ["missing"]
