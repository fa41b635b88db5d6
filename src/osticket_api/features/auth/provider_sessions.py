"""Sign-ins that came by an identity provider: which one, and what ends the session there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update

from osticket_api.access.tokens import fingerprint
from osticket_api.db.secrets import Secret
from osticket_api.db.tables.own_sign_on import api_provider_session as table
from osticket_api.db.unit import Read, Write

_ASKED_FOR: Final = timedelta(hours=1)
"""No challenge of a second factor is open for as long."""


@dataclass(frozen=True)
class ProviderSignIn:
    """How somebody comes from a provider. `second_factor`: the kind that was shown there, if that counts here."""

    provider: str
    id_token: str
    second_factor: str | None = None


def keep(
    tx: Write, provider_sign_in: ProviderSignIn, *, session_id: int | None = None, challenge: str | None = None
) -> None:
    """Remember the provider of a sign-in, or of the challenge that the sign-in waits for."""
    tx.insert(
        table,
        session_id=session_id,
        challenge_hash=None if challenge is None else fingerprint(challenge),
        provider=provider_sign_in.provider,
        id_token=tx.vault.seal(provider_sign_in.id_token.encode(), Secret.sign_on),
        created_at=tx.now,
    )


def is_awaited(tx: Read, challenge: str) -> bool:
    """Whether the sign-in that waits for a second factor came by a provider."""
    return tx.scalar(select(table.c.id).where(table.c.challenge_hash == fingerprint(challenge))) is not None


def complete(tx: Write, challenge: str, session_id: int) -> None:
    """The second factor was shown, and the session has begun."""
    awaited = update(table).where(table.c.challenge_hash == fingerprint(challenge))
    tx.change(awaited.values(session_id=session_id, challenge_hash=None))


def find(tx: Read, session_id: int) -> ProviderSignIn | None:
    """How the session of a sign-in began; None for one by a password."""
    row = tx.row(select(table).where(table.c.session_id == session_id))
    return None if row is None else ProviderSignIn(row.provider, tx.vault.open(row.id_token, Secret.sign_on).decode())


def clear(tx: Write, session_ids: Sequence[int]) -> None:
    """Forget about these sessions, and about those that never began."""
    never_began = table.c.session_id.is_(None) & (table.c.created_at < tx.now - _ASKED_FOR)
    tx.change(delete(table).where(or_(table.c.session_id.in_(session_ids), never_began)))
