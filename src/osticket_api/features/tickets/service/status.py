"""Changing the status of a ticket: closing, reopening, and between statuses of the same kind.

Source: tickets.md 4.1 and golden README lessons 14, 15.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, or_, select

from osticket_api.access.loading import find_staff
from osticket_api.access.permissions import Permission
from osticket_api.access.policy import may, require, require_settable
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import DepartmentFlag, TopicFlag
from osticket_api.db.statements import listed_ids
from osticket_api.db.unit import Read, Write
from osticket_api.errors import ApiError, Invalid
from osticket_api.events.recording import record
from osticket_api.features.slas.api import due_at
from osticket_api.features.tickets.service.close_checks import check_closeable
from osticket_api.features.tickets.service.comments import add_comment
from osticket_api.features.tickets.service.drafts import discard_all_drafts
from osticket_api.features.tickets.service.referrals import refer_to_staff
from osticket_api.features.tickets.state import TicketState, save
from osticket_api.kit import php_json


@dataclass(frozen=True)
class Status:
    id: int
    name: str
    state: str
    properties: dict[str, Any]

    @property
    def allows_reopening(self) -> bool:
        return self.state != "closed" or bool(self.properties.get("allowreopen") and "reopenstatus" in self.properties)


def find_status(tx: Read, status_id: int | None) -> Status | None:
    row = tx.prepared_row(_select_status(), {"status_id": status_id})
    return None if row is None or row.state is None else _status(row)


@cache
def _select_status() -> Select[Any]:
    status = t.ticket_status.c
    return select(status.id, status.name, status.state, status.properties).where(status.id == bindparam("status_id"))


def _status(row: Row[Any]) -> Status:
    properties = php_json.decode(row.properties)
    return Status(row.id, row.name, row.state, properties if isinstance(properties, dict) else {})


def get_status(tx: Read, status_id: int) -> Status:
    """Raises: Invalid naming `status_id`."""
    status = find_status(tx, status_id)
    if status is None:
        raise Invalid.because(f"There is no status {status_id}.", field="status_id")
    return status


def change_status(
    tx: Write,
    actor: Principal,
    ticket: TicketState,
    status: Status,
    *,
    comment: str | None = None,
    closing_agent: bool = True,
    force: bool = False,
) -> bool:
    """Give the ticket this status, with everything that follows from it. Returns False when it had it already.

    `closing_agent`: whoever closes becomes the assignee. `force`: close even what may not be closed (merging).
    Raises: Forbidden without the permission, Conflict when the ticket cannot be closed, Invalid for other states.
    """
    if ticket.status_id == status.id:
        return False
    before = find_status(tx, ticket.status_id)
    _check_permission(actor, ticket, status)
    if status.state == "closed":
        _close(tx, actor, ticket, status, closing_agent=closing_agent, force=force)
    elif status.state == "open":
        _open(tx, actor, ticket, status, before)
    else:
        raise Invalid.because(f"A ticket cannot be made {status.state}.", field="status_id")
    if before is not None and comment:
        add_comment(tx, actor, ticket, "Status Changed", comment, alert=True)
    _tell(tx, actor, ticket, status, before)
    return True


def _check_permission(actor: Principal, ticket: TicketState, status: Status) -> None:
    if isinstance(actor, Staff) and ticket.status_id is not None and status.state == "closed":
        require(actor, Permission.ticket_close, ticket)


def require_to_change(actor: Principal, ticket: TicketState) -> None:
    """Check the permission that the panel's status dialog needs: to close, or to create. Raises: Forbidden."""
    if isinstance(actor, Staff) and not may(actor, Permission.ticket_create, ticket):
        require(actor, Permission.ticket_close, ticket)


def _close(
    tx: Write, actor: Principal, ticket: TicketState, status: Status, *, closing_agent: bool, force: bool
) -> None:
    if not force:
        check_closeable(tx, ticket)
    previous = ticket.staff_id
    changes: dict[str, Any] = {"status_id": status.id, "closed_at": tx.now, "last_activity_at": tx.now}
    if isinstance(actor, Staff) and closing_agent:
        changes["staff_id"] = actor.id
    save(tx, ticket, **changes, **_no_longer_overdue(tx, ticket))
    if load_config(tx).flag("auto_refer_closed"):
        refer_to_staff(tx, ticket, previous or ticket.staff_id)


def _no_longer_overdue(tx: Read, ticket: TicketState) -> dict[str, Any]:
    """A closed ticket is not overdue; due dates that lie in the past are forgotten."""
    changes: dict[str, Any] = {"is_overdue": False}
    if ticket.due_at is not None and ticket.due_at <= tx.now:
        changes["due_at"] = None
    if ticket.sla_due_at is not None and ticket.sla_due_at <= tx.now:
        changes["sla_due_at"] = None
    return changes


