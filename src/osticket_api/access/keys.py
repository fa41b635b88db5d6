"""API keys: osTicket's own rows, with the columns that plugins added to them, and our own table.

Source: people.md 9, legacy-endpoints.md 0.7 and 0.8.
"""

import json
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any, Final

from sqlalchemy import Row, select, text

from osticket_api.access.loading import find_staff, narrowed
from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey, Principal
from osticket_api.db import tables as t
from osticket_api.db.engine import Read
from osticket_api.db.tables import own

COLUMNS: Final = {
    "can_create_tickets": KeyPermission.tickets_create,
    "can_exec_cron": KeyPermission.cron,
    "can_update_tickets": KeyPermission.tickets_update,
    "can_read_tickets": KeyPermission.tickets_read,
    "can_search_tickets": KeyPermission.tickets_search,
    "can_delete_tickets": KeyPermission.tickets_delete,
    "can_read_stats": KeyPermission.stats_read,
    "can_manage_subtickets": KeyPermission.subtickets_manage,
}
"""What the columns of osTicket's table stand for. All but the first two exist only where a plugin has added them."""

_SECONDS_KEPT: Final = 60


def osticket_row(tx: Read, key: str) -> Mapping[str, Any] | None:
    """The row of osTicket's table with this key, every column it has; whether it is in force is not asked."""
    row = tx.row(select(text("*")).select_from(t.api_key).where(t.api_key.c.apikey == key))
    return None if row is None else dict(row._mapping)


def osticket_key(row: Mapping[str, Any]) -> ApiKey:
    """What a row of osTicket's table allows."""
    granted = frozenset(permission.value for column, permission in COLUMNS.items() if row.get(column))
    return ApiKey(id=row["id"], name=f"osTicket key {row['id']}", permissions=granted, is_osticket=True)


def find_osticket_key(tx: Read, key: str, ip: str) -> ApiKey | None:
    """A key of osTicket's own: it works from exactly one address. Source: people.md 9.2."""
    row = osticket_row(tx, key)
    return osticket_key(row) if row is not None and row["ipaddr"] == ip and row["isactive"] else None


def own_row(tx: Read, key_hash: str) -> Row[Any] | None:
    """The row of our table with this key; whether it is in force is not asked."""
    return tx.row(select(own.api_credential).where(own.api_credential.c.key_hash == key_hash))


def own_key(row: Row[Any]) -> ApiKey:
    """What a row of our table allows."""
    return ApiKey(
        id=row.id,
        name=row.name,
        permissions=frozenset(json.loads(row.permissions)),
        department_ids=frozenset(json.loads(row.departments)) if row.departments else None,
        staff_id=row.staff_id,
    )


def is_in_force(tx: Read, row: Row[Any]) -> bool:
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > tx.now)


def is_within(ip: str, networks: str | None) -> bool:
    """Whether an address lies in one of the networks of a key, a JSON list; a key without is good from anywhere."""
    if not networks:
        return True
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address in ip_network(network, strict=False) for network in json.loads(networks))


def note_rate_limit(tx: Read, row: Row[Any]) -> None:
    """Tell the rate limit how many requests this key may make, from its next request on."""
    tx.memory.put(("rate_limit", row.key_hash), row.rate_limit, _SECONDS_KEPT)


def find_own_key(tx: Read, key_hash: str, ip: str) -> Principal | None:
    """One of our own keys: the agent it stands for, narrowed to what the key allows, or the key itself."""
    row = own_row(tx, key_hash)
    if row is None or not is_in_force(tx, row) or not is_within(ip, row.networks):
        return None
    note_rate_limit(tx, row)
    key = own_key(row)
    if key.staff_id is None:
        return key
    staff = find_staff(tx, key.staff_id)
    return None if staff is None else narrowed(staff, key.permissions, key.department_ids)
