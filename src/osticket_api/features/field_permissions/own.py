"""What the rules about fields mean for the caller, so that a front end offers nothing that would be refused."""

from osticket_api.access.field_rules import ANYWHERE, IN_DEPARTMENTS, Where, limits_on
from osticket_api.access.principal import Principal
from osticket_api.features.field_permissions.requests import OwnLimitsQuery
from osticket_api.features.field_permissions.responses import FieldLimits


def own_limits(principal: Principal, query: OwnLimitsQuery) -> FieldLimits:
    """The fields that are hidden from the caller, and those that are only frozen."""
    anywhere: Where = ANYWHERE if query.resource in IN_DEPARTMENTS else None
    limits = limits_on(principal, query.resource, query.department_id or anywhere)
    return FieldLimits(query.resource, sorted(limits.hidden), sorted(limits.frozen - limits.hidden))
