"""Which tickets and entries a caller may see, as SQL. Every list and every single look-up goes through here.

Being an administrator grants nothing here, and neither do role permissions: osTicket has no permission to view.
Source: tickets.md 10.1 (agents) and 10.3 (users).
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.sql.expression import literal

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.principal import ApiKey, Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag, TicketFlag
from osticket_api.db.statements import in_literals

_CALLER: Final = bindparam("caller_id", type_=Integer())
_ORGANIZATION: Final = bindparam("caller_organization_id", type_=Integer())


@dataclass(frozen=True)
class StaffScope:
    """What decides which rows an agent sees."""

    id: Any
    department_ids: tuple[int, ...]
    team_ids: tuple[int, ...]
    assigned_only: bool
    limited_to: tuple[int, ...] | None = None
    """The only departments there are for the caller; None for all."""


@dataclass(frozen=True)
class UserScope:
    """What decides which rows a user sees: whose tickets they share; the only ticket that there is for a guest."""

    id: Any
    organization_id: Any
    lists_collaborations: bool
    only_ticket_id: int | None = None


@dataclass(frozen=True)
class KeyScope:
    """What decides which rows a key sees that stands for no agent and may read tickets."""

    department_ids: tuple[int, ...] | None
    """The only departments there are for it; None for all."""


Scope = StaffScope | UserScope | KeyScope | None


def kept_scope(principal: Principal) -> tuple[Scope, dict[str, Any]]:
    """The scope with parameters for ids, and their values: callers who see alike share it, and statements with it."""
    if isinstance(principal, User):
        parameters = {_CALLER.key: principal.id, _ORGANIZATION.key: principal.organization_id}
        return _user_scope(principal, _CALLER, _ORGANIZATION), parameters
    if isinstance(principal, Staff):
        return _staff_scope(principal, _CALLER), {_CALLER.key: principal.id}
    return scope_of(principal), {}


def scope_of(caller: Principal | Scope) -> Scope:
    """What decides which rows the caller sees: callers with equal scopes see the same rows."""
    if isinstance(caller, Staff):
        return _staff_scope(caller, caller.id)
    if isinstance(caller, User):
        return _user_scope(caller, caller.id, caller.organization_id)
    if isinstance(caller, ApiKey):
        return KeyScope(_sorted(caller.department_ids)) if reads_as_agents(caller) else None
    return caller if isinstance(caller, StaffScope | UserScope | KeyScope) else None


def reads_as_agents(principal: Principal) -> bool:
    """Whether the caller is shown of a ticket what agents are, such as notes: agents, and keys that read tickets."""
    if isinstance(principal, ApiKey):
        return KeyPermission.tickets_read in principal.permissions
    return isinstance(principal, Staff)


def view_of(principal: Principal) -> Hashable:
    """What decides what a list holds for this caller. A key that narrows its agent has a view of its own."""
    rights = (principal.is_admin, principal.permissions) if isinstance(principal, Staff) else None
    return principal.key, scope_of(principal), rights, principal.field_rules


def _staff_scope(staff: Staff, id: Any) -> StaffScope:
    return StaffScope(
        id,
        tuple(sorted(staff.department_ids)),
        tuple(sorted(staff.team_ids)),
        staff.assigned_only,
        _sorted(staff.limited_to),
    )


def _sorted(ids: frozenset[int] | None) -> tuple[int, ...] | None:
    return None if ids is None else tuple(sorted(ids))


def _within(staff: StaffScope, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition, in the departments that there are for the caller."""
    limit = staff.limited_to
    return condition if limit is None else and_(condition, in_literals(t.ticket.c.dept_id, limit))


def _user_scope(user: User, id: Any, organization_id: Any) -> UserScope:
    shares = user.shares_organization and user.organization_id is not None
    return UserScope(id, organization_id if shares else None, user.lists_collaborations, user.only_ticket_id)


def listed_tickets(caller: Principal | Scope) -> ColumnElement[bool]:
    """The tickets that a list shows this caller."""
    scope = scope_of(caller)
    if isinstance(scope, StaffScope):
        return _listed_for_staff(scope)
    if isinstance(scope, KeyScope):
        return _within_key(scope)
    return false() if scope is None else _listed_for_user(scope)


def tickets_of_departments(staff: Staff | StaffScope) -> ColumnElement[bool]:
    """The part of `listed_tickets` that an agent sees for their departments alone: cheap to find, and most of the
    tickets.
    """
    return false() if staff.assigned_only else in_literals(t.ticket.c.dept_id, sorted(staff.department_ids))


