"""Responses that are stored for a day, each in a row, to be sent again when a request is repeated."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, select

from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write

_KEPT: Final = timedelta(days=1)


def find_stored(tx: Read, owner: str, key: str, *, within: timedelta = _KEPT) -> Row[Any] | None:
    """The stored row with this owner and key: `fingerprint`, `status`, `headers`, `body`."""
    row = own.api_idempotency.c
    return tx.row(
        select(own.api_idempotency).where(
            row.principal == owner, row.idempotency_key == key, row.created_at >= tx.now - within
        )
    )


def store_response(tx: Write, owner: str, key: str, *, fingerprint: str = "", **values: Any) -> None:
    """Store a response under an owner and a key, replacing the one before. Deletes all that are older than a day."""
    row = own.api_idempotency.c
    tx.change(delete(own.api_idempotency).where(row.principal == owner, row.idempotency_key == key))
    tx.change(delete(own.api_idempotency).where(row.created_at < tx.now - _KEPT))
    tx.insert(
        own.api_idempotency, principal=owner, idempotency_key=key, fingerprint=fingerprint, created_at=tx.now, **values
    )
