"""Keys in our own table. Only a hash of the key is kept."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, select, update

from osticket_api.access import tokens
from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Faults, NotFound
from osticket_api.features.api_keys.requests import ApiKey, KeyCreate, KeyUpdate, OwnFields
from osticket_api.features.api_keys.uses import last_uses

_KIND: Final = "osk_"
_SHOWN: Final = 12


def list_rows(tx: Read) -> list[ApiKey]:
    """All keys, those that are revoked too; none where our own tables are missing."""
    if not tx.has_own_tables:
        return []
    uses = last_uses(tx)
    rows = tx.rows(select(own.api_credential).order_by(own.api_credential.c.id))
    return [_to_response(tx, row, uses.get(f"key:{row.id}")) for row in rows]


def get_row(tx: Read, row_id: int) -> ApiKey:
    """Raises: NotFound."""
    found = select(own.api_credential).where(own.api_credential.c.id == row_id)
    row = tx.row(found) if tx.has_own_tables else None
    if row is None:
        raise NotFound.because(f"There is no API key {row_id}.")
    return _to_response(tx, row, last_uses(tx).get(f"key:{row.id}"))


def _to_response(tx: Read, row: Row[Any], last_used_at: datetime | None) -> ApiKey:
    is_overlapping = row.previous_until is not None and row.previous_until > tx.now
    return ApiKey(
        reference=str(row.id),
        id=row.id,
        kind="own",
        name=row.name,
        prefix=row.prefix,
        permissions=json.loads(row.permissions),
        departments=json.loads(row.departments) if row.departments else None,
        networks=json.loads(row.networks) if row.networks else None,
        staff_id=row.staff_id,
        rate_limit=row.rate_limit,
        is_active=row.revoked_at is None and (row.expires_at is None or row.expires_at > tx.now),
        notes=row.notes or "",
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=last_used_at,
        previous_until=row.previous_until if is_overlapping else None,
    )


def add_row(tx: Write, new: KeyCreate) -> tuple[int, str]:
    """Add a key. Returns its id and the key itself. Raises: Invalid."""
    faults = Faults()
    if not new.name.strip():
        faults.add("name", "name is required.", code="required")
    _check(tx, new, faults)
    key = tokens.new_secret(_KIND)
    values = _values(new.model_dump(exclude={"kind", "is_active"}))
    return tx.insert(own.api_credential, created_at=tx.now, **values, **_kept_of(key)), key


def change_row(tx: Write, row_id: int, change: KeyUpdate) -> None:
    """Raises: Invalid, NotFound, Conflict when it is revoked."""
    faults = Faults()
    if "is_active" in change.model_fields_set:
        faults.add("is_active", "A key of the kind own cannot be switched off: revoke the key instead.", code="fixed")
    if "name" in change.model_fields_set and not change.name.strip():
        faults.add("name", "name is required.", code="required")
    _check(tx, change, faults)
    _require_unrevoked(tx, row_id)
    values = _values(change.given())
    if values:
        tx.change(update(own.api_credential).where(own.api_credential.c.id == row_id).values(**values))


def revoke_row(tx: Write, row_id: int) -> None:
    """End a key for good; its row stays, so that its name can still be told. Raises: NotFound."""
    if get_row(tx, row_id).revoked_at is None:
        tx.change(update(own.api_credential).where(own.api_credential.c.id == row_id).values(revoked_at=tx.now))


def rotate_row(tx: Write, row_id: int, overlap: timedelta) -> str:
    """Replace the key by another one with the same rights. The old one ends after the overlap.

    Raises: NotFound, Conflict when it is revoked.
    """
    _require_unrevoked(tx, row_id)
    key, credential = tokens.new_secret(_KIND), own.api_credential.c
    previous = {"previous_hash": credential.key_hash, "previous_until": tx.now + overlap}
    this = update(own.api_credential).where(credential.id == row_id)
    tx.change(this.values(**previous))
    tx.change(this.values(**_kept_of(key)))
    return key


def _require_unrevoked(tx: Read, row_id: int) -> None:
    if get_row(tx, row_id).revoked_at is not None:
        raise Conflict.because(f"The key {row_id} is revoked; make a new one.", code="revoked")


def _kept_of(key: str) -> dict[str, str]:
    return {"key_hash": tokens.fingerprint(key), "prefix": key[:_SHOWN]}


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """The columns for these fields: lists as JSON."""
    lists = ("permissions", "departments", "networks")
    return {name: json.dumps(value) if name in lists and value is not None else value for name, value in given.items()}


def _check(tx: Read, fields: OwnFields, faults: Faults) -> None:
    """Departments and agent must be there, and an expiry must lie ahead. Raises: Invalid with every fault."""
    known = set(tx.scalars(select(t.department.c.id).where(t.department.c.id.in_(fields.departments or [0]))))
    for position, department_id in enumerate(fields.departments or ()):
        if department_id not in known:
            faults.add(f"departments.{position}", f"There is no department {department_id}.")
    agent = select(t.staff.c.staff_id).where(t.staff.c.staff_id == fields.staff_id)
    if fields.staff_id is not None and tx.scalar(agent) is None:
        faults.add("staff_id", f"There is no agent {fields.staff_id}.")
    if fields.expires_at is not None and fields.expires_at <= tx.now:
        faults.add("expires_at", "The time of expiry must lie in the future.")
    faults.raise_if_any()
