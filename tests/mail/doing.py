"""What is done on the stage in tests of mails, and how the help desk is set up for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from osticket_api.mail.letters import Letter
from tests.fixtures.api import Answer
from tests.mail.stage import MailStage

Do = Callable[[MailStage], Answer]

NOW = datetime(2024, 3, 6, 15, tzinfo=UTC)
ADA, BOB, CYD, DAN = 1, 2, 3, 4
UMAS, OF_BOB, CLOSED, OF_TEAM, OF_DAN = 1, 2, 3, 5, 6
"""Tickets: an unassigned one, those of agents 2 and 4, a closed one, and one of team 1."""
OPENED = {"subject": "Door", "message": "<p>It sticks.</p>"}
NEW = {"name": "Nia", "email": "nia@fresh.test", "subject": "Door", "message": "It sticks."}


def on(*names: str) -> list[str]:
    return [setting(name, "1") for name in names]


def off(*names: str) -> list[str]:
    return [setting(name, "") for name in names]


def setting(name: str, value: str, namespace: str = "core") -> str:
    return (
        f"INSERT INTO ost_config(namespace,`key`,value,updated) VALUES('{namespace}','{name}','{value}',NOW())"
        f" ON DUPLICATE KEY UPDATE value='{value}'"
    )


def joined(ticket_id: int, user_id: int, identifier: int, flags: int = 3) -> str:
    thread = 20 + ticket_id
    return (
        "INSERT INTO ost_thread_collaborator(id,flags,thread_id,user_id,role,created,updated)"
        f" VALUES({identifier},{flags},{thread},{user_id},'M',NOW(),NOW())"
    )


def by(staff_id: int, path: str, body: dict[str, Any]) -> Do:
    return lambda stage: stage.api.staff_id(staff_id).post(path, body)


def by_nobody(path: str, body: dict[str, Any]) -> Do:
    return lambda stage: stage.api.anonymous().post(path, body)


def by_user(user_id: int, path: str, body: dict[str, Any]) -> Do:
    return lambda stage: stage.api.user_id(user_id).post(path, body)


def by_key(**more: Any) -> Do:
    def send(stage: MailStage) -> Answer:
        key = stage.desk.scalar("SELECT apikey FROM ost_api_key WHERE id = ?", 1)
        headers = {"X-API-Key": str(key)}
        return stage.api.anonymous().request("POST", "//api/tickets.json", json={**NEW, **more}, headers=headers)

    return send


def by_mail(*lines: str, body: str = "It sticks.") -> Do:
    """A mail of user 13 with these headers besides the usual ones."""
    usual = ["From: Wes Outside <wes@example.org>", "To: support@acme.test", "Subject: Door", "Message-ID: <a@b.test>"]

    def send(stage: MailStage) -> Answer:
        key = stage.desk.scalar("SELECT apikey FROM ost_api_key WHERE id = ?", 1)
        content = "\r\n".join([*lines, *usual, "", body]).encode()
        headers = {"X-API-Key": str(key)}
        return stage.api.anonymous().request("POST", "//api/tickets.email", content=content, headers=headers)

    return send


def summary(letter: Letter) -> str:
    """`template who cc who`, people by the name of their mailbox."""
    to, cc = ([party.address.partition("@")[0] for party in parties] for parties in (letter.to, letter.cc))
    return " ".join([letter.template, *to, *(["cc", *cc] if cc else [])])
