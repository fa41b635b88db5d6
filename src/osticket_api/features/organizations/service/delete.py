"""Deleting an organization. Source: people.md 2.5, golden case 285."""

from sqlalchemy import delete, update

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.policy import require_global
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table
from osticket_api.db.flags import UserStatus
from osticket_api.db.unit import Write
from osticket_api.features.forms import api as forms
from osticket_api.features.organizations.service.state import OrganizationState
from osticket_api.search_index import index


def delete_organization(tx: Write, actor: Principal, organization: OrganizationState) -> None:
    """Delete an organization. Its members and their tickets stay, and belong to none.

    What osTicket leaves behind goes too: quick notes, the copy of the answers, the mark of primary contacts.

    Raises: Forbidden without `org.delete`.
    """
    require_global(actor, GlobalPermission.org_delete)
    user, cdata = t.user.c, t.organization_cdata
    freed = {"org_id": None, "status": user.status.bitwise_and(~UserStatus.PRIMARY_CONTACT)}
    tx.change(update(t.user).where(user.org_id == organization.id).values(**freed))
    forms.delete_entries(tx, "O", organization.id)
    tx.change(delete(t.organization).where(t.organization.c.id == organization.id))
    tx.change(delete(t.note).where(t.note.c.ext_id == f"O{organization.id}"))
    if has_table(tx, cdata):
        tx.change(delete(cdata).where(cdata.c.org_id == organization.id))
    index.remove(tx, ("O", [organization.id]))
    tx.note_effect("organization", id=organization.id, deleted=True)
