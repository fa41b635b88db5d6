"""Look up, link and unlink the identities that people have at identity providers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from osticket_api.access.principal import Staff, User
from osticket_api.db.tables.own_sign_on import api_identity
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, NotFound
from osticket_api.features.auth.service import LETTERS
from osticket_api.query.listing import Listing, ListQuery
from osticket_api.query.ordering import sort_keys
from osticket_api.web.paging import Page


@dataclass(frozen=True)
class Identity:
    """Somebody at a provider: `subject` is theirs for good, whatever else changes."""

    issuer: str
    subject: str


class IdentityQuery(ListQuery):
    """Identities are few: there is nothing to filter by."""


class LinkedIdentity(msgspec.Struct, kw_only=True):
    """Somebody at an identity provider who signs in here as the caller."""

    id: int
    issuer: str
    created_at: datetime
    last_used_at: datetime | None


def find_identity(tx: Read, identity: Identity, kind: str) -> int | None:
    """The id of the agent or user whom an identity is linked with."""
    column = api_identity.c
    found: int | None = tx.scalar(
        select(column.principal_id).where(
            column.issuer == identity.issuer,
            column.subject == identity.subject,
            column.principal_kind == LETTERS[kind],
        )
    )
    return found


def is_linked_elsewhere(tx: Read, identity: Identity, kind: str, principal_id: int) -> bool:
    """Whether an account is linked with another identity of the same issuer."""
    column = api_identity.c
    theirs = select(column.subject).where(*_of(kind, principal_id), column.issuer == identity.issuer)
    return any(subject != identity.subject for subject in tx.scalars(theirs))


def link_identity(tx: Write, identity: Identity, kind: str, principal_id: int) -> int:
    """Let an identity sign in to an account.

    Returns the id of the link. Raises: Conflict where the identity is linked with another account, or the account with
    another identity of this issuer.
    """
    try:
        return tx.insert(
            api_identity,
            issuer=identity.issuer,
            subject=identity.subject,
            principal_kind=LETTERS[kind],
            principal_id=principal_id,
            created_at=tx.now,
            last_used_at=None,
        )
    except IntegrityError:
        message = "One of the two accounts is linked with another account already. Unlink that account first."
        raise Conflict.because(message, code="identity_linked") from None


def note_identity_use(tx: Write, identity: Identity, kind: str) -> None:
    column = api_identity.c
    this = (column.issuer == identity.issuer, column.subject == identity.subject)
    tx.change(update(api_identity).where(*this, column.principal_kind == LETTERS[kind]).values(last_used_at=tx.now))


def list_identities(tx: Read, caller: Staff | User, query: ListQuery) -> Page[LinkedIdentity]:
    column = api_identity.c
    keys = sort_keys(query.sort, {"id": column.id, "created_at": column.created_at})
    listing = Listing(caller, query, column.id, keys, _of(caller.kind, caller.id))
    page = listing.ids()
    rows = tx.rows(
        select(api_identity)
        .add_columns(*listing.places(page))
        .join(page, page.c.page_id == column.id)
        .order_by(*listing.order(page))
    )
    return listing.page(tx, rows, _to_responses)


def get_identity(tx: Read, caller: Staff | User, identity_id: int) -> LinkedIdentity:
    """Raises: NotFound for what is not the caller's."""
    column = api_identity.c
    row = tx.row(select(api_identity).where(column.id == identity_id, *_of(caller.kind, caller.id)))
    if row is None:
        raise NotFound.because(f"There is no identity {identity_id}.")
    return _to_responses([row])[0]


def unlink_identity(tx: Write, caller: Staff | User, identity_id: int) -> None:
    """Raises: NotFound for what is not the caller's."""
    get_identity(tx, caller, identity_id)
    tx.change(delete(api_identity).where(api_identity.c.id == identity_id))


def forget_identities(tx: Write, kind: str, principal_id: int) -> None:
    """Unlink all identities of somebody who is deleted: their id may become somebody else's."""
    if tx.has_own_tables:
        tx.change(delete(api_identity).where(*_of(kind, principal_id)))


def _of(kind: str, principal_id: int) -> tuple[ColumnElement[bool], ...]:
    column = api_identity.c
    return column.principal_kind == LETTERS[kind], column.principal_id == principal_id


def _to_responses(rows: Sequence[Row[Any]]) -> list[LinkedIdentity]:
    return [
        LinkedIdentity(id=row.id, issuer=row.issuer, created_at=row.created_at, last_used_at=row.last_used_at)
        for row in rows
    ]