def _open(tx: Write, actor: Principal, ticket: TicketState, status: Status, before: Status | None) -> None:
    if before is not None and before.state == "closed":
        changes: dict[str, Any] = {
            "closed_at": None,
            "reopened_at": tx.now,
            "last_activity_at": tx.now,
            "is_answered": False,
        }
        if _is_reopenable(tx, ticket, before):
            changes["staff_id"] = _reopening_agent(tx, ticket)
        due = due_at(tx, sla_id=ticket.sla_id, department_id=ticket.department_id or 0, start=tx.now, actor=actor)
        save(tx, ticket, status_id=status.id, **changes, sla_due_at=due)
    elif before is not None and before.state != "open":
        save(tx, ticket, status_id=status.id, is_answered=False)
    else:
        save(tx, ticket, status_id=status.id)


def _is_reopenable(tx: Read, ticket: TicketState, status: Status) -> bool:
    """Status, department and topic all allow reopening. Source: tickets.md 4.1.3."""
    department, topic = t.department.c, t.help_topic.c
    archived = or_(
        exists().where(
            department.id == ticket.department_id, department.flags.bitwise_and(DepartmentFlag.ARCHIVED) != 0
        ),
        exists().where(topic.topic_id == ticket.topic_id, topic.flags.bitwise_and(TopicFlag.ARCHIVED) != 0),
    )
    return status.allows_reopening and not tx.scalar(select(archived))


def is_reopenable(tx: Read, ticket: TicketState) -> bool:
    """Whether a message of the user may reopen this ticket."""
    status = find_status(tx, ticket.status_id)
    return status is not None and _is_reopenable(tx, ticket, status)


def reopenable_among(tx: Read, ticket_ids: Sequence[int]) -> frozenset[int]:
    """The tickets among these that a message of their user may reopen. Source: tickets.md 4.1.3."""
    ticket, status, department, topic = t.ticket.c, t.ticket_status.c, t.department.c, t.help_topic.c
    rows = tx.rows(
        select(ticket.ticket_id, status.id, status.name, status.state, status.properties)
        .join_from(t.ticket, t.ticket_status, status.id == ticket.status_id)
        .outerjoin(t.department, department.id == ticket.dept_id)
        .outerjoin(t.help_topic, topic.topic_id == ticket.topic_id)
        .where(
            listed_ids(ticket.ticket_id, ticket_ids),
            func.coalesce(department.flags, 0).bitwise_and(DepartmentFlag.ARCHIVED) == 0,
            func.coalesce(topic.flags, 0).bitwise_and(TopicFlag.ARCHIVED) == 0,
        )
    )
    return frozenset(row.ticket_id for row in rows if _status(row).allows_reopening)


def _reopening_agent(tx: Read, ticket: TicketState) -> int | None:
    """The agent who gets a reopened ticket: the closing agent or the last respondent, if they are available in this
    department.
    """
    flags = tx.scalar(select(t.department.c.flags).where(t.department.c.id == ticket.department_id)) or 0
    candidate = ticket.staff_id or _last_respondent(tx, ticket)
    if candidate is None or flags & DepartmentFlag.NO_REOPEN_ASSIGN:
        return None
    staff = find_staff(tx, candidate)
    on_vacation = tx.scalar(select(t.staff.c.onvacation).where(t.staff.c.staff_id == candidate))
    if staff is None or on_vacation or staff.assigned_only or ticket.department_id not in staff.department_ids:
        return None
    return staff.id


def _last_respondent(tx: Read, ticket: TicketState) -> int | None:
    entry = t.thread_entry.c
    staff_id: int | None = tx.scalar(
        select(entry.staff_id)
        .where(entry.thread_id == ticket.thread_id, entry.type == "R", entry.staff_id != 0)
        .order_by(entry.id.desc())
        .limit(1)
    )
    return staff_id


def _tell(tx: Write, actor: Principal, ticket: TicketState, status: Status, before: Status | None) -> None:
    if status.state == "closed":
        record(tx, "closed", ticket.subject, actor, data={"status": [status.id, status.name]}, annuls="closed")
        discard_all_drafts(tx, ticket)
    elif before is not None and before.state == "closed":
        record(tx, "reopened", ticket.subject, actor, annuls="closed")
    elif before is not None:
        record(tx, "edited", ticket.subject, actor, data={"status": status.id})


def reopen(tx: Write, actor: Principal, ticket: TicketState) -> bool:
    """Reopen a closed ticket into the status its own one names, else the help desk's default."""
    status = find_status(tx, ticket.status_id)
    if status is None or status.state != "closed":
        return False
    target = find_status(tx, int(status.properties.get("reopenstatus") or 0))
    if target is None or target.state != "open":
        target = find_status(tx, load_config(tx).number("default_ticket_status_id"))
    return target is not None and change_status(tx, actor, ticket, target)


def try_status(tx: Write, actor: Principal, ticket: TicketState, status_id: int | None) -> list[str]:
    """Change the status if one was asked for along with something else.

    What stands in the way becomes warnings: osTicket's panel keeps the reply too. Source: golden README lesson 17.
    Raises: Forbidden where the status is frozen for the caller.
    """
    if status_id is None:
        return []
    require_settable(actor, "ticket", ticket, "status_id")
    status = get_status(tx, status_id)
    try:
        change_status(tx, actor, ticket, status)
    except ApiError as error:
        return [f"The status is unchanged: {fault.message}" for fault in error.faults]
    return []