def listed_beyond_departments(staff: Staff | StaffScope) -> CompoundSelect[tuple[int]]:
    """The ids of the other part of `listed_tickets`: tickets that are not among `tickets_of_departments`.

    Each SELECT of the union starts at the table where it finds the fewest rows.
    """
    return _listed_beyond(staff if isinstance(staff, StaffScope) else _staff_scope(staff, staff.id))


@lru_cache(maxsize=1024)
def _listed_beyond(staff: StaffScope) -> CompoundSelect[tuple[int]]:
    """Built once for what decides it: building takes longer than many a query."""
    ways = [select(t.ticket.c.ticket_id).where(is_open(), _assigned_to(staff)), _referred_personally(staff)]
    if not staff.assigned_only:
        ways.append(_referred_to_departments(staff))
    return union(*(way.where(_within(staff, ~tickets_of_departments(staff))) for way in ways))


def _referred_personally(staff: StaffScope) -> Select[tuple[int]]:
    """Open tickets: agents are referred to most of what they ever closed, so it starts from what is open.

    What a thread belongs to is asked last, since no index tells it together with the ticket.
    """
    thread, named, referral = t.thread.c, t.thread.alias("named"), t.thread_referral.c
    source = (
        t.ticket.join(t.thread, thread.object_id == t.ticket.c.ticket_id)
        .join(t.thread_referral, referral.thread_id == thread.id)
        .join(named, named.c.id == thread.id)
    )
    wanted = (is_open(), _to_agent(staff), in_literals(named.c.object_type, ("T", "C")))
    return select(t.ticket.c.ticket_id).select_from(source).where(*wanted)


def _referred_to_departments(staff: StaffScope) -> Select[tuple[int]]:
    thread, referral = t.thread.c, t.thread_referral.c
    source = t.thread_referral.join(t.thread, thread.id == referral.thread_id).join(
        t.ticket, t.ticket.c.ticket_id == thread.object_id
    )
    wanted = (_to_departments(staff), in_literals(thread.object_type, ("T", "C")))
    return select(t.ticket.c.ticket_id).select_from(source).where(*wanted)


def reachable_ticket(caller: Principal | Scope) -> ColumnElement[bool]:
    """The tickets this caller may open one by one: wider than the list, as in osTicket."""
    scope = scope_of(caller)
    if isinstance(scope, StaffScope):
        return _reachable_for_staff(scope)
    if isinstance(scope, KeyScope):
        return _within_key(scope)
    return false() if scope is None else _reachable_for_user(scope)


def _within_key(key: KeyScope) -> ColumnElement[bool]:
    """The tickets in the departments of the key, and those in none."""
    if key.department_ids is None:
        return true()
    return or_(t.ticket.c.dept_id == None, in_literals(t.ticket.c.dept_id, key.department_ids))  # noqa: E711


def visible_entries(caller: Principal | Scope) -> ColumnElement[bool]:
    """The entries this caller may read: never hidden ones; users no notes but their own. Source: tickets.md 2.10."""
    entry, scope = t.thread_entry.c, scope_of(caller)
    shown = entry.flags.bitwise_and(EntryFlag.HIDDEN) == 0
    if isinstance(scope, StaffScope | KeyScope):
        return shown
    own = [entry.user_id == scope.id] if scope is not None else []
    return and_(shown, or_(in_literals(entry.type, ("M", "R")), *own))


def is_open() -> ColumnElement[bool]:
    return t.ticket.c.status_id.in_(_statuses("open"))


def _statuses(*states: str) -> Select[tuple[int]]:
    return select(t.ticket_status.c.id).where(in_literals(t.ticket_status.c.state, states))


@lru_cache(maxsize=1024)
def _listed_for_staff(staff: StaffScope) -> ColumnElement[bool]:
    mine = and_(is_open(), or_(_assigned_to(staff), _referred_to(staff, personally=True, to_department=False)))
    if staff.assigned_only:
        return _within(staff, mine)
    referred = _referred_to(staff, personally=False, to_department=True)
    return _within(staff, or_(in_literals(t.ticket.c.dept_id, staff.department_ids), mine, referred))


