"""Referrals: access to a ticket for somebody who does not have it otherwise.

Source: tickets.md 4.5.
"""

from typing import Final

from sqlalchemy import ColumnElement, delete, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.tickets.state import TicketState

TARGETS: Final = {"S": "staff", "E": "team", "D": "department"}
"""Whom a referral can be to, by the letter it is stored under."""


def add_referral(tx: Write, ticket: TicketState, kind: str, object_id: int) -> bool:
    """Refer the ticket to an agent (S), a team (E) or a department (D). Returns False when it is already."""
    referral = t.thread_referral.c
    same = (
        referral.object_id == object_id,
        referral.object_type == kind,
        referral.thread_id == ticket.thread_id,
    )
    if tx.scalar(select(referral.id).where(*same)) is not None:
        return False
    tx.insert(t.thread_referral, thread_id=ticket.thread_id, object_id=object_id, object_type=kind, created=tx.now)
    tx.note_effect("referral", added={"to": TARGETS[kind], "id": object_id})
    return True


def refer_to_staff(tx: Write, ticket: TicketState, staff_id: int | None) -> None:
    """Refer a closed ticket to its last agent, who then goes on seeing it."""
    if staff_id is not None:
        add_referral(tx, ticket, "S", staff_id)


def remove_referral(tx: Write, ticket: TicketState, kind: str, object_id: int) -> None:
    """Remove the referral to whoever a ticket is assigned to, which is no longer needed."""
    referral = t.thread_referral.c
    _remove(tx, ticket, (referral.object_type == kind) & (referral.object_id == object_id))


def remove_referral_by_id(tx: Write, ticket: TicketState, referral_id: int) -> bool:
    """Take access away again. Returns False when the ticket has no such referral."""
    return _remove(tx, ticket, t.thread_referral.c.id == referral_id)


def _remove(tx: Write, ticket: TicketState, condition: ColumnElement[bool]) -> bool:
    referral = t.thread_referral.c
    ids = tx.scalars(select(referral.id).where(referral.thread_id == ticket.thread_id, condition))
    if ids:
        removed = tx.change(delete(t.thread_referral).where(referral.id.in_(ids)))
        tx.note_effect("referral", id=ids[0], removed=removed)
    return bool(ids)
