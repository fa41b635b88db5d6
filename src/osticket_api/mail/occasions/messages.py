"""Mails about messages of users. Source: mail.md 1.4"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.mail.letters import Party
from osticket_api.mail.mailboxes import auto_response_mailbox, department_mailbox
from osticket_api.mail.occasions.agents import (
    account_manager_of,
    alert_each,
    assigned_for_alerts,
    last_respondent,
    manager_of,
)
from osticket_api.mail.occasions.telling import Recipients, Roots, Telling
from osticket_api.mail.occasions.users import listed, mail_of, newest_mail, owner_in, read_by_owner, signature, tied_to
from osticket_api.mail.variables.entries import Entry
from osticket_api.mail.variables.language import Html, Value
from osticket_api.mail.variables.people import Collaborator, Scene
from osticket_api.mail.variables.scenes import read_by_user


def tell_of_message(telling: Telling) -> None:
    """Confirm a message to who wrote it, tell the others who take part, alert the agents."""
    if telling.facts.get("is_automatic"):
        return
    if telling.facts.get("autorespond", True):
        _confirm(telling)
    if telling.is_on("message_autoresponder_collabs") and telling.facts.get("origin") != "mail":
        _tell_others(telling)
    if telling.facts.get("alert", True):
        _alert(telling)


def _confirm(telling: Telling) -> None:
    """`message.autoresp`"""
    department = telling.department
    if department is None or not department.message_auto_response or not telling.is_on("message_autoresponder"):
        return
    person = _writer(telling)
    if person is None or _is_our_own(telling, person[1]):
        return
    reader, recipients, scene = person
    roots: dict[str, Value] = {"recipient": reader, "signature": signature(telling, "dept")}
    mid = mail_of(telling, telling.entry.id) or newest_mail(telling, user_id=telling.entry.user_id)
    telling.send(
        "message.autoresp",
        auto_response_mailbox(telling.records, department),
        recipients,
        scene,
        roots,
        tied=tied_to(telling, telling.entry.id, in_reply_to=mid),
        manner="auto_reply",
    )


def _writer(telling: Telling) -> tuple[Value, Recipients, Scene] | None:
    """The author of a message as the reader of a mail: the owner, or a collaborator, who is in Cc alone."""
    user_id = telling.entry.user_id
    if user_id == telling.ticket.user_id:
        scene = read_by_owner(telling)
        owner = owner_in(telling, scene)
        if owner is None:
            return None
        party = Party(owner.address, owner.text())
        return owner, Recipients(to=[party], kind="U", person_id=owner.row.id), scene
    rows = telling.records.collaborators_of(telling.thread_id, active=False)
    row = next((each for each in rows if each.user_id == user_id), None)
    scene = read_by_user(telling.scene, user_id)
    collaborator = Collaborator(scene, row, telling.ticket.ticket_id) if row is not None else None
    if collaborator is None or collaborator.user is None:
        return None
    party = Party(collaborator.user.address, collaborator.user.text())
    return collaborator, Recipients(cc=[party], kind="C", person_id=user_id or 0), scene


def _is_our_own(telling: Telling, recipients: Recipients) -> bool:
    """Whether a mail would go to one of the help desk's own addresses."""
    return telling.records.is_our_own(*(party.address for party in (*recipients.to, *recipients.cc)))


def _tell_others(telling: Telling) -> None:
    """`ticket.activity.notice`"""
    people = listed(telling, "all", None, without=telling.entry.user_id)
    if people is None:
        return
    poster = people.scene
    roots: dict[str, Value] = {
        "message": Html(Entry(people.scene, telling.entry).body),
        "poster": poster_in(poster, telling.entry),
        "signature": "",
        "recipient": people.reader,
    }
    telling.send(
        "ticket.activity.notice",
        department_mailbox(telling.records, telling.department),
        people.recipients,
        people.scene,
        roots,
        tied=tied_to(telling, telling.entry.id, in_reply_to=newest_mail(telling)),
        fixed=people.fixed,
        file_ids=telling.entry_files(telling.entry),
    )


def poster_in(scene: Scene, entry: Row[Any]) -> Value:
    """The author of an entry."""
    return scene.agent(entry.staff_id) or scene.user(entry.user_id) or entry.poster


def _alert(telling: Telling) -> None:
    """`message.alert`"""
    if not telling.is_on("message_alert_active"):
        return
    owner = owner_in(telling, telling.scene)
    poster = telling.facts.get("poster") or (owner.text() if owner is not None else "")

    def roots(scene: Scene) -> Roots:
        return {"message": Entry(scene, telling.entry), "poster": poster}

    mailbox = department_mailbox(telling.records, telling.department)
    tied = tied_to(telling, telling.entry.id)
    alert_each(telling, "message.alert", mailbox, _to_alert(telling), roots, tied=tied)


def _to_alert(telling: Telling) -> Iterable[Row[Any] | None]:
    records, ticket = telling.records, telling.ticket
    if telling.is_on("message_alert_laststaff"):
        yield last_respondent(records, telling.thread_id)
    if telling.is_on("message_alert_assigned"):
        yield from assigned_for_alerts(records, ticket)
    if telling.is_on("message_alert_dept_manager"):
        yield manager_of(records, telling.department)
    if telling.is_on("message_alert_acct_manager"):
        child = records.find(t.ticket, telling.facts.get("child_id"))
        yield from account_manager_of(records, (child or ticket).user_id)
