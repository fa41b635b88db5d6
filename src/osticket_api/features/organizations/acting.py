"""How a request acts on one organization: find it, hold the caller to what they read, act, and show what came of it."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from osticket_api.access.principal import Principal
from osticket_api.db.engine import Write
from osticket_api.features.organizations import queries
from osticket_api.features.organizations.service.state import OrganizationState, get_organization
from osticket_api.features.organizations.shapes import OrganizationDetail
from osticket_api.web.call import Precondition

P = ParamSpec("P")


def on_organization(
    tx: Write,
    principal: Principal,
    precondition: Precondition,
    organization_id: int,
    verb: Callable[Concatenate[Write, Principal, OrganizationState, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> OrganizationDetail:
    """Do something to an organization the caller may see. Returns it as it is then.

    Raises: NotFound, Stale, and whatever the verb raises.
    """
    organization = find_to_change(tx, principal, precondition, organization_id)
    verb(tx, principal, organization, *args, **kwargs)
    return queries.get_organization(tx, principal, organization_id)


def find_to_change(
    tx: Write, principal: Principal, precondition: Precondition, organization_id: int
) -> OrganizationState:
    """An organization the caller may see, locked, and as they have read it. Raises: NotFound, Stale."""
    organization = get_organization(tx, principal, organization_id)
    if precondition.is_set:
        precondition.check(queries.get_organization(tx, principal, organization_id))
    return organization
