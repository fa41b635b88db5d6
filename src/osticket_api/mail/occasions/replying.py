"""Mails with what agents write to users. Source: mail.md 1.2, 1.3"""

from typing import Any

from sqlalchemy import Row

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.mail.letters import Party
from osticket_api.mail.mailboxes import department_mailbox
from osticket_api.mail.occasions.activity import NEW_RESPONSE, tell_of_activity
from osticket_api.mail.occasions.telling import Recipients, Telling
from osticket_api.mail.occasions.users import listed, newest_mail, owner_in, read_by_owner, signature, tied_to
from osticket_api.mail.variables.entries import Entry
from osticket_api.mail.variables.language import Value
from osticket_api.mail.variables.people import Agent, Scene


def tell_of_reply(telling: Telling) -> None:
    """An agent, or the help desk itself, answered. Agents who follow the ticket are told before the users are."""
    if telling.facts.get("alert", True):
        tell_of_activity(telling, NEW_RESPONSE)
    answer_users(telling)


def answer_users(telling: Telling) -> None:
    """`ticket.reply` to those that the reply is addressed to."""
    facts = telling.facts
    reply_to = facts.get("reply_to", "all")
    people = listed(telling, reply_to, facts.get("collaborators")) if reply_to != "none" else None
    if people is None:
        return
    agent = telling.records.staff(telling.occasion.staff_id)
    fixed: dict[str, str] = {}
    owner = owner_in(telling, people.scene)
    if people.is_owner_alone and owner is not None:
        fixed["recipient.ticket_link"] = owner.ticket_link(with_token=True)
    telling.send(
        "ticket.reply",
        telling.records.find(t.email, facts.get("from_email_id")) or _mailbox(telling),
        people.recipients,
        people.scene,
        {**_response(telling, people.scene, agent), "recipient": people.reader},
        tied=tied_to(telling, telling.entry.id, in_reply_to=newest_mail(telling)),
        fixed=fixed,
        sender_name=_sender_name(telling, agent),
        file_ids=telling.entry_files(telling.entry),
    )


def _mailbox(telling: Telling) -> Row[Any] | None:
    return department_mailbox(telling.records, telling.department)


def _response(telling: Telling, scene: Scene, agent: Row[Any] | None) -> dict[str, Value]:
    roots: dict[str, Value] = {
        "response": Entry(scene, telling.entry),
        "signature": signature(telling, telling.facts.get("signature"), agent),
    }
    if agent is not None:
        roots |= {"staff": Agent(scene, agent), "poster": Agent(scene, agent)}
    return roots


def _sender_name(telling: Telling, agent: Row[Any] | None) -> str | None:
    """The name in From that the agent chose; None for the mailbox's own."""
    if agent is None:
        return None
    choice = load_config(telling.records.tx, f"staff.{agent.staff_id}").text("default_from_name")
    if choice == "mine" and not telling.is_on("hide_staff_name"):
        return Agent(telling.scene, agent).text() or None
    if choice == "dept" and telling.department is not None and telling.department.ispublic:
        return telling.department.name or None
    return None


def tell_again(telling: Telling) -> None:
    """A response sent to the owner once more."""
    scene = read_by_owner(telling)
    owner = owner_in(telling, scene)
    if owner is None:
        return
    agent = telling.records.staff(telling.occasion.staff_id)
    author = telling.records.staff(telling.entry.staff_id)
    wanted = telling.facts.get("signature")
    signed = signature(telling, "mine" if wanted == "author" else wanted, author if wanted == "author" else agent)
    recipients = Recipients(to=[Party(owner.address, owner.text())], kind="U", person_id=owner.row.id)
    telling.send(
        "ticket.reply",
        _mailbox(telling),
        recipients,
        scene,
        {**_response(telling, scene, author), "signature": signed, "recipient": owner},
        tied=tied_to(telling, telling.entry.id, in_reply_to=newest_mail(telling, user_id=owner.row.id)),
        file_ids=telling.entry_files(telling.entry),
    )


def tell_of_opening_by_agent(telling: Telling) -> None:
    """An agent opened a ticket for a user: a notice with the first message and the response, or the response alone."""
    facts = telling.facts
    if facts.get("reply_to", "all") == "none":
        return
    response = telling.records.entry(facts.get("response_id"))
    if not telling.is_on("ticket_notice_active"):
        if response is not None:
            _answer_only(telling, response)
        return
    people = listed(telling, facts.get("reply_to", "all"), None)
    if people is None:
        return
    agent = telling.records.staff(telling.occasion.staff_id)
    roots: dict[str, Value] = {
        "message": Entry(people.scene, telling.entry),
        "response": Entry(people.scene, response) if response is not None else "",
        "staff": Agent(people.scene, agent) if agent is not None else None,
        "signature": signature(telling, facts.get("signature"), agent),
        "recipient": people.reader,
    }
    telling.send(
        "ticket.notice",
        _mailbox(telling),
        people.recipients,
        people.scene,
        roots,
        tied=tied_to(telling, telling.entry.id, in_reply_to=newest_mail(telling)),
        file_ids=telling.entry_files(telling.entry, response),
    )


def _answer_only(telling: Telling, response: Row[Any]) -> None:
    telling.entry = response
    answer_users(telling)


def answer_automatically(telling: Telling, response: Row[Any]) -> None:
    """`ticket.autoreply`: the canned response that a filter posted. Source: mail.md 1.1 row 2"""
    scene = read_by_owner(telling)
    owner = owner_in(telling, scene)
    if owner is None:
        return
    roots: dict[str, Value] = {
        "response": Entry(scene, response),
        "recipient": owner,
        "signature": signature(telling, "dept"),
    }
    telling.send(
        "ticket.autoreply",
        _mailbox(telling),
        Recipients(to=[Party(owner.address, owner.text())], kind="U", person_id=owner.row.id),
        scene,
        roots,
        tied=tied_to(telling, response.id, in_reply_to=newest_mail(telling, user_id=owner.row.id)),
        manner="auto_reply",
        file_ids=telling.entry_files(response),
    )
