"""Internal activity on a ticket: notes, and answers of other agents.

Source: mail.md 1.5
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import Row

from osticket_api.mail.mailboxes import alert_mailbox
from osticket_api.mail.occasions.agents import (
    alert_each,
    last_respondent,
    manager_of,
    may_open,
    members_for_alerts,
    team_for_alerts,
)
from osticket_api.mail.occasions.telling import Roots, Telling, Tied
from osticket_api.mail.occasions.users import tied_to
from osticket_api.mail.variables.entries import Entry
from osticket_api.mail.variables.people import Scene

NEW_NOTE: Final = "New Internal Note"
NEW_RESPONSE: Final = "New Response"


def tell_of_note(telling: Telling) -> None:
    """Somebody left an internal note: first those whom it mentions are told, then those who follow the ticket."""
    activity = telling.facts.get("activity") or NEW_NOTE
    mentioned = [telling.records.staff(staff_id) for staff_id in telling.facts.get("mentioned", ())]
    _alert(telling, activity, mentioned, may_know=lambda agent: may_open(telling, agent))
    if telling.facts.get("followers", True):
        tell_of_activity(telling, activity)


def tell_of_activity(telling: Telling, activity: str) -> None:
    """`note.alert` to the agents who follow the ticket, but not to the one who wrote."""
    if telling.is_on("note_alert_active") and members_for_alerts(telling.records, telling.department):
        _alert(
            telling,
            activity,
            _followers(telling),
            may_know=lambda agent: telling.is_open or may_open(telling, agent),
        )


def _alert(
    telling: Telling,
    activity: str,
    agents: Iterable[Row[Any] | None],
    *,
    may_know: Callable[[Row[Any]], bool],
) -> None:
    def roots(scene: Scene) -> Roots:
        entry = Entry(scene, telling.entry)
        return {"note": entry, "comments": entry, "activity": activity}

    alert_each(
        telling,
        "note.alert",
        alert_mailbox(telling.records),
        agents,
        roots,
        tied=_tied(telling),
        skipped_id=telling.entry.staff_id or telling.occasion.staff_id,
        may_know=may_know,
    )


def _tied(telling: Telling) -> Tied:
    return tied_to(telling, telling.entry.id)


def _followers(telling: Telling) -> Iterable[Row[Any] | None]:
    records, ticket, facts = telling.records, telling.ticket, telling.facts
    if telling.is_on("note_alert_laststaff"):
        yield last_respondent(records, telling.thread_id)
    if telling.is_on("note_alert_assigned"):
        before = records.staff(facts.get("assigned_before"))
        if before is not None:
            yield before
        elif telling.is_open:
            yield records.staff(ticket.staff_id)
        yield from team_for_alerts(records, ticket.team_id)
    if telling.is_on("note_alert_dept_manager"):
        yield manager_of(records, telling.department)
