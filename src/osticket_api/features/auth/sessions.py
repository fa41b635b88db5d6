"""The sign-ins that somebody has with this server: to be looked at, and ended one by one or all at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from osticket_api.access.principal import Staff, User
from osticket_api.db.tables import own
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Forbidden, NotAvailable, NotFound
from osticket_api.features.auth import service
from osticket_api.features.auth.requests import ActiveSignIn, SessionQuery
from osticket_api.query.listing import Listing
from osticket_api.query.ordering import sort_keys
from osticket_api.web.paging import Page


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
        return [_to_response(row, current_id) for row in found]

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


def _alive(tx: Read, caller: Staff | User) -> Sequence[ColumnElement[bool]]:
    if isinstance(caller, Staff) and caller.api_key_id is not None:
        raise Forbidden.because("An API key has no part in the sign-ins of its agent.")
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and keeps no sessions.")
    session = own.api_session.c
    return (
        session.principal_kind == service.LETTERS[caller.kind],
        session.principal_id == caller.id,
        session.revoked_at.is_(None),
        session.expires_at > tx.now,
    )


def _to_response(row: Row[Any], current_id: int | None) -> ActiveSignIn:
    return ActiveSignIn(
        id=row.id,
        ip=row.ip,
        user_agent=row.user_agent,
        is_current=row.id == current_id,
        created_at=row.created_at,
        last_used_at=row.rotated_at or row.created_at,
        expires_at=row.expires_at,
    )
