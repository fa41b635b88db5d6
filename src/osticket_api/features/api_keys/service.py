"""Making, changing and ending API keys of both kinds. Who may is for the callers to decide: administrators.

Source: people.md 9.1.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import msgspec

from osticket_api.access.principal import Principal, Staff
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Forbidden, NotFound
from osticket_api.events import security
from osticket_api.features.api_keys import osticket_rows, own_rows
from osticket_api.features.api_keys.requests import ApiKey, KeyCreate, KeyUpdate, Kind, NewApiKey
from osticket_api.web.input import MAX_ID


def list_keys(tx: Read, actor: Principal) -> list[ApiKey]:
    """All keys, ours first."""
    return [*own_rows.list_rows(tx), *osticket_rows.list_rows(tx)]


def get_key(tx: Read, actor: Principal, reference: str) -> ApiKey:
    """A key by `7`, or `osticket:7`. Raises: NotFound."""
    kind, row_id = _named(reference)
    return osticket_rows.get_row(tx, row_id) if kind == "osticket" else own_rows.get_row(tx, row_id)


def create_key(tx: Write, actor: Principal, new: KeyCreate) -> NewApiKey:
    """Add a key and show it, this once. Raises: Invalid."""
    _require_at_most(actor, new.permissions, new.departments, new.staff_id)
    add: Any = osticket_rows.add_row if new.kind == "osticket" else own_rows.add_row
    row_id, key = add(tx, new)
    reference = f"osticket:{row_id}" if new.kind == "osticket" else str(row_id)
    _note(tx, "api_key_created", actor, reference)
    return _with_secret(tx, actor, reference, key)


def update_key(tx: Write, actor: Principal, reference: str, change: KeyUpdate) -> ApiKey:
    """Change a key. Raises: Invalid, NotFound, Conflict when it is revoked."""
    kind, row_id = _named(reference)
    if kind == "osticket":
        osticket_rows.change_row(tx, row_id, change)
    else:
        own_rows.change_row(tx, row_id, change)
    _note(tx, "api_key_changed", actor, reference)
    tx.note_effect("api_key", changed=reference)
    changed = get_key(tx, actor, reference)
    _require_at_most(actor, changed.permissions, changed.departments, changed.staff_id)
    return changed


def revoke_key(tx: Write, actor: Principal, reference: str) -> None:
    """End a key: ours are marked as revoked, rows of osTicket's are deleted as its panel does. Raises: NotFound."""
    kind, row_id = _named(reference)
    if kind == "osticket":
        osticket_rows.delete_row(tx, row_id)
    else:
        own_rows.revoke_row(tx, row_id)
    _note(tx, "api_key_revoked", actor, reference)
    tx.note_effect("api_key", revoked=reference)


def rotate_key(tx: Write, actor: Principal, reference: str, overlap_seconds: int = 0) -> NewApiKey:
    """Replace the secret of a key and show the new one, this once. Raises: NotFound, Conflict."""
    kind, row_id = _named(reference)
    key = get_key(tx, actor, reference)
    _require_at_most(actor, key.permissions, key.departments, key.staff_id)
    if kind == "osticket":
        raise Conflict.because("A key in osTicket's table cannot be rotated: create a new key instead.", code="fixed")
    _note(tx, "api_key_rotated", actor, reference)
    return _with_secret(tx, actor, reference, own_rows.rotate_row(tx, row_id, timedelta(seconds=overlap_seconds)))


def _require_at_most(
    actor: Principal, permissions: Collection[str], departments: Collection[int] | None, staff_id: int | None
) -> None:
    """A key hands on no more than it has itself. Raises: Forbidden naming what it lacks."""
    if not isinstance(actor, Staff) or actor.key_permissions is None:
        return
    lacking = sorted(set(permissions) - actor.key_permissions)
    if lacking:
        raise Forbidden.lacking(lacking[0], " on the API key that asks")
    if actor.limited_to is not None and (departments is None or not actor.limited_to.issuperset(departments)):
        raise Forbidden.because("This API key is limited to departments: name some of those departments.")
    if staff_id not in (None, actor.id):
        raise Forbidden.because("An API key can create keys only for its own agent.")


def _with_secret(tx: Write, actor: Principal, reference: str, key: str) -> NewApiKey:
    tx.note_effect("api_key", reference=reference)
    return NewApiKey(**msgspec.structs.asdict(get_key(tx, actor, reference)), key=key)


def _note(tx: Write, event: str, actor: Principal, reference: str) -> None:
    security.note(tx, event, key=reference, by=actor.key)


def _named(reference: str) -> tuple[Kind, int]:
    """Raises: NotFound for what can name no key."""
    kind, colon, number = reference.rpartition(":")
    if not (number.isascii() and number.isdigit()) or len(number) > 10 or int(number) > MAX_ID:
        raise NotFound.because(f"There is no API key {reference[:80]}.")
    if colon and kind != "osticket":
        raise NotFound.because(f"There is no API key {reference[:80]}.")
    return ("osticket" if colon else "own"), int(number)
