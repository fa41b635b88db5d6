"""Keys in osTicket's own table, with whatever columns plugins have added to it.

Source: people.md 9.1, golden cases of `apikey.*`.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final

from sqlalchemy import column, delete, inspect, select, table, text, update

from osticket_api.access.keys import COLUMNS
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid, NotFound
from osticket_api.features.api_keys.requests import ApiKey, KeyCreate, KeyUpdate
from osticket_api.features.api_keys.uses import last_uses
from osticket_api.kit import html

_SHOWN: Final = 8
_PREFIX: Final = "osticket:"
_CHANGEABLE: Final = frozenset({"permissions", "notes", "is_active"})


def list_rows(tx: Read) -> list[ApiKey]:
    moments = {row.id: row.created for row in tx.rows(select(t.api_key.c.id, t.api_key.c.created))}
    rows = tx.rows(select(text("*")).select_from(t.api_key).order_by(t.api_key.c.id))
    uses = last_uses(tx)
    return [_to_response(dict(row._mapping), moments, uses.get(f"osticket-key:{row.id}")) for row in rows]


def get_row(tx: Read, row_id: int) -> ApiKey:
    """Raises: NotFound."""
    found = next((row for row in list_rows(tx) if row.id == row_id), None)
    if found is None:
        raise NotFound.because(f"There is no API key {_PREFIX}{row_id}.")
    return found


def _to_response(row: Mapping[str, Any], moments: Mapping[int, Any], last_used_at: datetime | None) -> ApiKey:
    return ApiKey(
        reference=f"{_PREFIX}{row['id']}",
        id=row["id"],
        kind="osticket",
        name=f"osTicket key {row['id']}",
        prefix=row["apikey"][:_SHOWN],
        permissions=sorted(permission.value for name, permission in COLUMNS.items() if row.get(name)),
        departments=None,
        networks=[row["ipaddr"]],
        staff_id=None,
        rate_limit=None,
        is_active=bool(row["isactive"]),
        notes=row["notes"] or "",
        created_at=moments.get(row["id"]),
        last_used_at=last_used_at,
    )


def add_row(tx: Write, new: KeyCreate) -> tuple[int, str]:
    """Add a key that works from one address. Returns its id and the key itself.

    Raises: Invalid for several addresses, and for what this table has no column for.
    """
    granted = _columns(tx, new.permissions)
    key = secrets.token_hex(16).upper()
    row_id = tx.insert(
        t.api_key,
        isactive=new.is_active,
        ipaddr=_address(new),
        apikey=key,
        notes=html.clean(new.notes),
        created=tx.now,
        updated=tx.now,
        can_create_tickets=granted.pop("can_create_tickets"),
        can_exec_cron=granted.pop("can_exec_cron"),
    )
    _set(tx, row_id, granted)
    return row_id, key


def _address(new: KeyCreate) -> str:
    wanted = [network.removesuffix("/32").removesuffix("/128") for network in new.networks or ()]
    try:
        (address,) = (str(ip_address(each)) for each in wanted)
    except ValueError:
        message = "A key in osTicket's table works from exactly one IP address: name that address."
        raise Invalid.because(message, field="networks") from None
    return address


def change_row(tx: Write, row_id: int, change: KeyUpdate) -> None:
    """Change what osTicket lets change. Raises: Invalid, NotFound."""
    fixed = change.model_fields_set - _CHANGEABLE
    if fixed:
        raise Invalid.because(
            "This property of a key in osTicket's table cannot be changed.", field=min(fixed), code="fixed"
        )
    get_row(tx, row_id)
    values: dict[str, Any] = {}
    if "permissions" in change.model_fields_set:
        values |= _columns(tx, change.permissions)
    if "notes" in change.model_fields_set:
        values["notes"] = html.clean(change.notes)
    if "is_active" in change.model_fields_set:
        values["isactive"] = change.is_active
    _set(tx, row_id, values)
    tx.change(update(t.api_key).where(t.api_key.c.id == row_id).values(updated=tx.now))


def delete_row(tx: Write, row_id: int) -> None:
    """Raises: NotFound."""
    if not tx.change(delete(t.api_key).where(t.api_key.c.id == row_id)):
        raise NotFound.because(f"There is no API key {_PREFIX}{row_id}.")


def _columns(tx: Read, permissions: Collection[str]) -> dict[str, bool]:
    """Every permission column of the table, on or off. Raises: Invalid for a permission without one."""
    present = {each["name"] for each in inspect(tx.connection).get_columns(t.api_key.name)}
    columns = {name: permission.value for name, permission in COLUMNS.items() if name in present}
    missing = sorted(set(permissions) - set(columns.values()))
    if missing:
        message = f"osTicket's table has no column for {missing[0]}; create a key of the kind own instead."
        raise Invalid.because(message, field="permissions", code="no_column")
    return {name: permission in permissions for name, permission in columns.items()}


def _set(tx: Write, row_id: int, values: Mapping[str, Any]) -> None:
    """Plugins' columns are not declared, so that they are named here."""
    if values:
        keys = table(t.api_key.name, column("id"), *(column(name) for name in values))
        tx.change(update(keys).where(keys.c.id == row_id).values(**values))
