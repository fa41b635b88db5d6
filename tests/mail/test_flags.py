"""What callers say about who is mailed: `alert`, `autorespond`, `reply_to`, at every way in."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from osticket_api.db.tables.own_mail import api_outgoing_mail
from tests.features.auth.test_service import set_config
from tests.features.outgoing_mails.test_service import make
from tests.fixtures.api import Answer, Api
from tests.legacy.client import client, number_of

BOBS = 25
"""A ticket that bob has; others write on it."""
OPENED = {"subject": "Door", "message": "It sticks.", "topic_id": 1}
SENT = {"name": "Zoe", "email": "zoe@example.net", "subject": "Door", "message": "It sticks.", "topicId": 1}
ON = """note_alert_active note_alert_assigned ticket_alert_active ticket_alert_dept_members ticket_autoresponder
    task_activity_alert_active task_activity_alert_assigned"""


@pytest.fixture(autouse=True)
def _everybody_is_told(api: Api) -> None:
    for name in ON.split():
        set_config(api, name, "1")


def mailed(api: Api, answer: Answer) -> list[str]:
    """The templates of the mails that a request led to."""
    assert answer.status < 300, answer.content
    make(api)
    mail = api_outgoing_mail.c
    templates = sorted({row.template for row in api.rows(select(mail.template))})
    api.write(lambda tx: tx.change(delete(api_outgoing_mail)))
    return templates


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({}, ["note.alert", "ticket.reply"]),
        ({"alert": False}, ["ticket.reply"]),
        ({"reply_to": "none"}, ["note.alert"]),
        ({"reply_to": "none", "alert": False}, []),
    ],
)
def test_a_reply_tells_whom_it_is_asked_to(api: Api, says: dict[str, Any], expected: list[str]) -> None:
    answer = api.staff("alice").post(f"/tickets/{BOBS}/reply", {"body": "Soon.", **says})
    assert mailed(api, answer) == expected


def test_a_note_tells_agents_unless_told_not_to(api: Api) -> None:
    alice, path = api.staff("alice"), f"/tickets/{BOBS}/note"
    assert mailed(api, alice.post(path, {"body": "x"})) == ["note.alert"]
    assert mailed(api, alice.post(path, {"body": "x", "alert": False})) == []


def test_an_agent_who_opens_a_ticket_says_whether_colleagues_are_told(api: Api) -> None:
    alice, body = api.staff("alice"), {**OPENED, "email": "zoe@example.net", "name": "Zoe", "autorespond": True}
    assert mailed(api, alice.post("/tickets", body)) == ["ticket.alert", "ticket.notice"]
    assert mailed(api, alice.post("/tickets", {**body, "alert": False})) == ["ticket.notice"]
    assert mailed(api, alice.post("/tickets", {**body, "reply_to": "none"})) == ["ticket.alert"]


def test_users_do_not_choose_who_is_told(api: Api) -> None:
    uma = api.user("uma")
    assert mailed(api, uma.post("/tickets", OPENED)) == ["ticket.alert", "ticket.autoresp"]
    assert uma.post("/tickets", {**OPENED, "alert": False}).status == 403


def test_keys_choose_who_is_told(api: Api) -> None:
    old = client(api)
    new, body = api.key(old.key), {**OPENED, "email": "zoe@example.net", "name": "Zoe"}
    assert mailed(api, new.post("/tickets", body)) == ["ticket.alert", "ticket.autoresp"]
    assert mailed(api, new.post("/tickets", {**body, "autorespond": False})) == ["ticket.alert"]
    assert mailed(api, new.post("/tickets", {**body, "alert": False})) == ["ticket.autoresp"]
    assert mailed(api, old("POST", "tickets.json", {**SENT, "subject": "1"})) == ["ticket.alert", "ticket.autoresp"]
    assert mailed(api, old("POST", "tickets.json", {**SENT, "subject": "2", "alert": 0})) == ["ticket.autoresp"]
    assert mailed(api, old("POST", "tickets.json", {**SENT, "subject": "3", "autorespond": ""})) == ["ticket.alert"]
    assert mailed(api, old("POST", "tickets.json", {**SENT, "subject": "4", "alert": "false"})) == [
        "ticket.alert",
        "ticket.autoresp",
    ]


def test_what_the_plugin_changes_alerts_nobody(api: Api) -> None:
    old = client(api)
    changed = {"note": "Looked at it.", "staffId": "alice"}
    assert mailed(api, old("PATCH", f"tickets-update.php/{number_of(api, BOBS)}.json", changed)) == []
