"""Finding users, and creating the one behind a new ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, func, select, update

from osticket_api.access.people import users_to_name
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.identity import prepared_named
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.features.forms import api as forms
from osticket_api.kit.identity import is_same
from osticket_api.kit.names import normalized
from osticket_api.kit.utf8mb3 import folded
from osticket_api.search_index import index


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
    """A user by id, or by any of their addresses: exactly, where the database takes `jose@` for `josé@`."""
    if email is not None:
        rows = prepared_named(tx, _select_by_any_address(), t.user_email.c.address, email)
    else:
        rows = list(tx.prepared(_select_by_id(), {"user_id": user_id}))
    return _known(rows)


def find_named_user(tx: Read, actor: Principal, user_id: int) -> KnownUser | None:
    """The user whom a caller names by id. For them there is nobody whom they do not see."""
    return _known(list(tx.rows(_select_known().where(t.user.c.id == user_id, users_to_name(actor)))))


def _known(rows: Sequence[Row[Any]]) -> KnownUser | None:
    return KnownUser(rows[0].id, rows[0].name, rows[0].address or "", rows[0].org_id) if rows else None


@cache
def _select_known() -> Select[Any]:
    user, main = t.user.c, t.user_email.alias("main")
    return select(user.id, user.name, user.org_id, main.c.address).join_from(
        t.user, main, main.c.id == user.default_email_id, isouter=True
    )


@cache
def _select_by_id() -> Select[Any]:
    return _select_known().where(t.user.c.id == bindparam("user_id"))


@cache
def _select_by_any_address() -> Select[Any]:
    return _select_known().join(t.user_email, t.user_email.c.user_id == t.user.c.id)


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


def _free_address(tx: Write, email: str) -> int | None:
    """An address that belongs to nobody any more, locked: nobody else takes it.

    Raises: Conflict when the table has another address that its unique key does not tell apart from this one.
    """
    address = t.user_email.c
    row = tx.locked(select(address.id, address.address, address.user_id).where(address.address == email))
    if row is not None and not is_same(row.address, email):
        raise indistinct(email)
    return row.id if row is not None and row.user_id is None else None


def indistinct(email: str) -> Conflict:
    """The fault of an address that the unique key of osTicket's table takes for another one, such as `jose@` for
    `josé@`.
    """
    message = f"osTicket's table cannot hold {email}, because it takes that for the address of another user."
    return Conflict.because(message, field="email", code="email_indistinct")


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
