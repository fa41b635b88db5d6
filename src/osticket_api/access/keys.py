"""API keys: osTicket's own rows, with the columns that plugins added to them, and our own table.

Source: people.md 9, legacy-endpoints.md 0.7 and 0.8.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import Row, or_, select, text

from osticket_api.access.field_rules import load_rules
from osticket_api.access.loading import find_staff, narrowed
from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey, Principal, Staff
from osticket_api.access.tokens import AccessToken, fingerprint
from osticket_api.db import tables as t
from osticket_api.db.caches import KEY_RATES
from osticket_api.db.tables import own
from osticket_api.db.unit import Read

_ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - an entry in a table, not where anything listens

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
    """The row of osTicket's table with this key, every column it has; whether it is in force is not asked.

    Unlike PHP, which leaves that to the collation, a key must be exactly right: a secret has one spelling.
    """
    row = tx.row(select(text("*")).select_from(t.api_key).where(t.api_key.c.apikey == key))
    return dict(row._mapping) if row is not None and row.apikey == key else None


def osticket_key(tx: Read, row: Mapping[str, Any]) -> ApiKey:
    """The key of a row of osTicket's table, with what the row allows."""
    granted = frozenset(permission.value for column, permission in COLUMNS.items() if row.get(column))
    return ApiKey(
        id=row["id"],
        name=f"osTicket key {row['id']}",
        permissions=granted,
        is_osticket=True,
        field_rules=load_rules(tx),
    )


def own_row(tx: Read, key_hash: str) -> Row[Any] | None:
    """The row of our table with this key, or with the one that it replaced; whether it is in force is not asked."""
    key = own.api_credential.c
    return tx.row(select(own.api_credential).where(or_(key.key_hash == key_hash, key.previous_hash == key_hash)))


def own_key(tx: Read, row: Row[Any]) -> ApiKey:
    """The key of a row of our table, with what the row allows."""
    return ApiKey(
        id=row.id,
        name=row.name,
        permissions=frozenset(json.loads(row.permissions)),
        department_ids=frozenset(json.loads(row.departments)) if row.departments else None,
        staff_id=row.staff_id,
        field_rules=load_rules(tx),
    )


def is_in_force(tx: Read, row: Row[Any], key_hash: str) -> bool:
    """Whether the key with this hash is valid: the row's own key, or for a while the key that it replaced."""
    is_replaced = key_hash != row.key_hash and (row.previous_until is None or row.previous_until <= tx.now)
    return row.revoked_at is None and not is_replaced and (row.expires_at is None or row.expires_at > tx.now)


def used_key(principal: Principal) -> str | None:
    """The name of the API key by which somebody calls, if they call by one."""
    if isinstance(principal, Staff) and principal.api_key_id is not None:
        return f"key:{principal.api_key_id}"
    return principal.key if isinstance(principal, ApiKey) else None


def is_within(ip: str, networks: str | None) -> bool:
    """Whether an address lies in one of the networks of a key, a JSON list; a key without is good from anywhere."""
    if not networks:
        return True
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address in ip_network(network, strict=False) for network in json.loads(networks))


def note_rate_limit(tx: Read, row: Row[Any], key_hash: str) -> None:
    """Tell the rate limit how many requests this key may make."""
    tx.caches.make(KEY_RATES, key_hash, lambda: row.rate_limit)


def _scoped(key: ApiKey, scope: str) -> ApiKey:
    """A key with those of its permissions that were granted."""
    granted = key.permissions & set(scope.split())
    return replace(key, permissions=granted, scope_mark=f" scope:{fingerprint(scope)[:16]}")


class InvalidKey(Exception):
    """A key that is not let in.

    `is_known`: there is such a key, and it may come from this address, but it is not in force.
    """

    def __init__(self, *, is_known: bool) -> None:
        super().__init__("The API key is unknown, inactive, or not allowed from this address.")
        self.is_known = is_known


@dataclass(frozen=True)
class FoundKey:
    """A key that is let in."""

    key: ApiKey
    staff: Staff | None = None
    """The agent it stands for, narrowed to what the key allows."""

    def by_itself(self) -> ApiKey:
        """The key as a caller by itself. It reaches the departments of the agent it stands for, and no others."""
        if self.staff is None:
            return self.key
        departments = frozenset[int]() if self.staff.assigned_only else self.staff.department_ids
        return replace(self.key, department_ids=departments, agent=self.staff)


def find_key(tx: Read, secret: str, ip: str, *, anywhere: bool = False) -> FoundKey:
    """The key with this secret, in force and let in from this address. Old and new endpoints ask here.

    `anywhere`: a row of osTicket's table for 0.0.0.0 is good from everywhere. Without it, each works from exactly one
    address.

    Raises: InvalidKey.
    """
    row = osticket_row(tx, secret)
    if row is not None:
        return FoundKey(_of_osticket(tx, row, ip, anywhere))
    key_hash = fingerprint(secret)
    ours = own_row(tx, key_hash) if tx.has_own_tables else None
    if ours is None or not is_within(ip, ours.networks):
        raise InvalidKey(is_known=False)
    return _of_ours(tx, ours, key_hash)


def find_key_of_token(tx: Read, token: AccessToken, ip: str | None) -> tuple[FoundKey, str]:
    """The key that an access token was got with, narrowed to what was granted, and its hash.

    `ip`: where the token comes from; None where that does not matter.

    Raises: InvalidKey for a key that has ended since, was replaced, or is not let in from this address.
    """
    key_id, mark = int(token.subject.partition(":")[2]), token.key_mark or ""
    row = tx.row(select(own.api_credential).where(own.api_credential.c.id == key_id)) if tx.has_own_tables else None
    if row is None or (ip is not None and not is_within(ip, row.networks)):
        raise InvalidKey(is_known=False)
    hashes = [each for each in (row.key_hash, row.previous_hash) if each and each.startswith(mark)]
    if not hashes:
        raise InvalidKey(is_known=True)
    return _of_ours(tx, row, hashes[0], token.scope), hashes[0]


def mark_of(key_hash: str) -> str:
    """The mark by which tokens are bound to a key: as much of its hash as tells it from the key that replaces it."""
    return key_hash[:16]


def _of_osticket(tx: Read, row: Mapping[str, Any], ip: str, anywhere: bool) -> ApiKey:
    if row["ipaddr"] != ip and not (anywhere and row["ipaddr"] == _ANYWHERE):
        raise InvalidKey(is_known=False)
    if not row["isactive"]:
        raise InvalidKey(is_known=True)
    return osticket_key(tx, row)


def _of_ours(tx: Read, row: Row[Any], key_hash: str, scope: str | None = None) -> FoundKey:
    note_rate_limit(tx, row, key_hash)
    if not is_in_force(tx, row, key_hash):
        raise InvalidKey(is_known=True)
    key = own_key(tx, row) if scope is None else _scoped(own_key(tx, row), scope)
    if key.staff_id is None:
        return FoundKey(key)
    staff = find_staff(tx, key.staff_id)
    if staff is None:
        raise InvalidKey(is_known=True)
    return FoundKey(key, narrowed(staff, key))
