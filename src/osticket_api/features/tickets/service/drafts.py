"""Half-written replies and notes, which go when the thing itself is posted.

Source: tickets.md 3.4.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, select

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.files.api import DRAFT, delete_orphans, detach
from osticket_api.features.tickets.state import TicketState


def discard_draft(tx: Write, actor: Principal, namespace: str) -> None:
    """The agent's own draft of this."""
    if isinstance(actor, Staff):
        _delete(tx, tx.prepared(_select_own(), {"namespace": namespace, "staff_id": actor.id}))


def discard_opening_drafts(tx: Write, actor: Principal) -> None:
    """Discard the draft of a new ticket that its author has now opened."""
    if isinstance(actor, Staff | User):
        namespace = "ticket.staff%" if isinstance(actor, Staff) else "ticket.client.new"
        _delete(tx, tx.prepared(_select_opening(), {"namespace": namespace, "staff_id": actor.id}))


def discard_client_drafts(tx: Write, ticket: TicketState) -> None:
    """Discard the drafts of users on a ticket."""
    _discard(tx, t.draft.c.namespace == f"ticket.client.{ticket.id}")


def discard_all_drafts(tx: Write, ticket: TicketState) -> None:
    """Everything anybody was writing: the ticket is closed or deleted."""
    _discard(tx, t.draft.c.namespace.like(f"ticket.%.{ticket.id}"))


def _discard(tx: Write, *which: ColumnElement[bool]) -> None:
    _delete(tx, tx.rows(select(t.draft.c.id).where(*which)))


@cache
def _select_own() -> Select[tuple[int]]:
    draft = t.draft.c
    return select(draft.id).where(draft.namespace == bindparam("namespace"), draft.staff_id == bindparam("staff_id"))


@cache
def _select_opening() -> Select[tuple[int]]:
    draft = t.draft.c
    is_opening = draft.namespace.like(bindparam("namespace"))
    return select(draft.id).where(is_opening, draft.staff_id == bindparam("staff_id"))


def _delete(tx: Write, drafts: Sequence[Any]) -> None:
    ids = [draft.id for draft in drafts]
    if ids:
        tx.change(delete(t.draft).where(t.draft.c.id.in_(ids)))
        delete_orphans(tx, detach(tx, ids, DRAFT))
