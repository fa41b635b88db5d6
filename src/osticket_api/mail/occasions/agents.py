"""Telling agents: who of a department or team is to be alerted, and each of them by a mail of their own.

Source: mail.md 1.0
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Row, select

from osticket_api.access.loading import find_staff
from osticket_api.access.scope import reachable_ticket
from osticket_api.access.task_scope import reachable_task
from osticket_api.db import tables as t
from osticket_api.db.flags import MemberFlag, TeamFlag
from osticket_api.mail.letters import Party
from osticket_api.mail.occasions.telling import NOT_TIED, Recipients, Roots, Telling, Tied
from osticket_api.mail.variables.people import Agent, Scene
from osticket_api.mail.variables.records import Records
from osticket_api.mail.variables.scenes import read_by_agent

ALL_WITH_ACCESS, NOBODY, ADMINISTRATOR_ONLY = 1, 2, 3
"""The values of a department's `group_membership`: which agents are alerted."""

_ADMINISTRATOR: Final = "Admin"


def is_available(agent: Row[Any]) -> bool:
    return bool(agent.isactive) and not agent.onvacation


def members_for_alerts(records: Records, department: Row[Any] | None) -> Sequence[Row[Any]]:
    """The agents of a department who get its alerts. Source: mail.md 1.0 (5)"""
    if department is None or department.group_membership == NOBODY:
        return []
    return records.once(("alerted", department.id), lambda: _members_for_alerts(records, department))


def _members_for_alerts(records: Records, department: Row[Any]) -> list[Row[Any]]:
    access = t.staff_dept_access.c
    alerted = set(
        records.tx.scalars(
            select(access.staff_id).where(
                access.dept_id == department.id, access.flags.bitwise_and(MemberFlag.ALERTS) != 0
            )
        )
    )
    with_access = department.group_membership == ALL_WITH_ACCESS
    return [
        agent
        for agent in records.members_of_department(department.id)
        if is_available(agent) and (agent.dept_id == department.id or (with_access and agent.staff_id in alerted))
    ]


def manager_of(records: Records, department: Row[Any] | None) -> Row[Any] | None:
    return records.staff(department.manager_id) if department is not None else None


def team_for_alerts(records: Records, team_id: int | None) -> list[Row[Any]]:
    """The members of a team who get its alerts. Source: mail.md 1.0 (7)"""
    if not team_id:
        return []
    member = t.team_member.c
    alerted = select(member.staff_id).where(member.team_id == team_id, member.flags.bitwise_and(MemberFlag.ALERTS) != 0)
    ids = set(records.tx.scalars(alerted))
    return [agent for agent in records.members_of_team(team_id) if agent.staff_id in ids]


def team_that_was_given(telling: Telling, team_id: int | None, switches: str) -> list[Row[Any]]:
    """Whom of a team to tell of an assignment: its members, or else its lead. Source: mail.md 1.6"""
    records = telling.records
    team = records.find(t.team, team_id)
    if team is None or team.flags & TeamFlag.NO_ALERTS:
        return []
    members = team_for_alerts(records, team_id) if telling.is_on(f"{switches}_team_members") else []
    lead = records.staff(team.lead_id) if telling.is_on(f"{switches}_team_lead") else None
    return members or ([lead] if lead is not None else [])


def assigned_for_alerts(records: Records, subject: Row[Any]) -> list[Row[Any]]:
    """The agent who has a ticket or task, else the members of the team that has it."""
    agent = records.staff(subject.staff_id)
    return [agent] if agent is not None else team_for_alerts(records, subject.team_id)


def account_manager_of(records: Records, user_id: int | None) -> list[Row[Any]]:
    """The account manager of the user's organization: an agent, or the members of a team."""
    user = records.user(user_id)
    organization = records.find(t.organization, user.org_id) if user is not None else None
    code = (organization.manager or "") if organization is not None else ""
    if not code[1:].isdecimal():
        return []
    if code[0] == "t":
        return team_for_alerts(records, int(code[1:]))
    agent = records.staff(int(code[1:]))
    return [agent] if agent is not None else []


def last_respondent(records: Records, thread_id: int) -> Row[Any] | None:
    """The agent of the second response, which is what osTicket's statement finds. Source: mail.md 1.7"""
    entry = t.thread_entry.c
    found = (
        select(entry.staff_id)
        .where(entry.thread_id == thread_id, entry.type == "R", entry.staff_id != None)  # noqa: E711
        .order_by(entry.id)
        .limit(1)
        .offset(1)
    )
    return records.staff(records.tx.scalar(found))


def may_open(telling: Telling, agent: Row[Any]) -> bool:
    """Whether an agent may open the ticket or task that a mail is about. Source: tickets.md 6.7, 10.1"""
    tx, occasion = telling.records.tx, telling.occasion
    principal = telling.records.once(("principal", agent.staff_id), lambda: find_staff(tx, agent.staff_id))
    if principal is None:
        return False
    if occasion.ticket_id:
        ticket = t.ticket.c.ticket_id
        found = select(ticket).where(ticket == occasion.ticket_id, reachable_ticket(principal))
    else:
        found = select(t.task.c.id).where(t.task.c.id == occasion.task_id, reachable_task(principal))
    return tx.scalar(found) is not None


def alert_each(
    telling: Telling,
    code: str,
    mailbox: Row[Any] | None,
    candidates: Iterable[Row[Any] | None],
    roots: Callable[[Scene], Roots],
    *,
    tied: Tied = NOT_TIED,
    skipped_id: int | None = None,
    may_know: Callable[[Row[Any]], bool] = lambda agent: True,
) -> None:
    """A mail to each agent who is available, and has not been told already."""
    for agent in candidates:
        if agent is None or not is_available(agent) or agent.staff_id == skipped_id:
            continue
        if not agent.email or agent.email in telling.served or not may_know(agent):
            continue
        telling.served.add(agent.email)
        scene = read_by_agent(telling.scene, agent)
        reader = Agent(scene, agent)
        recipients = Recipients(to=[Party(agent.email, reader.text())], kind="S", person_id=agent.staff_id)
        more = {**roots(scene), "recipient": reader}
        telling.send(code, mailbox, recipients, scene, more, tied=tied, manner="alert")


def alert_administrator(
    telling: Telling,
    code: str,
    mailbox: Row[Any] | None,
    roots: Callable[[Scene], Roots],
    *,
    kind: str,
    tied: Tied = NOT_TIED,
) -> None:
    """A mail to the address of the administrator, who need not be an agent."""
    address = telling.records.config.text("admin_email")
    if not address:
        return
    recipients = Recipients(to=[Party(address)], kind=kind)
    more = {**roots(telling.scene), "recipient": _ADMINISTRATOR}
    telling.send(code, mailbox, recipients, telling.scene, more, tied=tied, manner="alert")
