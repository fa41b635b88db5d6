"""How far each person has read each ticket. osTicket has nothing of the kind: the marks are ours alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.scope import (
    Scope,
    StaffScope,
    UserScope,
    kept_scope,
    reachable_ticket,
    scope_of,
    visible_entries,
)
from osticket_api.db import tables as t
from osticket_api.db.dialect import upsert
from osticket_api.db.statements import any_numbered, in_literals, numbered
from osticket_api.db.tables.own_attention import api_read_mark
from osticket_api.db.tables.own_events import api_event
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid, NotAvailable
from osticket_api.features.tickets.reference import missing, named

_BY_HAND: Final = -1
"""Stands for an entry where the ticket was marked as unread by hand."""
_BEGINNING: Final = "*"
_CLEARED_AT_ONCE: Final = 500
_RECENTLY: Final = timedelta(days=1)
_mark: Final = api_read_mark.c


class ReadMark(msgspec.Struct):
    """How far the caller has read a ticket."""

    ticket_id: int
    entry_id: int | None
    """The last entry that counts as read; null where none does."""
    is_unread: bool
    marked_at: datetime


def is_unread(tx: Read, caller: Principal) -> ColumnElement[bool]:
    """Whether a row of `ticket` has something that the caller may read and has not: others wrote it after their mark.

    Raises: NotAvailable where there are no tables of our own, Invalid for a key that stands for nobody.
    """
    _require_reader(tx, caller)
    return _is_unread(scope_of(caller), caller.key)


def unread_among(tx: Read, caller: Principal, ticket_ids: Sequence[int]) -> Mapping[int, bool]:
    """Whether others wrote what the caller has not read, by the id of each ticket.

    Empty where there are no tables of our own: what a list is shown besides does not make it fail.
    Raises: Invalid for a key that stands for nobody.
    """
    _require_somebody(caller)
    if not tx.has_own_tables:
        return {}
    scope, parameters = kept_scope(caller)
    ids = numbered("listed_ticket", ticket_ids)
    rows = tx.prepared(_select_unread(scope, len(ids)), {**ids, **parameters, "reader": caller.key}) if ids else ()
    unread = {row.ticket_id for row in rows}
    return {id: id in unread for id in ticket_ids}


def _require_reader(tx: Read, caller: Principal) -> None:
    _require_somebody(caller)
    _require_marks(tx)


def _require_somebody(caller: Principal) -> None:
    if not isinstance(caller, Staff | User):
        raise Invalid.because(
            "Only agents and users have unread tickets: this API key stands for no agent.", field="unread"
        )


@lru_cache(maxsize=64)
def _select_unread(scope: Scope, count: int) -> Select[tuple[int]]:
    """The query of `unread_among`, for so many `numbered` tickets and the parameter `reader`."""
    ticket_id = t.ticket.c.ticket_id
    is_unread = _is_unread(scope, bindparam("reader", type_=_mark.principal.type))
    return select(ticket_id).where(any_numbered(ticket_id, "listed_ticket", count), is_unread)


def _is_unread(scope: Scope, reader: Any) -> ColumnElement[bool]:
    entry, thread = t.thread_entry.c, t.thread.c
    reached = func.coalesce(_reached(reader, t.ticket.c.ticket_id), _reached(_BEGINNING, 0), 0)
    beyond = exists(
        select(literal(1))
        .select_from(t.thread.join(t.thread_entry, entry.thread_id == thread.id))
        .where(
            thread.object_id == t.ticket.c.ticket_id,
            in_literals(thread.object_type, ("T", "C")),
            entry.id > reached,
            visible_entries(scope),
            ~_is_own(scope),
        )
    )
    return or_(beyond, func.coalesce(_reached(reader, t.ticket.c.ticket_id), 0) == _BY_HAND)


def _reached(principal: Any, ticket_id: ColumnElement[int] | int) -> ColumnElement[int]:
    mark = api_read_mark.alias()
    wanted = (mark.c.principal == principal, mark.c.ticket_id == ticket_id)
    return select(mark.c.entry_id).where(*wanted).correlate(t.ticket).scalar_subquery()


def _is_own(scope: Scope) -> ColumnElement[bool]:
    """Whether the caller of this scope wrote an entry, or its newest text."""
    entry = t.thread_entry.c
    if isinstance(scope, UserScope):
        return and_(entry.user_id == scope.id, entry.staff_id == None)  # noqa: E711
    assert isinstance(scope, StaffScope)
    edited = and_(func.coalesce(entry.editor, 0) == scope.id, func.coalesce(entry.editor_type, "") == "S")
    return or_(func.coalesce(entry.staff_id, 0) == scope.id, edited)


def mark_read(tx: Write, caller: Staff | User, reference: str, entry_id: int | None) -> ReadMark:
    """Mark a ticket as read up to an entry, or as a whole. A mark that is further already stays.

    Raises: NotFound, Invalid, NotAvailable.
    """
    ticket_id = _find(tx, caller, reference)
    newest = tx.scalar(_entries(caller, ticket_id, entry_id)) or 0
    if entry_id is not None:
        _check_entry(entry_id, newest)
        newest = max(newest, tx.scalar(select(_reached(caller.key, ticket_id))) or 0)
    return _save(tx, caller, ticket_id, newest)


def mark_unread(tx: Write, caller: Staff | User, reference: str, entry_id: int | None) -> ReadMark:
    """Mark a ticket as unread from an entry on, or as a whole. Raises: NotFound, Invalid, NotAvailable."""
    ticket_id = _find(tx, caller, reference)
    if entry_id is None:
        return _save(tx, caller, ticket_id, _BY_HAND)
    _check_entry(entry_id, tx.scalar(_entries(caller, ticket_id, entry_id)))
    return _save(tx, caller, ticket_id, entry_id - 1)


def _find(tx: Read, caller: Staff | User, reference: str) -> int:
    """The ticket that the caller may see. Its row is not locked: others may write it meanwhile."""
    _require_marks(tx)
    ticket_id: int | None = tx.scalar(select(t.ticket.c.ticket_id).where(named(reference), reachable_ticket(caller)))
    if ticket_id is None:
        raise missing(reference)
    return ticket_id


def _entries(caller: Staff | User, ticket_id: int, entry_id: int | None) -> Select[tuple[int]]:
    """The greatest id of the ticket's entries that the caller may read; of this one only, where it is named."""
    entry, thread = t.thread_entry.c, t.thread.c
    statement = (
        select(func.max(entry.id))
        .select_from(t.thread.join(t.thread_entry, entry.thread_id == thread.id))
        .where(thread.object_id == ticket_id, thread.object_type.in_(("T", "C")), visible_entries(caller))
    )
    return statement if entry_id is None else statement.where(entry.id == entry_id)


