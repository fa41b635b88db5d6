"""Adding an organization. Source: people.md 2.2, golden cases 276, 278."""

from collections.abc import Mapping
from typing import Any

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import OrganizationStatus
from osticket_api.db.unit import Write
from osticket_api.errors import Faults
from osticket_api.features.forms import api as forms
from osticket_api.features.organizations.service.flags import with_flags
from osticket_api.features.organizations.service.state import check_name, index_organization, joined, manager_code


def add_organization(
    tx: Write, actor: Principal, name: str, given: Mapping[str, Any], answers: Mapping[str, Any]
) -> int:
    """Add an organization. Its primary contacts see all its tickets, unless asked otherwise. Returns the id.

    Raises: Forbidden without `org.create`, Conflict naming the one of this name, Invalid.
    """
    require_global(actor, GlobalPermission.org_create)
    limits = limits_on(actor, "organization")
    limits.require_settable(given)
    faults = Faults()
    form = forms.load_form(tx, "O")
    parsed = forms.validate(tx, [form], answers, actor="staff", faults=faults, caller=actor, limits=limits)
    faults.raise_if_any()
    check_name(tx, name)
    organization_id = tx.insert(
        t.organization,
        name=name,
        manager=manager_code(tx, *given.get("manager", (None, None))),
        status=with_flags(OrganizationStatus.SHARED_WITH_PRIMARY_CONTACTS, given),
        domain=joined(given.get("domain", [])),
        created=tx.now,
        updated=tx.now,
    )
    forms.create_entry(tx, form, object_type="O", object_id=organization_id, answers=parsed)
    index_organization(tx, organization_id, name)
    tx.note_effect("organization", created=name)
    return organization_id
