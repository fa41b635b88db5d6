"""An organization under change: the row, locked, and the one way to save it.

Source: people.md 0.2, 0.4, 2.3.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from osticket_api.access.people import visible_organizations
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Invalid, NotFound
from osticket_api.features.forms import api as forms
from osticket_api.search_index import index

_MAX_DOMAINS = 256


@dataclass
class OrganizationState:
    """An organization as the transaction knows it. Change it through `save`."""

    id: int
    name: str
    manager: str
    status: int
    domain: str


def get_organization(tx: Write, principal: Principal, organization_id: int) -> OrganizationState:
    """An organization the caller may see, the row locked until the end of the transaction.

    Raises: NotFound.
    """
    organization = t.organization.c
    seen = select(organization.id).where(organization.id == organization_id, visible_organizations(principal))
    row = None
    if tx.scalar(seen) is not None:
        row = tx.locked(select(t.organization).where(organization.id == organization_id))
    if row is None:
        raise missing(organization_id)
    return OrganizationState(row.id, row.name, row.manager, row.status, row.domain)


def missing(organization_id: int) -> NotFound:
    return NotFound.because(f"There is no organization {organization_id}.")


def save(tx: Write, organization: OrganizationState, *, touch: bool = False, **changes: Any) -> bool:
    """Write what really changed, and `updated` with it. Returns whether anything did.

    `touch`: answers changed, which count as a change of the organization.
    """
    changed = {name: value for name, value in changes.items() if getattr(organization, name) != value}
    if not changed and not touch:
        return False
    told = {name: [getattr(organization, name), new] for name, new in changed.items()}
    tx.note_effect("organization", id=organization.id, changed=told)
    for name, value in changed.items():
        setattr(organization, name, value)
    row = t.organization.c.id == organization.id
    tx.change(update(t.organization).where(row).values(**changed, updated=tx.now))
    return True


def index_organization(tx: Write, organization_id: int, name: str) -> None:
    """Write the organization's search row: name and answers."""
    index.put(tx, "O", organization_id, name, forms.search_content(tx, "O", organization_id))


def check_name(tx: Read, name: str, *, but: int | None = None) -> None:
    """Raises: Conflict naming the organization of this name. Whoever may name one sees all."""
    organization = t.organization.c
    other = tx.row(
        select(organization.id, organization.name).where(organization.name == name, organization.id != (but or 0))
    )
    if other is not None:
        detail = {"organization": {"id": other.id, "name": other.name}}
        message = f"There is an organization {other.name} already."
        raise Conflict.because(message, field="name", code="name_taken", detail=detail)


def manager_code(tx: Read, kind: str | None, manager_id: int | None) -> str:
    """How the row names an agent or a team: `s2`, `t1`. Raises: Invalid when there is none such."""
    if kind is None:
        return ""
    column = t.staff.c.staff_id if kind == "staff" else t.team.c.team_id
    if tx.scalar(select(column).where(column == manager_id)) is None:
        raise Invalid.because(f"There is no {kind} {manager_id}.", field="manager")
    return f"{kind[0]}{manager_id}"


def joined(domains: list[str]) -> str:
    """The domains as the row holds them. Raises: Invalid when they are too many."""
    text = ",".join(dict.fromkeys(domains))
    if len(text) > _MAX_DOMAINS:
        raise Invalid.because(f"All domains together have at most {_MAX_DOMAINS} characters.", field="domain")
    return text
