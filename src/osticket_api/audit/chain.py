"""The chain over the audit log: committed entries in the order in which they were sealed.

Each seal is a SHA-256 of the seal before it and of its entry. Sealing comes after the commit, so that no write waits
for another one. Of two processes that seal at once, one waits for the other's last seal, or collides on a position
and looks again.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, delete, func, select

from osticket_api.audit.entries import add_entry
from osticket_api.db.tables.own_audit import api_audit, api_audit_seal
from osticket_api.db.unit import Read, Write

FIRST: Final = "0" * 64
BATCH: Final = 500
"""How many entries are sealed at most in one transaction."""
_LATE: Final = 10_000
"""How far behind the newest sealed entry one may be that was committed later."""
_UNSEALED_FOR: Final = timedelta(hours=1)
_PRUNED: Final = "pruned"

_seal, _entry = api_audit_seal.c, api_audit.c
_is_sealed = select(_seal.audit_id).where(_seal.audit_id == _entry.id).exists()


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole chain has found. `head` is the newest hash: kept elsewhere, it shows a cut-off end."""

    entries: int
    head: str
    faults: Sequence[str]


def seal(tx: Write) -> int:
    """Seal one batch of committed entries. Returns how many."""
    last = tx.locked(select(_seal.position, _seal.hash).order_by(_seal.position.desc()).limit(1))
    position, head = (last.position, last.hash) if last else (0, FIRST)
    newest = tx.scalar(select(func.max(_seal.audit_id))) or 0
    waiting = select(api_audit).where(_entry.id > newest - _LATE, ~_is_sealed).order_by(_entry.id).limit(BATCH)
    seals = []
    for row in tx.rows(waiting):
        position += 1
        head = hash_of(position, head, row)
        seals.append({"position": position, "audit_id": row.id, "hash": head})
    tx.insert_many(api_audit_seal, seals)
    return len(seals)


def hash_of(position: int, before: str, row: Row[Any]) -> str:
    """The hash of an entry at its place."""
    values = [row._mapping[column.name] for column in api_audit.c if column.name != "changes"]
    said = msgspec.json.encode([position, before, *values, hashlib.sha256(row.changes).hexdigest()])
    return hashlib.sha256(said).hexdigest()


def verify(tx: Read) -> Verdict:
    """Look at every entry and every seal."""
    faults: list[str] = []
    anchors = _anchors(tx)
    count, head = 0, FIRST
    last = 0
    for position, audit_id, stored, row in _chain(tx):
        if count == 0 and anchors.get(position) == stored:
            pass  # The entries before this position were pruned.
        elif position != last + 1:
            faults.append(f"Positions {last + 1} to {position - 1} are missing.")
        elif row is None:
            faults.append(f"Entry {audit_id} at position {position} is missing.")
        elif hash_of(position, head, row) != stored:
            faults.append(f"Entry {audit_id} at position {position} was changed.")
        count, head, last = count + 1, stored, position
    old = select(func.count()).where(_entry.created_at < tx.now - _UNSEALED_FOR, ~_is_sealed)
    unsealed = int(tx.scalar(old))
    if unsealed:
        faults.append(f"{unsealed} entries are older than an hour and not sealed.")
    return Verdict(count, head, faults)


def has_hash(tx: Read, expected: str) -> bool:
    """Whether a hash that was noted once is still in the chain."""
    return tx.scalar(select(_seal.position).where(_seal.hash == expected)) is not None


def _chain(tx: Read) -> Iterator[tuple[int, int, str, Row[Any] | None]]:
    position = 0
    while True:
        seals = tx.rows(select(api_audit_seal).where(_seal.position > position).order_by(_seal.position).limit(BATCH))
        if not seals:
            return
        ids = [each.audit_id for each in seals]
        rows = {row.id: row for row in tx.rows(select(api_audit).where(_entry.id.in_(ids)))}
        for each in seals:
            yield each.position, each.audit_id, each.hash, rows.get(each.audit_id)
        position = seals[-1].position


def _anchors(tx: Read) -> dict[int, str]:
    """The entries at which prunings have cut the chain, as those entries themselves say."""
    found: dict[int, str] = {}
    for changes in tx.scalars(select(_entry.changes).where(_entry.outcome == _PRUNED)):
        for each in msgspec.json.decode(changes):
            found[each["position"]] = each["hash"]
    return found


def prune(tx: Write, before: datetime) -> int:
    """Forget the sealed entries from before a moment. The last seal stays, and a new entry names it. Returns how many.

    An entry that is newer ends the pruning: what stays is a whole chain.
    """
    newer = select(func.min(_seal.position)).join(api_audit, _entry.id == _seal.audit_id)
    first_kept = tx.scalar(newer.where(_entry.created_at >= before))
    last = select(api_audit_seal).order_by(_seal.position.desc()).limit(1)
    row = tx.row(last if first_kept is None else last.where(_seal.position < first_kept))
    if row is None:
        return 0
    gone = select(_seal.audit_id).where(_seal.position <= row.position)
    count = int(tx.scalar(select(func.count()).where(_entry.id.in_(gone))))
    if count:
        # Before the delete: SQLite would give this entry the id of a deleted one.
        add_entry(tx, _PRUNED, None, [{"position": row.position, "hash": row.hash, "entries": count}])
    tx.change(delete(api_audit).where(_entry.id.in_(gone)))
    tx.change(delete(api_audit_seal).where(_seal.position < row.position))
    return count
