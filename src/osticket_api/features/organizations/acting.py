"""How a request acts on one organization."""

from typing import Final

from osticket_api.features.organizations import queries
from osticket_api.features.organizations.service.state import get_organization
from osticket_api.web.acting import Acting

ORGANIZATIONS: Final = Acting(get_organization, queries.get_organization)
on_organization, find_to_change = ORGANIZATIONS.on, ORGANIZATIONS.to_change
