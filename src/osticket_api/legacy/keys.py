"""Who calls at an old door: keys of osTicket's own table, and ours.

Source: legacy-api.md 3, legacy-endpoints.md 0.4.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row

from osticket_api.access import keys
from osticket_api.access.loading import find_staff
from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey
from osticket_api.access.tokens import fingerprint
from osticket_api.db.engine import Read
from osticket_api.legacy.answers import Refused

_ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - an entry in a table, not where anything listens
_MISSING: Final = "Valid API key required"
_NOT_ACTIVE: Final = "API key not found/active or source IP not authorized"


def find_key(tx: Read, header: str | None, ip: str, *, wildcard: bool = False) -> ApiKey:
    """The key behind an `X-API-Key` header. What is done with it is done by SYSTEM, whomever the key stands for.

    `wildcard`: a row of osTicket's table for 0.0.0.0 is good from anywhere, as the plugins have it.

    Raises: Refused.
    """
    header = (header or "").strip()
    if not header:
        raise Refused(401, _MISSING)
    row = keys.osticket_row(tx, header)
    if row is not None:
        return _of_osticket(row, ip, wildcard)
    ours = keys.own_row(tx, fingerprint(header)) if tx.has_own_tables else None
    if ours is None:
        raise Refused(401, _MISSING)
    return _of_ours(tx, ours, ip)


def _of_osticket(row: Mapping[str, Any], ip: str, wildcard: bool) -> ApiKey:
    if row["ipaddr"] != ip and not (wildcard and row["ipaddr"] == _ANYWHERE):
        raise Refused(401, _MISSING)
    if not row["isactive"]:
        raise Refused(401, _NOT_ACTIVE)
    return keys.osticket_key(row)


def _of_ours(tx: Read, row: Row[Any], ip: str) -> ApiKey:
    if not keys.is_within(ip, row.networks):
        raise Refused(401, _MISSING)
    keys.note_rate_limit(tx, row)
    key = keys.own_key(row)
    if not keys.is_in_force(tx, row) or (key.staff_id is not None and find_staff(tx, key.staff_id) is None):
        raise Refused(401, _NOT_ACTIVE)
    return key


def require(key: ApiKey, permission: KeyPermission, text: str = "API key not authorized", status: int = 401) -> None:
    """Raises: Refused when the key may not do this."""
    if permission not in key.permissions:
        raise Refused(status, text)
