"""Tasks.

Source: mail.md 1.8
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.mail.letters import Party
from osticket_api.mail.mailboxes import alert_mailbox, department_mailbox
from osticket_api.mail.occasions.agents import (
    ADMINISTRATOR_ONLY,
    NOBODY,
    alert_administrator,
    alert_each,
    manager_of,
    may_open,
    members_for_alerts,
    team_for_alerts,
)
from osticket_api.mail.occasions.messages import poster_in
from osticket_api.mail.occasions.moving import tell_assignee, tell_new_department
from osticket_api.mail.occasions.telling import Recipients, Roots, Telling
from osticket_api.mail.occasions.users import tied_to
from osticket_api.mail.variables.entries import Entry
from osticket_api.mail.variables.language import Thing, Value
from osticket_api.mail.variables.people import Collaborator, Scene
from osticket_api.mail.variables.scenes import read_by_user


@dataclass(frozen=True)
class Activity(Thing):
    """What happened to a task, in a few words."""

    title: str
    description: str

    def text(self) -> str:
        return self.title

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {"title": lambda: self.title, "description": lambda: self.description}


RESPONSE: Final = Activity("New Response", "New response posted")
MESSAGE: Final = Activity("New Message", "New message posted")
NOTE: Final = Activity("New Internal Note", "New internal note posted")


def tell_of_new_task(telling: Telling) -> None:
    """`task.alert` in the department that has the task."""
    department = telling.department
    if not telling.is_on("task_alert_active") or department is None or department.group_membership == NOBODY:
        return
    mailbox, no_roots = alert_mailbox(telling.records), _no_roots
    alert_each(
        telling,
        "task.alert",
        mailbox,
        _to_alert(telling, department),
        no_roots,
        skipped_id=telling.occasion.staff_id,
        may_know=lambda agent: may_open(telling, agent),
    )
    if telling.is_on("task_alert_admin"):
        alert_administrator(telling, "task.alert", mailbox, no_roots, kind="?")


def _no_roots(scene: Scene) -> Roots:
    return {"message": ""}


def _to_alert(telling: Telling, department: Row[Any]) -> Iterable[Row[Any] | None]:
    if department.group_membership == ADMINISTRATOR_ONLY:
        return
    if telling.is_on("task_alert_dept_manager"):
        yield manager_of(telling.records, department)
    if telling.is_on("task_alert_dept_members"):
        yield from members_for_alerts(telling.records, department)


def tell_of_task_assignment(telling: Telling) -> None:
    """`task.assignment.alert` to the agent or team that got the task."""
    if telling.is_on("task_assignment_alert_active"):
        tell_assignee(telling, "task.assignment.alert", "task_assignment_alert")


def tell_of_task_transfer(telling: Telling) -> None:
    """`task.transfer.alert` in the department where the task is now."""
    if telling.is_on("task_transfer_alert_active"):
        tell_new_department(telling, telling.task, "task.transfer.alert", "task_transfer_alert")


def tell_of_task_note(telling: Telling) -> None:
    """Somebody left a note: first those whom it mentions are told, then those who follow the task."""
    mentioned = [telling.records.staff(staff_id) for staff_id in telling.facts.get("mentioned", ())]
    _alert(telling, NOTE, mentioned, may_know=lambda agent: may_open(telling, agent))
    _tell_of_activity(telling, NOTE)


def tell_of_task_reply(telling: Telling) -> None:
    """An agent answered on a task: other agents are told, and the collaborators where that is asked for."""
    _tell_of_activity(telling, RESPONSE)
    if telling.facts.get("tells_collaborators", True):
        tell_collaborators(telling)


def tell_of_task_message(telling: Telling) -> None:
    """A user answered by mail. osTicket tells nobody of that."""
    _tell_of_activity(telling, MESSAGE)


def _tell_of_activity(telling: Telling, activity: Activity) -> None:
    """`task.activity.alert`"""
    if telling.is_on("task_activity_alert_active"):
        _alert(telling, activity, _followers(telling))


def _alert(
    telling: Telling,
    activity: Activity,
    agents: Iterable[Row[Any] | None],
    *,
    may_know: Callable[[Row[Any]], bool] = lambda agent: True,
) -> None:
    def roots(scene: Scene) -> Roots:
        entry = Entry(scene, telling.entry)
        return {"note": entry, "message": entry, "activity": activity}

    alert_each(
        telling,
        "task.activity.alert",
        alert_mailbox(telling.records),
        agents,
        roots,
        tied=tied_to(telling, telling.entry.id),
        skipped_id=telling.entry.staff_id or telling.occasion.staff_id,
        may_know=may_know,
    )


def _followers(telling: Telling) -> Iterable[Row[Any] | None]:
    records, task = telling.records, telling.task
    if telling.is_on("task_activity_alert_laststaff"):
        yield _second_respondent_of_any_task(telling)
    if telling.is_on("task_activity_alert_assigned"):
        yield records.staff(telling.facts.get("assigned_before") or task.staff_id)
        yield from team_for_alerts(records, task.team_id)
    if telling.is_on("task_activity_alert_dept_manager"):
        yield manager_of(records, telling.department)


def _second_respondent_of_any_task(telling: Telling) -> Row[Any] | None:
    """osTicket's statement looks at the conversations of all tasks. Source: mail.md 1.7"""
    entry = t.thread_entry.c
    of_tasks = select(t.thread.c.id).where(t.thread.c.object_type == "A")
    found = (
        select(entry.staff_id)
        .where(entry.thread_id.in_(of_tasks), entry.type == "R", entry.staff_id != None)  # noqa: E711
        .order_by(entry.id)
        .limit(1)
        .offset(1)
    )
    return telling.records.staff(telling.records.tx.scalar(found))


def tell_collaborators(telling: Telling) -> None:
    """`task.activity.notice`: a mail to each collaborator, in Cc alone."""
    mailbox = department_mailbox(telling.records, telling.department)
    files = telling.entry_files(telling.entry)
    for row in telling.records.collaborators_of(telling.thread_id):
        scene = read_by_user(telling.scene, row.user_id)
        person = Collaborator(scene, row, telling.task.object_id)
        if person.user is None or row.user_id == telling.entry.user_id:
            continue
        recipients = Recipients(cc=[Party(person.user.address, person.user.text())], person_id=row.user_id)
        roots: dict[str, Value] = {
            "message": Entry(scene, telling.entry).body,
            "poster": poster_in(scene, telling.entry),
            "signature": "",
            "recipient": person,
        }
        tied = tied_to(telling, telling.entry.id)
        telling.send("task.activity.notice", mailbox, recipients, scene, roots, tied=tied, file_ids=files)
