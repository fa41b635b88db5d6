"""Which tasks a caller may see, as SQL. Lists and single look-ups go through here. Source: tickets.md 6.7."""

from sqlalchemy import ColumnElement, and_, false, or_, select

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import is_open
from osticket_api.db import tables as t
from osticket_api.db.flags import TaskFlag


def listed_tasks(principal: Principal) -> ColumnElement[bool]:
    """The tasks that a list shows this caller. Users see none."""
    if not isinstance(principal, Staff):
        return false()
    mine = and_(is_open_task(), _has_task(principal))
    return _within(principal, or_(mine, _is_of_ticket_of(principal), *_in_departments_of(principal)))


def reachable_task(principal: Principal) -> ColumnElement[bool]:
    """The tasks this caller may open one by one.

    Every agent may read every closed task, even one who sees no department at all: that is osTicket's rule. A task
    that is listed only because its ticket is the agent's cannot be opened, unless another rule lets them.
    """
    if not isinstance(principal, Staff):
        return false()
    return _within(principal, or_(~is_open_task(), _has_task(principal), *_in_departments_of(principal)))


def _within(staff: Staff, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    limit = staff.limited_to
    return condition if limit is None else and_(condition, t.task.c.dept_id.in_(sorted(limit)))


def is_open_task() -> ColumnElement[bool]:
    return t.task.c.flags.bitwise_and(TaskFlag.OPEN) != 0


def _has_task(staff: Staff) -> ColumnElement[bool]:
    return or_(t.task.c.staff_id == staff.id, t.task.c.team_id.in_(sorted(staff.team_ids)))


def _is_of_ticket_of(staff: Staff) -> ColumnElement[bool]:
    """The task belongs to an open ticket that is assigned to the agent."""
    ticket, task = t.ticket.c, t.task.c
    theirs = select(ticket.ticket_id).where(ticket.staff_id == staff.id, is_open())
    return and_(task.object_type == "T", task.object_id.in_(theirs))


def _in_departments_of(staff: Staff) -> list[ColumnElement[bool]]:
    """The tasks of the agent's departments: none, where they see only what is assigned to them."""
    return [] if staff.assigned_only else [t.task.c.dept_id.in_(sorted(staff.department_ids))]
