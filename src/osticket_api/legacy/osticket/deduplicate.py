"""A client that sends a ticket again after a time-out gets the first one, not a second.

The same key, the same address and the same bytes within a short time are the same wish, while the first ticket is there
and open. Where our own tables are missing, nothing can be known about the first one, and a second ticket is opened, as
osTicket does.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select

from osticket_api.access.principal import ApiKey
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.named_lock import hold_named_lock
from osticket_api.db.stored_responses import find_stored, store_response
from osticket_api.db.unit import Read, Write
from osticket_api.legacy.osticket.create_ticket import Opened


async def opened_once(
    database: Database, key: ApiKey, path: str, body: bytes, opening: Callable[[Write], Opened], seconds: int
) -> Opened:
    """Create a ticket, or return the ticket that the first of equal requests within so many seconds has created."""
    if not seconds or not database.has_own_tables:
        return await database.write(opening)
    wish = sha256(path.encode() + b"\n" + body).hexdigest()
    return await database.write(_open, key, wish, opening, timedelta(seconds=seconds))


def _open(tx: Write, key: ApiKey, wish: str, opening: Callable[[Write], Opened], window: timedelta) -> Opened:
    hold_named_lock(tx, f"{key.key} {wish}")
    first = _opened_before(tx, key, wish, window)
    if first is not None:
        return replace(first, is_replayed=True)
    opened = opening(tx)
    store_response(
        tx, key.key, f"opened:{wish}", fingerprint=wish, status=201, body=f"{opened.number} {opened.id}".encode()
    )
    return opened


def _opened_before(tx: Read, key: ApiKey, wish: str, window: timedelta) -> Opened | None:
    """The ticket that the first request opened, unless it is deleted or closed by now."""
    ticket, status = t.ticket.c, t.ticket_status.c
    row = find_stored(tx, key.key, f"opened:{wish}", within=window)
    if row is None:
        return None
    number, _, ticket_id = bytes(row.body).decode().rpartition(" ")
    still_open = (
        select(ticket.ticket_id)
        .join(t.ticket_status, status.id == ticket.status_id)
        .where(ticket.ticket_id == int(ticket_id), ticket.number == number, status.state == "open")
    )
    return Opened(int(ticket_id), number) if tx.row(still_open) is not None else None
