"""When API keys and browser sessions were last used."""

from datetime import datetime

from sqlalchemy import select

from osticket_api.db.dialect import upsert
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write


def note_use(tx: Write, credential: str) -> None:
    """Note that a credential, such as `key:7` or `session:11`, is used now."""
    upsert(tx, own.api_credential_use, {"credential": credential}, {"last_used_at": tx.now})


def last_uses(tx: Read) -> dict[str, datetime]:
    """When each API key was last used, to the minute. Keys that never were are left out."""
    if not tx.has_own_tables:
        return {}
    use = own.api_credential_use.c
    used = select(use.credential, use.last_used_at).where(use.credential.not_like("session:%"))
    return {row.credential: row.last_used_at for row in tx.rows(used)}
