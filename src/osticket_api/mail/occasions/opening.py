"""A new ticket.

Source: mail.md 1.1
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.mail.letters import Party
from osticket_api.mail.mailboxes import alert_mailbox, auto_response_mailbox, department_mailbox, template_group_id
from osticket_api.mail.occasions.agents import (
    NOBODY,
    account_manager_of,
    alert_administrator,
    alert_each,
    manager_of,
    members_for_alerts,
)
from osticket_api.mail.occasions.replying import answer_automatically
from osticket_api.mail.occasions.telling import Recipients, Roots, Telling, Tied
from osticket_api.mail.occasions.users import mail_of, owner_in, read_by_owner, signature
from osticket_api.mail.variables.entries import Entry
from osticket_api.mail.variables.language import Value
from osticket_api.mail.variables.people import Scene


def tell_of_new_ticket(telling: Telling) -> None:
    """Confirm a new ticket to its owner, and alert those who look after such tickets."""
    responds = _responds(telling)
    canned = telling.records.entry(telling.facts.get("response_id"))
    if canned is not None and responds:
        answer_automatically(telling, canned)
        responds = False
    mailbox = auto_response_mailbox(telling.records, telling.department)
    if mailbox is not None and template_group_id(telling.records, telling.department) is not None:
        if responds and _department_responds(telling) and telling.is_on("ticket_autoresponder"):
            _confirm(telling, mailbox)
        if telling.facts.get("alert", True):
            _alert(telling)
    _tell_of_limit(telling, responds=responds and _department_responds(telling))


def _responds(telling: Telling) -> bool:
    """Whether the owner gets an automatic answer, before the department's own setting is asked."""
    records, ticket = telling.records, telling.ticket
    mailbox, topic = records.find(t.email, ticket.email_id), records.find(t.help_topic, ticket.topic_id)
    is_refused = (
        not telling.facts.get("autorespond", True)
        or (mailbox is not None and mailbox.noautoresp)
        or (topic is not None and topic.noautoresp)
    )
    return not is_refused and not _is_our_own(telling)


def _is_our_own(telling: Telling) -> bool:
    """Whether the owner's address is one of the help desk's."""
    owner = owner_in(telling, telling.scene)
    return owner is not None and telling.records.is_our_own(owner.address)


def _department_responds(telling: Telling) -> bool:
    return telling.department is not None and bool(telling.department.ticket_auto_response)


def _confirm(telling: Telling, mailbox: Row[Any]) -> None:
    scene = read_by_owner(telling)
    owner = owner_in(telling, scene)
    if owner is None:
        return
    roots: dict[str, Value] = {
        "message": Entry(scene, telling.entry),
        "recipient": owner,
        "signature": signature(telling, "dept"),
    }
    recipients = Recipients(to=[Party(owner.address, owner.text())], kind="U", person_id=owner.row.id)
    tied = _tied(telling)
    telling.send("ticket.autoresp", mailbox, recipients, scene, roots, tied=tied, manner="auto_reply")


def _tied(telling: Telling) -> Tied:
    """Tie a mail to the first message if that came by mail, else to the conversation only."""
    mid = mail_of(telling, telling.entry.id)
    return Tied(entry_id=telling.entry.id if mid else 0, thread_id=telling.thread_id, in_reply_to=mid)


def _alert(telling: Telling) -> None:
    if not telling.is_on("ticket_alert_active"):
        return
    records, mailbox = telling.records, department_mailbox(telling.records, telling.department)
    if telling.facts.get("is_auto_reply"):
        owner = owner_in(telling, telling.scene)
        telling.served.update([owner.address] if owner is not None else [])

    def roots(scene: Scene) -> Roots:
        return {"message": Entry(scene, telling.entry)}

    tied = _tied(telling)
    if members_for_alerts(records, telling.department):
        alert_each(telling, "ticket.alert", mailbox, _to_alert(telling), roots, tied=tied)
    is_told = records.config.text("admin_email") in telling.served
    is_silent = telling.department is not None and telling.department.group_membership == NOBODY
    if telling.is_on("ticket_alert_admin") and not is_told and not is_silent:
        alert_administrator(telling, "ticket.alert", mailbox, roots, kind="M", tied=tied)


def _to_alert(telling: Telling) -> Iterable[Row[Any] | None]:
    records, ticket = telling.records, telling.ticket
    manager = manager_of(records, telling.department)
    if telling.is_on("ticket_alert_dept_members") and not ticket.staff_id and not ticket.team_id:
        members = members_for_alerts(records, telling.department)
        yield from (agent for agent in members if manager is None or agent.staff_id != manager.staff_id)
    if telling.is_on("ticket_alert_dept_manager"):
        yield manager
    if telling.is_on("ticket_alert_acct_manager"):
        yield from account_manager_of(records, ticket.user_id)


def _tell_of_limit(telling: Telling, *, responds: bool) -> None:
    """The owner has as many open tickets as one may have: tell the administrator, and the owner. Rows 6 to 8.

    The administrator is told of what the system log holds, and of what the owner is told.
    """
    records, facts = telling.records, telling.facts
    owner = owner_in(telling, read_by_owner(telling)) if facts.get("is_last") else None
    if owner is None:
        return
    limit, administrator = records.config.number("max_open_tickets"), records.config.text("admin_email")
    alerts = alert_mailbox(records)
    if facts.get("is_logged"):
        message = f"{owner.text()} <{owner.address}> now has {limit} open tickets, as many as a user may have."
        telling.write_plain(alerts, administrator, f"Maximum Open Tickets Limit ({owner.address})", message)
    if responds and telling.is_on("overlimit_notice_active"):
        recipients = Recipients(to=[Party(owner.address, owner.text())], kind="U", person_id=owner.row.id)
        roots: dict[str, Value] = {"signature": signature(telling, "dept")}
        mailbox = auto_response_mailbox(records, telling.department)
        telling.send("ticket.overlimit", mailbox, recipients, owner.scene, roots, manner="auto_reply")
        notice = f"{owner.text()} <{owner.address}> was told that {limit} tickets are open, as many as a user may have."
        telling.write_plain(alerts, administrator, "Overlimit Notice", notice)
