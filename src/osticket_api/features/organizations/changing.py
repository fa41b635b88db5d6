"""An organization under change: found for the caller and locked."""

from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.features.organizations.queries import get_organization
from osticket_api.features.organizations.service import state
from osticket_api.features.organizations.service.state import OrganizationState


def get_for_update(unit: Write, caller: Principal, organization_id: int) -> OrganizationState:
    """An organization the caller may see, locked, its state compared with `If-Match`. Raises: NotFound."""
    organization = state.get_organization(unit, caller, organization_id)
    if unit.precondition.is_set:
        unit.precondition.check(get_organization(unit, caller, organization_id))
    return organization
