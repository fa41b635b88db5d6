"""Which tickets, entries and tasks a caller may see, as SQL. Every list and every single look-up goes through here.

Being an administrator grants nothing here, and neither do role permissions: osTicket has no permission to view.
Source: tickets.md 10.1 (agents) and 10.3 (users).
"""

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t

_MERGED = 0x1 | 0x2
_HIDDEN_ENTRY = 0x004
_TASK_OPEN = 0x1


def listed_tickets(principal: Principal) -> ColumnElement[bool]:
    """The tickets that a list shows this caller."""
    if isinstance(principal, Staff):
        return _listed_for_staff(principal)
    if isinstance(principal, User):
        return _listed_for_user(principal)
    return false()


def reachable_ticket(principal: Principal) -> ColumnElement[bool]:
    """The tickets this caller may open one by one: wider than the list, as in osTicket."""
    if isinstance(principal, Staff):
        return _reachable_for_staff(principal)
    if isinstance(principal, User):
        return _reachable_for_user(principal)
    return false()


def visible_entries(principal: Principal) -> ColumnElement[bool]:
    """The entries this caller may read: never hidden ones; users no notes but their own. Source: tickets.md 2.10."""
    entry = t.thread_entry.c
    shown = entry.flags.bitwise_and(_HIDDEN_ENTRY) == 0
    if isinstance(principal, Staff):
        return shown
    own = [entry.user_id == principal.id] if isinstance(principal, User) else []
    return and_(shown, or_(entry.type.in_(("M", "R")), *own))


def is_open() -> ColumnElement[bool]:
    return t.ticket.c.status_id.in_(_statuses("open"))


def _statuses(*states: str) -> Select[tuple[int]]:
    return select(t.ticket_status.c.id).where(t.ticket_status.c.state.in_(states))


def _listed_for_staff(staff: Staff) -> ColumnElement[bool]:
    mine = and_(is_open(), or_(_assigned_to(staff), _referred(*_personal(staff))))
    if staff.assigned_only:
        return mine
    departments = sorted(staff.department_ids)
    return or_(t.ticket.c.dept_id.in_(departments), mine, _referred(("D", departments)))


def _reachable_for_staff(staff: Staff) -> ColumnElement[bool]:
    departments = sorted(staff.department_ids)
    mine = and_(is_open(), _assigned_to(staff))
    referred = _referred(*_personal(staff), ("D", departments))
    if staff.assigned_only:
        return or_(mine, referred)
    return or_(t.ticket.c.dept_id.in_(departments), mine, referred)


def _assigned_to(staff: Staff) -> ColumnElement[bool]:
    return or_(t.ticket.c.staff_id == staff.id, t.ticket.c.team_id.in_(sorted(staff.team_ids)))


def _personal(staff: Staff) -> tuple[tuple[str, list[int]], tuple[str, list[int]]]:
    return ("S", [staff.id]), ("E", sorted(staff.team_ids))


def _referred(*targets: tuple[str, list[int]]) -> ColumnElement[bool]:
    """The ticket's thread, or the thread of a ticket merged into it, is referred to one of these."""
    referral, thread = t.thread_referral.c, t.thread.c
    to_target = or_(*(and_(referral.object_type == kind, referral.object_id.in_(ids)) for kind, ids in targets if ids))
    return exists(
        select(literal(1))
        .select_from(t.thread.join(t.thread_referral, referral.thread_id == thread.id))
        .where(thread.object_id == t.ticket.c.ticket_id, thread.object_type.in_(("T", "C")), to_target)
    )


def _listed_for_user(user: User) -> ColumnElement[bool]:
    ways = [t.ticket.c.user_id == user.id, *_shared_with(user)]
    if user.lists_collaborations:
        ways.append(_collaborates(user, t.ticket.c.ticket_id))
    return and_(or_(*ways), t.ticket.c.status_id.in_(_statuses("open", "closed")))


def _reachable_for_user(user: User) -> ColumnElement[bool]:
    ticket = t.ticket.c
    child = t.ticket.alias("child")
    of_child = or_(
        child.c.user_id == user.id,
        _collaborates(user, child.c.ticket_id),
        *(child.c.user_id.in_(colleagues) for colleagues in _colleagues(user)),
    )
    parent_of_mine = exists(
        select(literal(1)).where(
            child.c.ticket_pid == ticket.ticket_id, child.c.flags.bitwise_and(_MERGED) != 0, of_child
        )
    )
    return or_(ticket.user_id == user.id, *_shared_with(user), _collaborates(user, ticket.ticket_id), parent_of_mine)


def _shared_with(user: User) -> list[ColumnElement[bool]]:
    return [t.ticket.c.user_id.in_(colleagues) for colleagues in _colleagues(user)]


def _colleagues(user: User) -> list[Select[tuple[int]]]:
    if not user.shares_organization or user.organization_id is None:
        return []
    return [select(t.user.c.id).where(t.user.c.org_id == user.organization_id)]


def _collaborates(user: User, ticket_id: ColumnElement[int]) -> ColumnElement[bool]:
    collaborator, thread = t.thread_collaborator.c, t.thread.c
    return exists(
        select(literal(1))
        .select_from(t.thread.join(t.thread_collaborator, collaborator.thread_id == thread.id))
        .where(thread.object_id == ticket_id, thread.object_type.in_(("T", "C")), collaborator.user_id == user.id)
    )


def listed_tasks(principal: Principal) -> ColumnElement[bool]:
    """The tasks that a list shows this caller. Users see none. Source: tickets.md 6.7."""
    if not isinstance(principal, Staff):
        return false()
    mine = and_(is_open_task(), _has_task(principal))
    return or_(mine, _is_of_ticket_of(principal), *_in_departments_of(principal))


def reachable_task(principal: Principal) -> ColumnElement[bool]:
    """The tasks this caller may open one by one. Source: tickets.md 6.7.

    Every agent may read every closed task, even one who sees no department at all: that is osTicket's rule. A task
    that is listed only because its ticket is the agent's cannot be opened, unless another rule lets them.
    """
    if not isinstance(principal, Staff):
        return false()
    return or_(~is_open_task(), _has_task(principal), *_in_departments_of(principal))


def is_open_task() -> ColumnElement[bool]:
    return t.task.c.flags.bitwise_and(_TASK_OPEN) != 0


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