def _check_entry(entry_id: int, found: int | None) -> None:
    if found != entry_id:
        raise Invalid.because(f"The ticket has no entry {entry_id}.", field="entry_id")


def _save(tx: Write, caller: Staff | User, ticket_id: int, entry_id: int) -> ReadMark:
    upsert(
        tx, api_read_mark, {"principal": caller.key, "ticket_id": ticket_id}, {"entry_id": entry_id, "read_at": tx.now}
    )
    unread = bool(tx.scalar(select(is_unread(tx, caller)).where(t.ticket.c.ticket_id == ticket_id)))
    tx.note_effect("read_mark", ticket_id=ticket_id, is_unread=unread)
    return ReadMark(ticket_id, entry_id if entry_id > 0 else None, unread, tx.now)


def clear_marks_of_deleted(tx: Write) -> int:
    """Forget one batch of marks of tickets that were deleted within the last day. Returns how many."""
    event = api_event.c
    deleted = select(event.ticket_id).where(event.type == "ticket.deleted", event.recorded_at > tx.now - _RECENTLY)
    ids = tx.scalars(select(_mark.ticket_id).where(_mark.ticket_id.in_(deleted)).distinct().limit(_CLEARED_AT_ONCE))
    return tx.change(delete(api_read_mark).where(_mark.ticket_id.in_(ids))) if ids else 0


def _require_marks(tx: Read) -> None:
    if not tx.has_own_tables:
        raise NotAvailable.because("This server is attached read-only and does not store who has read which ticket.")
