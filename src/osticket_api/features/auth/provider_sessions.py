"""Sign-ins that came by an identity provider: which one, and what ends the session there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update

from osticket_api.access.tokens import claims_of, fingerprint
from osticket_api.db.secrets import Secret
from osticket_api.db.tables import own
from osticket_api.db.tables.own_sign_on import api_provider_session as table
from osticket_api.db.unit import Read, Write

_ASKED_FOR: Final = timedelta(hours=1)
"""Longer than a challenge of a second factor is open."""


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
    told = claims_of(provider_sign_in.id_token)
    tx.insert(
        table,
        session_id=session_id,
        challenge_hash=None if challenge is None else fingerprint(challenge),
        provider=provider_sign_in.provider,
        id_token=tx.vault.seal(provider_sign_in.id_token.encode(), Secret.sign_on),
        subject_hash=_hash(told.get("sub")),
        sid_hash=_hash(told.get("sid")),
        created_at=tx.now,
    )


def _hash(value: object) -> str | None:
    """The hash of a claim, by which a sign-in is found."""
    return fingerprint(value) if isinstance(value, str) and value else None


def end(tx: Write, provider: str, *, subject: str | None, sid: str | None) -> int:
    """End the sign-ins of a session at the provider, or all of a person there. Returns how many.

    Whose provider has not told the session of are ended with all of the person's. Those that still wait for a second
    factor do not begin.
    """
    named = [table.c.provider == provider]
    if subject is not None:
        named.append(table.c.subject_hash == _hash(subject))
    if sid is not None:
        is_of_session = table.c.sid_hash == _hash(sid)
        named.append(is_of_session if subject is None else or_(is_of_session, table.c.sid_hash.is_(None)))
    rows = tx.rows(select(table.c.id, table.c.session_id, table.c.challenge_hash).where(*named))
    session_ids = [row.session_id for row in rows if row.session_id is not None]
    waiting = [row.challenge_hash for row in rows if row.challenge_hash is not None]
    session = own.api_session.c
    if session_ids:
        alive = (session.id.in_(session_ids), session.revoked_at.is_(None))
        tx.change(update(own.api_session).where(*alive).values(revoked_at=tx.now))
    if waiting:
        tx.change(delete(own.api_challenge).where(own.api_challenge.c.token_hash.in_(waiting)))
    return len(session_ids) + len(waiting)


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
