"""Locks that keep two agents from answering at once, honoured both ways.

Source: tickets.md 9.
"""

import secrets
import string
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, select, update

from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Fault, Locked, NotFound
from osticket_api.features.tickets.action_responses import OwnLock
from osticket_api.features.tickets.service.names import staff_name
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.web.responses import NamedRef

_CODE_CHARACTERS = string.ascii_letters + string.digits + "_="
_CODE_LENGTH = 10


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
    name = staff_name(tx, lock.staff_id) or "Another agent"
    detail = {"staff": {"id": lock.staff_id, "name": name}, "expires_at": lock.expire}
    raise Locked(Fault(Locked.code, f"{name} is working on this ticket.", detail=detail))


def acquire_lock(tx: Write, actor: Principal, ticket: TicketState) -> OwnLock:
    """Lock the ticket for this agent, or make their lock last again. The rows of expired locks stay behind.

    Raises: Locked while another agent has it, Conflict where the help desk uses no locks.
    Source: tickets.md 9.1, golden README lesson 28
    """
    assert isinstance(actor, Staff)
    expires_at = tx.now + _duration(tx)
    check_lock(tx, actor, ticket)
    lock = find_lock(tx, ticket)
    if lock is not None:
        code = lock.code
        tx.change(update(t.lock).where(t.lock.c.lock_id == lock.lock_id).values(expire=expires_at))
    else:
        code = "".join(secrets.choice(_CODE_CHARACTERS) for _ in range(_CODE_LENGTH))
        lock_id = tx.insert(t.lock, staff_id=actor.id, expire=expires_at, code=code, created=tx.now)
        save(tx, ticket, lock_id=lock_id)
    tx.note_effect("lock", staff_id=actor.id, expires_at=expires_at)
    return OwnLock(NamedRef(actor.id, actor.name), expires_at, code)


def _duration(tx: Read) -> timedelta:
    """How long a lock lasts. Raises: Conflict."""
    config = load_config(tx)
    minutes = config.number("autolock_minutes")
    if not config.flag("ticket_lock") or minutes <= 0:
        raise Conflict.because("Locking is switched off in this help desk.", code="locking_disabled")
    return timedelta(minutes=minutes)


def drop_lock(tx: Write, actor: Principal, ticket: TicketState) -> None:
    """Give up the agent's own lock by itself: the ticket goes on naming a lock that is gone, which locks nothing.

    Raises: Locked when it is another agent's, NotFound when there is none.
    Source: tickets.md 9.1, golden README lesson 28
    """
    assert isinstance(actor, Staff)
    check_lock(tx, actor, ticket)
    lock = find_lock(tx, ticket)
    if lock is None:
        raise NotFound.because("You have no lock on this ticket.")
    tx.change(delete(t.lock).where(t.lock.c.lock_id == lock.lock_id))
    tx.note_effect("lock", removed=lock.lock_id)


def release_lock(tx: Write, actor: Staff, ticket: TicketState, code: str | None) -> None:
    """Give up the agent's own lock with this code, as osTicket does after a reply or note that was written under it."""
    lock = find_lock(tx, ticket)
    if lock is not None and lock.staff_id == actor.id and lock.code == code:
        tx.change(delete(t.lock).where(t.lock.c.lock_id == lock.lock_id))
        save(tx, ticket, lock_id=None)
