"""Changing an organization.

What is not given stays, primary contacts too: osTicket's plain edit makes everybody an ordinary member.
Source: people.md 2.3, golden cases 279, 281.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from osticket_api.access.field_rules import limits_on, not_settable
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db.flags import UserStatus
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden, Invalid
from osticket_api.features.organizations.service.flags import with_flags
from osticket_api.features.organizations.service.state import (
    OrganizationState,
    check_name,
    index_organization,
    joined,
    manager_code,
    save,
)
from osticket_api.features.users.api import membership, save_answers


def edit_organization(
    tx: Write,
    actor: Principal,
    organization: OrganizationState,
    given: Mapping[str, Any],
    answers: Mapping[str, Any],
) -> None:
    """Change name, domains, manager, flags, primary contacts, and answers by the name of their field.

    Raises: Forbidden without `org.edit`, Conflict naming the one of this name, Invalid.
    """
    require_global(actor, GlobalPermission.org_edit)
    _require_settable(tx, actor, organization, given)
    columns = _columns(tx, organization, given)
    answered = save_answers(tx, actor, "O", organization.id, answers)
    if save(tx, organization, touch=answered, **columns):
        index_organization(tx, organization.id, organization.name)
    if "primary_contacts" in given:
        choose_contacts(tx, organization.id, given["primary_contacts"])


def _require_settable(tx: Read, actor: Principal, organization: OrganizationState, given: Mapping[str, Any]) -> None:
    """Raises: Forbidden naming what an administrator has frozen for the caller, or hidden."""
    if "primary_contacts" in given and limits_on(actor, "user").freezes("is_primary_contact"):
        raise Forbidden(not_settable("primary_contacts"))
    limits = limits_on(actor, "organization")
    if limits.frozen:
        limits.require_settable(given, [name for name in given if _differs(tx, organization, {name: given[name]})])


def _differs(tx: Read, organization: OrganizationState, given: Mapping[str, Any]) -> bool:
    return any(getattr(organization, name) != value for name, value in _columns(tx, organization, given).items())


def choose_contacts(tx: Write, organization_id: int, user_ids: Sequence[int]) -> None:
    """Make exactly these members the primary contacts. Raises: Invalid for a user who is not a member."""
    members = {each.id: each for each in membership.members_of(tx, organization_id)}
    strangers = [user_id for user_id in user_ids if user_id not in members]
    if strangers:
        raise Invalid.because(f"User {strangers[0]} is not a member.", field="primary_contacts")
    for member in members.values():
        if bool(member.flags & UserStatus.PRIMARY_CONTACT) != (member.id in user_ids):
            membership.set_organization(tx, member, organization_id, is_contact=member.id in user_ids)


def _columns(tx: Read, organization: OrganizationState, given: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {"status": with_flags(organization.status, given)}
    if "name" in given:
        check_name(tx, given["name"], but=organization.id)
        columns["name"] = given["name"]
    if "manager" in given:
        columns["manager"] = manager_code(tx, *given["manager"])
    if "domain" in given:
        columns["domain"] = joined(given["domain"])
    return columns
