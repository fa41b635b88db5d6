"""Locks that keep two agents from answering at once, honoured both ways.

Source: tickets.md 9.
"""

from datetime import datetime

from sqlalchemy import Row, delete, select

from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.engine import Read, Write
from osticket_api.errors import Fault, Locked
from osticket_api.features.tickets.state import TicketState, save


def find_lock(tx: Read, ticket: TicketState) -> Row[tuple[int, int, datetime, str]] | None:
    """The lock that holds now, if any: expired and dangling ones do not."""
    lock = t.lock.c
    if ticket.lock_id is None:
        return None
    return tx.row(
        select(lock.lock_id, lock.staff_id, lock.expire, lock.code).where(
            lock.lock_id == ticket.lock_id, lock.expire > tx.now
        )
    )


def check_lock(tx: Read, actor: Staff, ticket: TicketState) -> None:
    """Raises: Locked, saying who works on the ticket and until when, if that is somebody else."""
    lock = find_lock(tx, ticket)
    if lock is None or lock.staff_id == actor.id:
        return
    staff = t.staff.c
    holder = tx.row(select(staff.firstname, staff.lastname).where(staff.staff_id == lock.staff_id))
    name = f"{holder.firstname} {holder.lastname}".strip() if holder else "another agent"
    detail = {"staff": {"id": lock.staff_id, "name": name}, "expires_at": lock.expire}
    raise Locked(Fault(Locked.code, f"{name} is working on this ticket.", detail=detail))


def release_lock(tx: Write, actor: Staff, ticket: TicketState) -> None:
    """Give up the agent's own lock, as osTicket does after a reply or note."""
    lock = find_lock(tx, ticket)
    if lock is not None and lock.staff_id == actor.id:
        tx.change(delete(t.lock).where(t.lock.c.lock_id == lock.lock_id))
        save(tx, ticket, lock_id=None)
