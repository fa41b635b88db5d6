"""Showing a passkey: what the browser is asked for, and whether its answer is right."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from osticket_api.db.unit import Write
from osticket_api.events import security
from osticket_api.features.auth.passkeys import keeping
from osticket_api.features.auth.passkeys.relying_party import RelyingParty
from osticket_api.features.auth.passkeys.requests import Assertion

if TYPE_CHECKING:
    from osticket_api.features.auth.passkeys.ceremonies import Credential


def options(party: RelyingParty, token: str, passkeys: Sequence[Row[Any]]) -> Mapping[str, Any]:
    """The options by which a browser shows one of these passkeys."""
    from osticket_api.features.auth.passkeys import ceremonies  # Loaded by need: the library takes a while.

    return ceremonies.request_options(party, token, [credential_of(row) for row in passkeys])


def use_passkey(tx: Write, party: RelyingParty | None, staff_id: int, token: str, answer: Assertion) -> bool:
    """Whether an agent shows one of their passkeys here, in answer to the challenge of this token."""
    from osticket_api.features.auth.passkeys import ceremonies

    row = keeping.find_for_use(tx, staff_id, party.host, answer.id) if party else None
    if party is None or row is None:
        return False
    try:
        sign_count = ceremonies.shown(party, token, answer.model_dump(), credential_of(row))
    except ceremonies.Refused as refused:
        security.warn(tx, "passkey_refused", account=f"staff:{staff_id}", passkey=row.id, reason=str(refused))
        return False
    keeping.note_use(tx, row.id, sign_count)
    return True


def credential_of(row: Row[Any]) -> "Credential":
    """A passkey that is kept, as WebAuthn knows it."""
    from osticket_api.features.auth.passkeys import ceremonies

    transports = row.transports.split(",") if row.transports else []
    return ceremonies.Credential(row.credential_id, bytes(row.public_key), row.sign_count, transports)
