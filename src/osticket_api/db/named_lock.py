"""Locks by name: transactions that would do the same thing twice wait for each other."""

from hashlib import sha256

from sqlalchemy.dialects.mysql import insert

from osticket_api.db.tables import own
from osticket_api.db.unit import Write

_OWNER = "turn"


def hold_named_lock(tx: Write, name: str) -> None:
    """Hold the lock of this name until the transaction ends. Waits while another transaction holds it.

    Afterwards this transaction reads what the other one wrote. SQLite needs no lock, since it lets one transaction
    write at a time. Without our own tables there is no lock. The row is deleted after a day, as stored responses are.
    """
    if tx.is_sqlite or not tx.has_own_tables:
        return
    key = sha256(name.encode()).hexdigest()
    lock = insert(own.api_idempotency).values(principal=_OWNER, idempotency_key=key, fingerprint=key, created_at=tx.now)
    tx.change(lock.on_duplicate_key_update(created_at=tx.now))
