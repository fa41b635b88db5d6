"""What a dry run tells to those who may not know the people of the help desk."""

import json
from typing import Any

from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Answer, Api

NEW = {"email": "uma@example.net", "name": "Uma", "subject": "x", "message": "x", "topic_id": 1}


def test_a_user_does_not_hear_who_would_be_alerted(api: Api) -> None:
    answer = api.user("uma").post("/tickets/26/message?dry_run=true", {"body": "Hello"})
    assert answer.status == 200
    assert {each["kind"] for each in answer.data["effects"]} >= {"entry"}
    _assert_names_nobody(answer.data)


def test_a_key_does_not_hear_who_would_be_mailed(api: Api) -> None:
    made = api.staff("dora").post("/api-keys", {"name": "Robot", "permissions": ["tickets.create"]}).data
    answer = api.key(made["key"]).post("/tickets?dry_run=true", NEW)
    assert answer.status == 200, answer.errors
    _assert_names_nobody(answer.data)


def test_an_agent_hears_it(api: Api) -> None:
    answer = api.staff("alice").post("/tickets/26/reply?dry_run=true", {"body": "Hello"})
    assert "mail" in {each["kind"] for each in answer.data["effects"]}


def _narrow(tx: Write, granted: str) -> None:
    tx.change(update(t.staff).where(t.staff.c.username == "alice").values(permissions=granted))


def _mails(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.errors
    return [each for each in answer.data["effects"] if each["kind"] == "mail"]


def _assign(tx: Write, ticket_id: int, username: str) -> None:
    agent = select(t.staff.c.staff_id).where(t.staff.c.username == username).scalar_subquery()
    tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(staff_id=agent))
    tx.change(update(t.config).where(t.config.c.key == "note_alert_active").values(value="1"))


def test_an_agent_hears_only_of_recipients_whom_they_may_see(api: Api) -> None:
    api.write(_assign, 26, "charlie")
    path, note = "/tickets/26/note?dry_run=true", {"body": "x"}
    api.write(_narrow, '{"visibility.agents": 1, "user.dir": 1}')
    (mail,) = _mails(api.staff("alice").post(path, note))
    assert [address.partition("@")[0] for address in mail["to"]] == ["charlie"]
    assert "hidden_recipients" not in mail
    api.write(_narrow, "{}")
    (hidden,) = _mails(api.staff("alice").post(path, note))
    assert hidden == {**mail, "to": [], "hidden_recipients": 1}


def test_an_agent_hears_of_the_users_of_tickets_whom_they_see(api: Api) -> None:
    api.write(_narrow, "{}")
    mails = _mails(api.staff("alice").post("/tickets/26/reply?dry_run=true", {"body": "Hello"}))
    assert "uma@acme.example" in {address for mail in mails for address in mail["to"]}
    assert {mail["hidden_recipients"] for mail in mails} == {0}


def _assert_names_nobody(data: object) -> None:
    text = json.dumps(data)
    for word in ("@", "staff_id", "recipients", '"mail"', '"event"'):
        assert word not in text, data
