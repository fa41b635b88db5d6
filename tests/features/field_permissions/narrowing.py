"""Rules about fields, and who is meant by them."""

from typing import Any

from osticket_api.access.tokens import fingerprint
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from tests.fixtures.api import Api, Caller

ALL_ACCESS, EXPANDED, LIMITED, VIEW_ONLY = 1, 2, 3, 4
"""Roles of a new help desk."""
TICKET = 26
"""An open ticket of uma's in Support that alice has."""


def narrow(api: Api, resource: str, field: str, effect: str, **to: Any) -> int:
    """Add a rule as an administrator. Returns its id."""
    body = {"resource": resource, "field": field, "effect": effect, **to}
    answer = api.staff("dora").post("/field-permissions", body)
    assert answer.status == 201, answer.errors
    return int(answer.data["id"])


def key_of(api: Api, *permissions: str, staff_id: int | None = None) -> tuple[Caller, str]:
    """A key with these permissions, and its reference."""
    secret = f"osk_narrowed-{'-'.join(permissions)}-{staff_id}"

    def add(tx: Write) -> int:
        listed = ", ".join(f'"{each}"' for each in permissions)
        values = {"name": "Narrowed", "key_hash": fingerprint(secret), "prefix": "osk_narrowed", "staff_id": staff_id}
        return tx.insert(own.api_credential, permissions=f"[{listed}]", created_at=tx.now, **values)

    return api.key(secret), str(api.write(add))