def _reachable_for_staff(staff: StaffScope) -> ColumnElement[bool]:
    mine = and_(is_open(), _assigned_to(staff))
    referred = _referred_to(staff, personally=True, to_department=True)
    if staff.assigned_only:
        return _within(staff, or_(mine, referred))
    return _within(staff, or_(in_literals(t.ticket.c.dept_id, staff.department_ids), mine, referred))


def _assigned_to(staff: StaffScope) -> ColumnElement[bool]:
    return or_(t.ticket.c.staff_id == staff.id, in_literals(t.ticket.c.team_id, staff.team_ids))


def _referred_to(staff: StaffScope, *, personally: bool, to_department: bool) -> ColumnElement[bool]:
    """The ticket's thread, or the thread of a ticket merged into it, is referred to the agent."""
    referral, thread = t.thread_referral.c, t.thread.c
    ways = []
    if personally:
        ways.append(_to_agent(staff))
    if to_department:
        ways.append(_to_departments(staff))
    return exists(
        select(literal(1))
        .select_from(t.thread.join(t.thread_referral, referral.thread_id == thread.id))
        .where(thread.object_id == t.ticket.c.ticket_id, in_literals(thread.object_type, ("T", "C")), or_(*ways))
    )


def _to_agent(staff: StaffScope) -> ColumnElement[bool]:
    kind, target = t.thread_referral.c.object_type, t.thread_referral.c.object_id
    return or_(and_(kind == "S", target == staff.id), and_(kind == "E", in_literals(target, staff.team_ids)))


def _to_departments(staff: StaffScope) -> ColumnElement[bool]:
    kind, target = t.thread_referral.c.object_type, t.thread_referral.c.object_id
    return and_(kind == "D", in_literals(target, staff.department_ids))


@lru_cache(maxsize=1024)
def _listed_for_user(user: UserScope) -> ColumnElement[bool]:
    """Ids first, each way by an index of its own: an OR of the ways would look at every ticket there is."""
    ticket = t.ticket.c
    owners = [ticket.user_id == user.id, *(ticket.user_id.in_(colleagues) for colleagues in _colleagues(user))]
    ways: list[Select[Any]] = [select(ticket.ticket_id).where(owner) for owner in owners]
    if user.lists_collaborations:
        ways.append(_collaborations(user))
    theirs = union(*ways).subquery("theirs")
    states = _statuses("open", "closed")
    return and_(ticket.ticket_id.in_(select(theirs.c[0])), ticket.status_id.in_(states), *_limit(user))


def _limit(user: UserScope) -> list[ColumnElement[bool]]:
    return [] if user.only_ticket_id is None else [t.ticket.c.ticket_id == user.only_ticket_id]


def _collaborations(user: UserScope) -> Select[Any]:
    """The ids of the tickets in whose conversation the user takes part."""
    collaborator, thread = t.thread_collaborator.c, t.thread.c
    return (
        select(thread.object_id)
        .join_from(t.thread, t.thread_collaborator, collaborator.thread_id == thread.id)
        .where(collaborator.user_id == user.id, in_literals(thread.object_type, ("T", "C")))
    )


def _reachable_for_user(user: UserScope) -> ColumnElement[bool]:
    ticket = t.ticket.c
    child = t.ticket.alias("child")
    of_child = or_(
        child.c.user_id == user.id,
        _collaborates(user, child.c.ticket_id),
        *(child.c.user_id.in_(colleagues) for colleagues in _colleagues(user)),
    )
    parent_of_mine = exists(
        select(literal(1)).where(
            child.c.ticket_pid == ticket.ticket_id, child.c.flags.bitwise_and(TicketFlag.MERGED) != 0, of_child
        )
    )
    shared = [ticket.user_id.in_(colleagues) for colleagues in _colleagues(user)]
    theirs = or_(ticket.user_id == user.id, *shared, _collaborates(user, ticket.ticket_id), parent_of_mine)
    return and_(theirs, *_limit(user))


def _colleagues(user: UserScope) -> list[Select[tuple[int]]]:
    if user.organization_id is None:
        return []
    return [select(t.user.c.id).where(t.user.c.org_id == user.organization_id)]


def _collaborates(user: UserScope, ticket_id: ColumnElement[int]) -> ColumnElement[bool]:
    collaborator, thread = t.thread_collaborator.c, t.thread.c
    return exists(
        select(literal(1))
        .select_from(t.thread.join(t.thread_collaborator, collaborator.thread_id == thread.id))
        .where(
            thread.object_id == ticket_id, in_literals(thread.object_type, ("T", "C")), collaborator.user_id == user.id
        )
    )
