"""The sign-ins that somebody has with this server: to be looked at, and ended one by one or all at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, or_, select

from osticket_api.access.browser_sessions import is_in_use, use_key
from osticket_api.access.principal import Staff, User
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden, NotAvailable, NotFound
from osticket_api.features.auth import provider_sessions, service
from osticket_api.features.auth.requests import ActiveSignIn, SessionQuery
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.web.paging import Page

_KEPT: Final = timedelta(days=1)
_AT_ONCE: Final = 500


def list_sessions(tx: Read, caller: Staff | User, query: SessionQuery, current_id: int | None) -> Page[ActiveSignIn]:
    """The caller's sign-ins that have not ended. Raises: Forbidden with an API key, NotAvailable."""
    session = own.api_session.c
    keys = sort_keys(query.sort, {"id": session.id, "created_at": session.created_at})
    listing = Listing(caller, query, session.id, keys, _alive(tx, caller))
    page = listing.ids()
    rows = tx.rows(
        select(own.api_session)
        .add_columns(*listing.places(page))
        .join(page, page.c.page_id == session.id)
        .order_by(*listing.order(page))
    )

    def to_responses(found: Sequence[Row[Any]]) -> list[ActiveSignIn]:
        uses = _last_uses(tx, [row.id for row in found if row.mode])
        return [_to_response(row, current_id, uses) for row in found]

    return listing.page(tx, rows, to_responses)


def end_own_session(tx: Write, caller: Staff | User, session_id: int) -> None:
    """Sign out one device. Raises: NotFound for what is not a sign-in of the caller, Forbidden, NotAvailable."""
    session = own.api_session.c
    if tx.scalar(select(session.id).where(session.id == session_id, *_alive(tx, caller))) is None:
        raise NotFound.because(f"There is no sign-in {session_id}.")
    service.end_session(tx, session_id)


def end_all(tx: Write, caller: Staff | User) -> None:
    """Sign out all devices."""
    service.end_sessions(tx, caller.kind, caller.id)


def clear_ended_sessions(tx: Write) -> int:
    """Remove one batch of sign-ins that ended a day ago: by then their access tokens are no good. Returns how many."""
    session, use = own.api_session.c, own.api_credential_use.c
    long_ago = tx.now - _KEPT
    ended = or_(session.expires_at < long_ago, session.revoked_at < long_ago)
    ids = list(tx.scalars(select(session.id).where(ended).order_by(session.id).limit(_AT_ONCE)))
    if ids:
        tx.change(delete(own.api_credential_use).where(use.credential.in_([use_key(each) for each in ids])))
        provider_sessions.clear(tx, ids)
        tx.change(delete(own.api_session).where(session.id.in_(ids)))
    return len(ids)


def _alive(tx: Read, caller: Staff | User) -> Sequence[ColumnElement[bool]]:
    if isinstance(caller, Staff) and caller.api_key_id is not None:
        raise Forbidden.because("An API key cannot list or end the sign-ins of its agent.")
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no sessions.")
    session = own.api_session.c
    return (
        session.principal_kind == service.LETTERS[caller.kind],
        session.principal_id == caller.id,
        session.revoked_at.is_(None),
        session.expires_at > tx.now,
        is_in_use(tx, service.LETTERS[caller.kind]),
    )


def _last_uses(tx: Read, session_ids: Sequence[int]) -> Mapping[str, datetime]:
    """When browser sessions were last used. Those that never were are left out."""
    if not session_ids:
        return {}
    use = own.api_credential_use.c
    theirs = use.credential.in_([use_key(each) for each in session_ids])
    return {row.credential: row.last_used_at for row in tx.rows(select(own.api_credential_use).where(theirs))}


def _to_response(row: Row[Any], current_id: int | None, uses: Mapping[str, datetime]) -> ActiveSignIn:
    return ActiveSignIn(
        id=row.id,
        ip=row.ip,
        user_agent=row.user_agent,
        is_current=row.id == current_id,
        created_at=row.created_at,
        last_used_at=row.rotated_at or uses.get(use_key(row.id), row.created_at),
        expires_at=row.expires_at,
        mode=row.mode or "token",
    )
