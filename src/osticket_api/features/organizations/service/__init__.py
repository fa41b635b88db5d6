"""What other features may use of organizations."""

from osticket_api.features.organizations.service.state import missing
from osticket_api.features.organizations.service.visible import visible_organizations

__all__ = ["missing", "visible_organizations"]
