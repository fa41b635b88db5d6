"""Add and remove members of an organization. Source: people.md 1.11, 1.13, golden cases 282, 283."""

from osticket_api.access.field_rules import limits_on
from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db.unit import Write
from osticket_api.errors import NotFound
from osticket_api.features.organizations.service.state import OrganizationState
from osticket_api.features.users.api import get_user, membership


def add_member(
    tx: Write, actor: Principal, organization: OrganizationState, user_id: int, is_contact: bool | None
) -> None:
    """Put a user into the organization, out of any other. `is_contact` None leaves members what they are.

    Raises: NotFound, Forbidden without `user.edit`, or `org.edit` to choose a primary contact.
    """
    require_global(actor, GlobalPermission.user_edit)
    if is_contact is not None:
        require_global(actor, GlobalPermission.org_edit)
        limits_on(actor, "user").require_settable(["is_primary_contact"])
    limits_on(actor, "user").require_settable(["organization_id"])
    user = get_user(tx, actor, user_id)
    membership.set_organization(tx, user, organization.id, is_contact=is_contact)


def remove_member(tx: Write, actor: Principal, organization: OrganizationState, user_id: int) -> None:
    """Take a user out of the organization.

    Raises: Forbidden without `user.edit`, NotFound for a user who is not a member.
    """
    require_global(actor, GlobalPermission.user_edit)
    limits_on(actor, "user").require_settable(["organization_id"])
    user = get_user(tx, actor, user_id)
    if user.organization_id != organization.id:
        raise NotFound.because(f"User {user_id} is not a member of {organization.name}.")
    membership.set_organization(tx, user, None)
