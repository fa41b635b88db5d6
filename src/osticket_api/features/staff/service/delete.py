"""Deleting an agent, for good.

Tickets and tasks of the agent become unassigned; what the agent wrote stays, under the agent's name; history keeps the
user name. osTicket leaves tasks, posts as lead and manager, topics, filters, referrals, drafts, settings and saved
searches pointing at an agent who is gone; here nothing does. Source: people.md 3.4, golden cases 305, 306.
"""

from typing import Any

from sqlalchemy import Row, delete, select, update

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import QueueFlag
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from osticket_api.features.auth import api as auth
from osticket_api.features.staff.service.administrators import check_removal
from osticket_api.features.staff.service.assignments import free_assignments
from osticket_api.features.staff.service.sign_ins import end_sign_ins
from osticket_api.features.staff.service.visible import full_name


def delete_staff(tx: Write, actor: Principal, staff: Row[Any]) -> None:
    """Delete an agent; their API keys are revoked. Raises: Conflict for oneself and for the last administrator."""
    check_removal(tx, actor, staff)
    staff_id: int = staff.staff_id
    tx.change(delete(t.staff).where(t.staff.c.staff_id == staff_id))
    for table in (t.staff_dept_access, t.team_member, t.draft):
        tx.change(delete(table).where(table.c.staff_id == staff_id))
    free_assignments(tx, "staff", staff_id)
    _leave_posts(tx, staff_id)
    _sign_off(tx, staff_id, full_name(staff))
    _drop_locks(tx, staff_id)
    _drop_settings(tx, staff_id)
    end_sign_ins(tx, staff_id)
    auth.forget_identities(tx, "staff", staff_id)
    auth.forget_passkeys(tx, staff_id)
    _revoke_keys(tx, staff_id)


def _leave_posts(tx: Write, staff_id: int) -> None:
    department, team = t.department.c, t.team.c
    tx.change(update(t.department).where(department.manager_id == staff_id).values(manager_id=None))
    tx.change(update(t.team).where(team.lead_id == staff_id).values(lead_id=None))


def _sign_off(tx: Write, staff_id: int, name: str) -> None:
    """Store the agent's name with the entries that the agent wrote, since the agent's row goes."""
    entry, note = t.thread_entry.c, t.note.c
    tx.change(update(t.thread_entry).where(entry.staff_id == staff_id).values(staff_id=None, poster=name))
    tx.change(update(t.note).where(note.staff_id == staff_id).values(staff_id=None))


def _drop_locks(tx: Write, staff_id: int) -> None:
    lock = t.lock.c
    theirs = tx.scalars(select(lock.lock_id).where(lock.staff_id == staff_id))
    if not theirs:
        return
    for table in (t.ticket, t.task):
        tx.change(update(table).where(table.c.lock_id.in_(theirs)).values(lock_id=None))
    tx.change(delete(t.lock).where(lock.lock_id.in_(theirs)))


def _drop_settings(tx: Write, staff_id: int) -> None:
    """Preferences and saved searches. A queue that they made for everybody stays everybody's."""
    queue = t.queue.c
    tx.change(delete(t.config).where(t.config.c.namespace == f"staff.{staff_id}"))
    for table in (t.queue_config, t.queue_columns):
        tx.change(delete(table).where(table.c.staff_id == staff_id))
    public = queue.flags.bitwise_and(QueueFlag.PUBLIC) != 0
    tx.change(update(t.queue).where(queue.staff_id == staff_id, public).values(staff_id=None))
    personal = tx.scalars(select(queue.id).where(queue.staff_id == staff_id))
    if not personal:
        return
    for table in (t.queue_config, t.queue_columns, t.queue_sorts, t.queue_export):
        tx.change(delete(table).where(table.c.queue_id.in_(personal)))
    tx.change(delete(t.queue).where(queue.id.in_(personal)))


def _revoke_keys(tx: Write, staff_id: int) -> None:
    if not tx.has_own_tables:
        return
    key = own.api_credential.c
    theirs = update(own.api_credential).where(key.staff_id == staff_id, key.revoked_at.is_(None))
    tx.change(theirs.values(revoked_at=tx.now))
