"""Referrals: access to a ticket for somebody who does not have it otherwise.

Source: tickets.md 4.5.
"""

from sqlalchemy import delete, select

from osticket_api.db import tables as t
from osticket_api.db.engine import Write
from osticket_api.features.tickets.state import TicketState


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
    return True


def refer_to_staff(tx: Write, ticket: TicketState, staff_id: int | None) -> None:
    """Let the agent who had a closed ticket go on seeing it."""
    if staff_id is not None:
        add_referral(tx, ticket, "S", staff_id)


def remove_referral(tx: Write, ticket: TicketState, kind: str, object_id: int) -> None:
    """Whoever is given a ticket no longer needs a referral to it."""
    referral = t.thread_referral.c
    tx.change(
        delete(t.thread_referral).where(
            referral.thread_id == ticket.thread_id, referral.object_type == kind, referral.object_id == object_id
        )
    )
