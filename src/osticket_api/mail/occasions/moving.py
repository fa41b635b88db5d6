"""A ticket that was given to somebody, moved, or is late.

Source: mail.md 1.6 and 1.8
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.db.flags import SlaFlag
from osticket_api.mail.mailboxes import department_mailbox
from osticket_api.mail.occasions.agents import (
    alert_each,
    assigned_for_alerts,
    manager_of,
    members_for_alerts,
    team_that_was_given,
)
from osticket_api.mail.occasions.telling import NOT_TIED, Roots, Telling, Tied
from osticket_api.mail.occasions.users import tied_to
from osticket_api.mail.variables.entries import Entry
from osticket_api.mail.variables.language import Html, Value
from osticket_api.mail.variables.people import Scene

_AUTOMATIC: Final = "SYSTEM (Auto Assignment)"


def tell_of_assignment(telling: Telling) -> None:
    """`assigned.alert` to the agent or team that got the ticket."""
    if telling.is_on("assigned_alert_active") and members_for_alerts(telling.records, telling.department):
        tell_assignee(telling, "assigned.alert", "assigned_alert")


def tell_assignee(telling: Telling, code: str, switches: str) -> None:
    """Tell who was given a ticket or task, as the switches that begin like this say."""
    records, facts = telling.records, telling.facts
    agent, team_id = records.staff(facts.get("staff_id")), facts.get("team_id")
    if agent is not None:
        given = [agent] if telling.is_on(f"{switches}_staff") else []
    else:
        given = team_that_was_given(telling, team_id, switches)

    def roots(scene: Scene) -> Roots:
        return {
            "comments": Html(facts.get("comment") or ""),
            "assignee": scene.agent(agent.staff_id) if agent is not None else scene.team(team_id),
            "assigner": scene.agent(telling.occasion.staff_id) or _AUTOMATIC,
        }

    mailbox = department_mailbox(records, telling.department)
    alert_each(telling, code, mailbox, given, roots, tied=tied_to_comment(telling))


def tied_to_comment(telling: Telling) -> Tied:
    """Tie a mail to the note with the reason, where there is one."""
    return tied_to(telling, telling.occasion.entry_id) if telling.occasion.entry_id else NOT_TIED


def tell_of_transfer(telling: Telling) -> None:
    """`transfer.alert` in the department where the ticket is now."""
    if telling.is_on("transfer_alert_active") and members_for_alerts(telling.records, telling.department):
        tell_new_department(telling, telling.ticket, "transfer.alert", "transfer_alert")


def tell_new_department(telling: Telling, subject: Row[Any], code: str, switches: str) -> None:
    """Tell the new department, as the switches that begin like this say."""

    def roots(scene: Scene) -> Roots:
        note = telling.records.entry(telling.occasion.entry_id)
        comments: Value = Entry(scene, note) if note is not None else ""
        return {"comments": comments, "staff": scene.agent(telling.occasion.staff_id)}

    mailbox = department_mailbox(telling.records, telling.department)
    who = responsible(telling, subject, switches)
    alert_each(telling, code, mailbox, who, roots, tied=tied_to_comment(telling))


def responsible(telling: Telling, subject: Row[Any], switches: str) -> Iterable[Row[Any] | None]:
    """The agents who are alerted: the assignee, or the members where there is none; and the manager."""
    records = telling.records
    is_assigned = bool(subject.staff_id or subject.team_id)
    if is_assigned and telling.is_on(f"{switches}_assigned"):
        yield from assigned_for_alerts(records, subject)
    if not is_assigned and telling.is_on(f"{switches}_dept_members"):
        yield from members_for_alerts(records, telling.department)
    if telling.is_on(f"{switches}_dept_manager"):
        yield manager_of(records, telling.department)


def tell_of_overdue(telling: Telling) -> None:
    """`ticket.overdue`, once for each ticket that becomes late."""
    sla = telling.records.find(t.sla, telling.ticket.sla_id)
    is_silent = sla is not None and bool(sla.flags & SlaFlag.NO_ALERTS)
    if is_silent or not telling.is_on("overdue_alert_active"):
        return
    if not members_for_alerts(telling.records, telling.department):
        return
    comments = Html(telling.facts.get("comment") or "")
    mailbox = department_mailbox(telling.records, telling.department)
    who = responsible(telling, telling.ticket, "overdue_alert")
    alert_each(telling, "ticket.overdue", mailbox, who, lambda scene: {"comments": comments})
