"""The organization of a user. Source: people.md 1.11."""

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.flags import UserStatus
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid
from osticket_api.features.users.service.state import UserState, index_user, save


def set_organization(
    tx: Write, user: UserState, organization_id: int | None, *, is_contact: bool | None = None
) -> bool:
    """Put a user into an organization, or into none. Returns whether anything changed.

    `is_contact`: whether they are a primary contact there. Who changes sides begins as none: osTicket, when moving
    somebody directly, makes the contact of one organization the contact of the next.

    Source: people.md 1.11, golden cases 272, 282, 283.
    """
    stays = organization_id == user.organization_id
    if is_contact is None:
        is_contact = stays and bool(user.flags & UserStatus.PRIMARY_CONTACT)
    flags = user.flags | UserStatus.PRIMARY_CONTACT if is_contact else user.flags & ~UserStatus.PRIMARY_CONTACT
    changed = save(tx, user, organization_id=organization_id, flags=flags)
    if changed:
        index_user(tx, user)
    return changed


def members_of(tx: Write, organization_id: int) -> list[UserState]:
    """All members of an organization, whatever the caller sees."""
    user = t.user.c
    rows = tx.rows(select(t.user).where(user.org_id == organization_id).order_by(user.id))
    return [UserState(row.id, row.name, row.org_id, row.default_email_id, row.status) for row in rows]


def check_organization(tx: Read, organization_id: int | None) -> None:
    """Raises: Invalid when there is no such organization."""
    organization = t.organization.c
    if organization_id is None:
        return
    if tx.scalar(select(organization.id).where(organization.id == organization_id)) is None:
        raise Invalid.because(f"There is no organization {organization_id}.", field="organization_id")
