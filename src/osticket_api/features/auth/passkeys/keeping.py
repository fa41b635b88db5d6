"""The passkeys that agents have, as they are stored."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from osticket_api.access.principal import Staff
from osticket_api.access.tokens import fingerprint
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, NotFound
from osticket_api.events import security
from osticket_api.features.auth.passkeys.requests import Passkey, PasskeyQuery
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.web.paging import Page

AT_MOST: Final = 20
_table: Final = own.api_passkey


def list_passkeys(tx: Read, caller: Staff, query: PasskeyQuery) -> Page[Passkey]:
    column = _table.c
    keys = sort_keys(query.sort, {"id": column.id, "created_at": column.created_at})
    listing = Listing(caller, query, column.id, keys, (_is_of(caller.id),))
    page = listing.ids()
    rows = tx.rows(
        select(_table)
        .add_columns(*listing.places(page))
        .join(page, page.c.page_id == column.id)
        .order_by(*listing.order(page))
    )
    return listing.page(tx, rows, lambda found: [_to_response(row) for row in found])


def get_passkey(tx: Read, caller: Staff, passkey_id: int) -> Passkey:
    """Raises: NotFound for what is not the caller's."""
    row = tx.row(select(_table).where(_table.c.id == passkey_id, _is_of(caller.id)))
    if row is None:
        raise NotFound.because(f"There is no passkey {passkey_id}.")
    return _to_response(row)


def rename_passkey(tx: Write, caller: Staff, passkey_id: int, name: str) -> None:
    """Raises: NotFound for what is not the caller's."""
    get_passkey(tx, caller, passkey_id)
    tx.change(update(_table).where(_table.c.id == passkey_id).values(name=name))


def delete_passkey(tx: Write, caller: Staff, passkey_id: int) -> None:
    """Raises: NotFound for what is not the caller's."""
    get_passkey(tx, caller, passkey_id)
    tx.change(delete(_table).where(_table.c.id == passkey_id))
    security.note(tx, "passkey_removed", account=caller.key, passkey=passkey_id)


def forget_passkeys(tx: Write, staff_id: int) -> None:
    """Take away all passkeys of an agent."""
    if tx.has_own_tables:
        tx.change(delete(_table).where(_is_of(staff_id)))


def count_passkeys(tx: Read, staff_id: int) -> int:
    return int(tx.scalar(select(func.count()).select_from(_table).where(_is_of(staff_id)))) if tx.has_own_tables else 0


def passkeys_at(tx: Read, staff_id: int, host: str) -> Sequence[Row[Any]]:
    """The rows of the passkeys with which an agent signs in at this host."""
    return tx.rows(select(_table).where(_is_of(staff_id), _table.c.host == host).order_by(_table.c.id).limit(AT_MOST))


def find_for_use(tx: Write, staff_id: int, host: str, credential_id: str) -> Row[Any] | None:
    """The row of the passkey of an agent that signs in at this host, locked."""
    is_meant = (_table.c.credential_hash == fingerprint(credential_id), _table.c.host == host)
    return tx.locked(select(_table).where(_is_of(staff_id), *is_meant))


def note_use(tx: Write, passkey_id: int, sign_count: int) -> None:
    values = {"sign_count": sign_count, "last_used_at": tx.now}
    tx.change(update(_table).where(_table.c.id == passkey_id).values(**values))


def add_passkey(tx: Write, caller: Staff, name: str, **values: Any) -> int:
    """Keep a passkey. Returns its id. Raises: Conflict where it is kept already."""
    try:
        return tx.insert(
            _table,
            staff_id=caller.id,
            name=name,
            credential_hash=fingerprint(values["credential_id"]),
            created_at=tx.now,
            last_used_at=None,
            **values,
        )
    except IntegrityError:
        raise Conflict.because("This passkey was added already.", field="credential", code="passkey_known") from None


def _is_of(staff_id: int) -> ColumnElement[bool]:
    return _table.c.staff_id == staff_id


def _to_response(row: Row[Any]) -> Passkey:
    return Passkey(id=row.id, name=row.name, host=row.host, created_at=row.created_at, last_used_at=row.last_used_at)
