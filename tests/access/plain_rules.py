"""The rules of who sees which tickets, entries, tasks and people, in plain words and without SQL.

Source: tickets.md 2.10, 6.7, 10.1, 10.3; people.md 1.12, 1.13.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from osticket_api.access.principal import ApiKey, Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag, TaskFlag, TicketFlag, UserStatus
from tests.fixtures.api import Api


@dataclass
class Rules:
    """Who sees what, by all rows of the help desk."""

    tickets: dict[int, Any]
    states: dict[int, str]
    organizations: dict[int, int | None]
    contacts: set[int]
    referrals: set[tuple[int, str, int]]
    collaborators: set[tuple[int, int]]

    def is_open(self, ticket: Any) -> bool:
        return self.states[ticket.status_id] == "open"

    def is_referred(self, staff: Staff, ticket: Any, *, kinds: str) -> bool:
        theirs = {"S": {staff.id}, "E": staff.team_ids, "D": staff.department_ids}
        return any((ticket.ticket_id, kind, each) in self.referrals for kind in kinds for each in theirs[kind])

    def is_colleague(self, user: User, other: int) -> bool:
        return user.shares_organization and self.organizations[other] == user.organization_id is not None

    def lists(self, caller: Principal, ticket: Any) -> bool:
        if isinstance(caller, User):
            takes_part = (ticket.ticket_id, caller.id) in self.collaborators and caller.lists_collaborations
            is_theirs = caller.id == ticket.user_id or self.is_colleague(caller, ticket.user_id) or takes_part
            is_shown = self.states[ticket.status_id] in ("open", "closed")
            return is_theirs and is_shown and caller.only_ticket_id in (None, ticket.ticket_id)
        if not isinstance(caller, Staff):
            return self.reaches(caller, ticket)
        mine = self.is_open(ticket) and (has(caller, ticket) or self.is_referred(caller, ticket, kinds="SE"))
        is_of_department = not caller.assigned_only and (
            ticket.dept_id in caller.department_ids or self.is_referred(caller, ticket, kinds="D")
        )
        return is_within(caller, ticket) and (mine or is_of_department)

    def reaches(self, caller: Principal, ticket: Any) -> bool:
        if isinstance(caller, User):
            children = [
                each.ticket_id
                for each in self.tickets.values()
                if each.ticket_pid == ticket.ticket_id and each.flags & TicketFlag.MERGED
            ]
            is_theirs = any(self._takes_part(caller, each) for each in (ticket.ticket_id, *children))
            return is_theirs and caller.only_ticket_id in (None, ticket.ticket_id)
        if isinstance(caller, ApiKey):
            is_near = caller.department_ids is None or ticket.dept_id in caller.department_ids
            return "tickets.read" in caller.permissions and is_near
        if not isinstance(caller, Staff):
            return False
        is_of_department = not caller.assigned_only and ticket.dept_id in caller.department_ids
        mine = self.is_open(ticket) and has(caller, ticket)
        is_referred = self.is_referred(caller, ticket, kinds="SED")
        return is_within(caller, ticket) and (is_of_department or mine or is_referred)

    def _takes_part(self, user: User, ticket_id: int) -> bool:
        owner = self.tickets[ticket_id].user_id
        return owner == user.id or self.is_colleague(user, owner) or (ticket_id, user.id) in self.collaborators

    def lists_task(self, caller: Principal, task: Any) -> bool:
        if not isinstance(caller, Staff):
            return False
        ticket = self.tickets[task.object_id]
        is_of_mine = task.object_type == "T" and ticket.staff_id == caller.id and self.is_open(ticket)
        mine = task.flags & TaskFlag.OPEN and has(caller, task)
        is_of_department = not caller.assigned_only and task.dept_id in caller.department_ids
        return is_within(caller, task) and bool(mine or is_of_mine or is_of_department)

    def reaches_task(self, caller: Principal, task: Any) -> bool:
        if not isinstance(caller, Staff):
            return False
        is_of_department = not caller.assigned_only and task.dept_id in caller.department_ids
        is_closed = not task.flags & TaskFlag.OPEN
        return is_within(caller, task) and (is_closed or has(caller, task) or is_of_department)

    def sees_user(self, caller: Principal, user_id: int) -> bool:
        if isinstance(caller, Staff):
            return keeps_users(caller) or any(
                each.user_id == user_id and self.lists(caller, each) for each in self.tickets.values()
            )
        is_member = isinstance(caller, User) and self.organizations[user_id] == caller.organization_id is not None
        return isinstance(caller, User) and (caller.id == user_id or (is_member and caller.id in self.contacts))

    def sees_organization(self, caller: Principal, organization_id: int) -> bool:
        if isinstance(caller, Staff):
            members = [user for user, organization in self.organizations.items() if organization == organization_id]
            keeps = any(name.startswith("org.") for name in caller.permissions)
            return keeps or keeps_users(caller) or any(self.sees_user(caller, each) for each in members)
        is_own = isinstance(caller, User) and organization_id == caller.organization_id
        return is_own and isinstance(caller, User) and caller.id in self.contacts


def saw(caller: Principal, ticket: Any, collaborator_ids: set[int]) -> bool:
    """What is gone was seen by whom it was assigned to, whether or not it was open."""
    if isinstance(caller, User):
        return caller.id == ticket.user_id or caller.id in collaborator_ids
    if isinstance(caller, ApiKey):
        is_near = caller.department_ids is None or ticket.dept_id in caller.department_ids
        return "tickets.read" in caller.permissions and is_near
    if not isinstance(caller, Staff):
        return False
    is_of_department = not caller.assigned_only and ticket.dept_id in caller.department_ids
    return is_within(caller, ticket) and (has(caller, ticket) or is_of_department)


def recorded(thing: Any, collaborator_ids: set[int]) -> dict[str, Any]:
    return {
        "department_id": thing.dept_id,
        "staff_id": thing.staff_id,
        "team_id": thing.team_id,
        "user_id": getattr(thing, "user_id", None),
        "collaborator_ids": collaborator_ids,
    }


def keeps_users(staff: Staff) -> bool:
    return any(name.startswith("user.") for name in staff.permissions)


def has(staff: Staff, thing: Any) -> bool:
    return bool(thing.staff_id == staff.id or thing.team_id in staff.team_ids)


def is_within(staff: Staff, thing: Any) -> bool:
    return staff.limited_to is None or thing.dept_id in staff.limited_to


def reads(caller: Principal, entry: Any) -> bool:
    if entry.flags & EntryFlag.HIDDEN:
        return False
    is_agent = isinstance(caller, Staff) or (isinstance(caller, ApiKey) and "tickets.read" in caller.permissions)
    is_theirs = isinstance(caller, User) and entry.user_id == caller.id
    return is_agent or is_theirs or entry.type in ("M", "R")


def rules_of(api: Api) -> Rules:
    thread = t.thread.c
    of_ticket = thread.object_type.in_(("T", "C"))
    referral, collaborator = t.thread_referral.c, t.thread_collaborator.c
    referred = select(thread.object_id, referral.object_type, referral.object_id).join_from(
        t.thread, t.thread_referral, referral.thread_id == thread.id
    )
    taking_part = select(thread.object_id, collaborator.user_id).join_from(
        t.thread, t.thread_collaborator, collaborator.thread_id == thread.id
    )
    return Rules(
        tickets={row.ticket_id: row for row in api.rows(select(t.ticket))},
        states=dict(map(tuple, api.rows(select(t.ticket_status.c.id, t.ticket_status.c.state)))),
        organizations=dict(map(tuple, api.rows(select(t.user.c.id, t.user.c.org_id)))),
        contacts={row[0] for row in api.rows(select(t.user.c.id).where(t.user.c.status == UserStatus.PRIMARY_CONTACT))},
        referrals=set(map(tuple, api.rows(referred.where(of_ticket)))),
        collaborators=set(map(tuple, api.rows(taking_part.where(of_ticket)))),
    )
