"""Finding users, and creating the one behind a new ticket."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select, update

from osticket_api.db import tables as t
from osticket_api.db.engine import Read, Write
from osticket_api.features.forms import service as forms
from osticket_api.features.search import index
from osticket_api.kit.astral import folded
from osticket_api.kit.names import normalized


@dataclass(frozen=True)
class KnownUser:
    id: int
    name: str
    email: str
    organization_id: int | None

    @property
    def mailbox(self) -> str:
        """The user as a mail header names them."""
        return f"{self.name} <{self.email}>"


def find_user(tx: Read, *, user_id: int | None = None, email: str | None = None) -> KnownUser | None:
    """A user by id, or by any of their addresses."""
    user, address = t.user.c, t.user_email.c
    main = t.user_email.alias("main")
    statement = select(user.id, user.name, user.org_id, main.c.address).join_from(
        t.user, main, main.c.id == user.default_email_id, isouter=True
    )
    if user_id is not None:
        statement = statement.where(user.id == user_id)
    else:
        statement = statement.join(t.user_email, address.user_id == user.id).where(address.address == email)
    row = tx.row(statement)
    return None if row is None else KnownUser(row.id, row.name, row.address or "", row.org_id)


def create_user(
    tx: Write,
    *,
    email: str,
    name: str,
    answers: Mapping[int, Any] | None = None,
    organization_id: int | Literal["by domain"] | None = "by domain",
) -> KnownUser:
    """Add a user with an address, the contact form, and the organization that owns the address's domain.

    `answers`: by field id, as `forms` gives them. Source: tickets.md 1.7, people.md 1.2, golden case 001.
    """
    name = normalized(name, email)
    email_id = _free_address(tx, email) or tx.insert(t.user_email, user_id=None, address=email)
    if organization_id == "by domain":
        organization_id = organization_of(tx, email)
    user_id = tx.insert(
        t.user, name=name, default_email_id=email_id, org_id=organization_id, created=tx.now, updated=tx.now
    )
    tx.change(update(t.user_email).where(t.user_email.c.id == email_id).values(user_id=user_id))
    form = forms.load_form(tx, "U")
    if form is not None:
        forms.create_entry(tx, form, object_type="U", object_id=user_id, sort=1, extra=None, answers=answers or {})
    _index(tx, user_id, name, email)
    return KnownUser(user_id, name, email, organization_id)


def _free_address(tx: Read, email: str) -> int | None:
    """An address that belongs to nobody any more."""
    address = t.user_email.c
    found: int | None = tx.scalar(select(address.id).where(address.address == email, address.user_id == None))  # noqa: E711
    return found


def _index(tx: Write, user_id: int, name: str, email: str) -> None:
    """The first indexing names the address twice, as osTicket's does. Source: golden README lesson 47."""
    answers = forms.search_content(tx, "U", user_id)
    index.put(tx, "U", user_id, name, f"{answers} {email}\n{email}")


def organization_of(tx: Read, email: str) -> int | None:
    """The first organization that lists the address's domain. Source: people.md 2.4."""
    domain = email.rpartition("@")[2].lower()
    if not domain:
        return None
    organization = t.organization.c
    rows = tx.rows(
        select(organization.id, organization.domain)
        .where(func.lower(organization.domain).contains(folded(domain), autoescape=True))
        .order_by(organization.id)
    )
    listed = (row.id for row in rows if domain in [part.strip().lower() for part in row.domain.split(",")])
    return next(listed, None)
