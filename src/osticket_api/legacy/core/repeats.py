"""A client that sends a ticket again after a time-out gets the first one, not a second.

The same key, the same address and the same bytes within a minute are the same wish. Where our own tables are missing,
nothing can be known about the first one, and a second ticket is opened, as osTicket does.
"""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from osticket_api.access.principal import ApiKey
from osticket_api.db.engine import Database, Write
from osticket_api.db.tables import own
from osticket_api.legacy.core.opening import Opened

_KEPT: Final = timedelta(minutes=1)


async def opened_once(
    database: Database, key: ApiKey, path: str, body: bytes, opening: Callable[[Write], Opened]
) -> Opened:
    """What the opening gives, or what it gave to the first of these requests."""
    if not database.has_own_tables:
        return await database.write(opening)
    wish = sha256(path.encode() + b"\n" + body).hexdigest()
    try:
        return await database.write(_open, key, wish, opening)
    except IntegrityError:
        return await database.write(_open, key, wish, opening)


def _open(tx: Write, key: ApiKey, wish: str, opening: Callable[[Write], Opened]) -> Opened:
    """A second request that runs at the same time waits at the unique key, and then finds the first one's row."""
    kept = own.api_idempotency.c
    same: tuple[Any, ...] = (kept.principal == key.key, kept.idempotency_key == f"opened:{wish}")
    tx.change(delete(own.api_idempotency).where(*same, kept.created_at < tx.now - _KEPT))
    row = tx.row(select(kept.body).where(*same))
    if row is not None:
        number, _, ticket_id = bytes(row.body).decode().rpartition(" ")
        return Opened(int(ticket_id), number)
    row_id = tx.insert(
        own.api_idempotency,
        principal=key.key,
        idempotency_key=f"opened:{wish}",
        fingerprint=wish,
        created_at=tx.now,
    )
    opened = opening(tx)
    told = f"{opened.number} {opened.id}".encode()
    tx.change(update(own.api_idempotency).where(kept.id == row_id).values(body=told, status=201))
    return opened
