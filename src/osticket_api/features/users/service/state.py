"""A user under change: the row, locked, and the one way to save it.

Source: people.md 0.2, 0.4, 1.3.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from osticket_api.access.people import visible_users
from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import NotFound
from osticket_api.features.forms import api as forms
from osticket_api.search_index import index

_COLUMNS = {
    "name": "name",
    "organization_id": "org_id",
    "default_email_id": "default_email_id",
    "flags": "status",
}


@dataclass
class UserState:
    """A user as the transaction knows them. Change them through `save`."""

    id: int
    name: str
    organization_id: int | None
    default_email_id: int | None
    flags: int


def get_user(tx: Write, principal: Principal, user_id: int) -> UserState:
    """A user the caller may see, the row locked until the end of the transaction.

    Raises: NotFound.
    """
    user = t.user.c
    if tx.scalar(select(user.id).where(user.id == user_id, visible_users(principal))) is None:
        raise missing(user_id)
    row = tx.locked(select(t.user).where(user.id == user_id))
    if row is None:
        raise missing(user_id)
    return UserState(row.id, row.name, row.org_id, row.default_email_id, row.status)


def missing(user_id: int) -> NotFound:
    return NotFound.because(f"There is no user {user_id}.")


def save(tx: Write, user: UserState, *, touch: bool = False, **changes: Any) -> bool:
    """Write what really changed, and `updated` with it. Returns whether anything did.

    `touch`: answers changed, which count as a change of the user.
    """
    changed = {name: value for name, value in changes.items() if getattr(user, name) != value}
    if not changed and not touch:
        return False
    tx.note_effect("user", id=user.id, changed={name: [getattr(user, name), new] for name, new in changed.items()})
    for name, value in changed.items():
        setattr(user, name, value)
    columns = {_COLUMNS[name]: value for name, value in changed.items()}
    tx.change(update(t.user).where(t.user.c.id == user.id).values(**columns, updated=tx.now))
    return True


def index_user(tx: Write, user: UserState) -> None:
    """Write the user's search row: name, answers, and all addresses."""
    addresses = "\n".join(addresses_of(tx, user.id))
    index.put(tx, "U", user.id, user.name, f"{forms.search_content(tx, 'U', user.id)} {addresses}")


def addresses_of(tx: Read, user_id: int) -> list[str]:
    address = t.user_email.c
    return list(tx.scalars(select(address.address).where(address.user_id == user_id).order_by(address.id)))
