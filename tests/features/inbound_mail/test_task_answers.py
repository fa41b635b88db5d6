"""Answers by mail to mails about a task: they are in the conversation of the task, and those who follow it are told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.features.files.content import read_all
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.letters import Letter
from tests.fixtures.api import Answer, Api, running_api, settings_for_tests
from tests.fixtures.templates import Template

UMA, KEY = 1, "F" * 32
FOLLOWERS = {
    "task_activity_is_on": True,
    "task_activity_to_assignee": True,
    "task_activity_to_last_respondent": False,
    "task_activity_to_department_manager": False,
}


@pytest.fixture
def desk(demo: Template, tmp_path: Path) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, secret_salt="a salt that osTicket made") as api:
        values = {"apikey": KEY, "ipaddr": "127.0.0.1", "isactive": True, "can_create_tickets": True}
        api.write(lambda tx: tx.insert(t.api_key, **values, created=tx.now))
        yield api


@pytest.fixture
def task(desk: Api) -> int:
    """Alice has the task, and Uma takes part in it."""
    alice = desk.staff("alice")
    given = {
        "title": "Order paper",
        "description": "<p>A4</p>",
        "department_id": 1,
        "staff_id": me(desk, "alice")["id"],
    }
    made = alice.post("/tasks", given)
    assert made.status == 201, made.errors
    task_id = int(made.data["id"])
    assert alice.post(f"/tasks/{task_id}/collaborators", {"user_id": UMA}).status == 201
    return task_id


def me(desk: Api, username: str) -> Any:
    return desk.staff(username).get("/staff/me").data


def turn_on(desk: Api, **alerts: bool) -> None:
    assert desk.staff("dora").patch("/settings", {"alerts": {**FOLLOWERS, **alerts}}).status == 200


def mails(desk: Api, template: str) -> list[Letter]:
    """The mails made from a template so far, newest first."""
    mail_worker = MailWorker(desk.database, settings_for_tests(mail="store"), read_all)
    desk.client.portal.call(mail_worker.make)  # type: ignore[union-attr]
    mail = api_outgoing_mail.c
    rows = desk.rows(select(mail.content).where(mail.template == template).order_by(mail.id.desc()))
    return [msgspec.json.decode(row.content, type=Letter) for row in rows]


def answer(desk: Api, answered: Letter, sender: str, **headers: str) -> Answer:
    """A mail that answers another one, at osTicket's own endpoint."""
    given = {"From": sender, "To": answered.sender.address, "Subject": "Re: paper", "Message-ID": "<a1@example.org>"}
    lines = [f"{name}: {value}" for name, value in {**given, "In-Reply-To": answered.message_id, **headers}.items()]
    raw = "\r\n".join([*lines, "", "It has come.", ""]).encode()
    return desk.key(KEY).request("POST", "//api/tickets.email", content=raw)


def entries(desk: Api, task_id: int) -> Any:
    entry, thread = t.thread_entry.c, t.thread.c
    of_task = select(thread.id).where(thread.object_type == "A", thread.object_id == task_id).scalar_subquery()
    return desk.rows(select(t.thread_entry).where(entry.thread_id == of_task).order_by(entry.id))


def count_tickets(desk: Api) -> int:
    return int(desk.rows(select(func.count()).select_from(t.ticket))[0][0])


def notice(desk: Api, task: int) -> Letter:
    assert desk.staff("alice").post(f"/tasks/{task}/reply", {"body": "<p>Ordered.</p>"}).status == 201
    return mails(desk, "task.activity.notice")[0]


def test_a_collaborator_answers_in_the_task(desk: Api, task: int) -> None:
    turn_on(desk)
    told, before = notice(desk, task), count_tickets(desk)
    answered = answer(desk, told, told.cc[0].address)
    number = desk.staff("alice").get(f"/tasks/{task}").data["number"]
    assert (answered.status, answered.response.text.strip('"')) == (201, number)
    assert count_tickets(desk) == before
    entry = entries(desk, task)[-1]
    assert (entry.type, entry.user_id, entry.source, entry.pid) == ("M", UMA, "Email", told.entry_id)
    assert "It has come." in entry.body
    (alert,) = [each for each in mails(desk, "task.activity.alert") if each.entry_id == entry.id]
    assert [party.address for party in alert.to] == [me(desk, "alice")["email"]]


def test_the_time_of_the_last_message_stays(desk: Api, task: int) -> None:
    told = notice(desk, task)
    last = select(t.thread.c.lastmessage).where(t.thread.c.object_type == "A", t.thread.c.object_id == task)
    before = desk.rows(last)
    assert answer(desk, told, told.cc[0].address).status == 201
    assert desk.rows(last) == before


@pytest.mark.parametrize("alerted", [True, False])
def test_an_agent_answers_an_alert_with_a_note(desk: Api, task: int, alerted: bool) -> None:
    turn_on(desk)
    assert desk.staff("bob").post(f"/tasks/{task}/note", {"body": "<p>When?</p>"}).status == 201
    alert, before = mails(desk, "task.activity.alert")[0], count_tickets(desk)
    turn_on(desk, task_activity_is_on=alerted, task_activity_to_department_manager=True)
    assert answer(desk, alert, alert.to[0].address).status == 201
    entry = entries(desk, task)[-1]
    assert (entry.type, entry.staff_id, entry.pid) == ("N", me(desk, "alice")["id"], alert.entry_id)
    assert count_tickets(desk) == before
    told = [each for each in mails(desk, "task.activity.alert") if each.entry_id == entry.id]
    addresses = {party.address for each in told for party in each.to}
    assert me(desk, "alice")["email"] not in addresses
    assert bool(addresses) <= alerted


def test_an_assignment_names_the_thread_alone(desk: Api, task: int) -> None:
    alerts = {"task_assignment_is_on": True, "task_assignment_to_assignee": True}
    assert desk.staff("dora").patch("/settings", {"alerts": alerts}).status == 200
    bob = me(desk, "bob")
    given = {"staff_id": bob["id"], "comment": "<p>Yours.</p>"}
    assert desk.staff("dora").post(f"/tasks/{task}/assign", given).status == 200
    alert = mails(desk, "task.assignment.alert")[0]
    assert alert.to[0].address == bob["email"]
    assert answer(desk, alert, bob["email"]).status == 201
    assert (entries(desk, task)[-1].type, entries(desk, task)[-1].staff_id) == ("N", bob["id"])


def test_the_same_mail_again_changes_nothing(desk: Api, task: int) -> None:
    told = notice(desk, task)
    first, again = (answer(desk, told, told.cc[0].address) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.response.text == again.response.text
    assert len([each for each in entries(desk, task) if "It has come." in each.body]) == 1


def test_an_answer_to_an_answer_finds_the_task_by_its_kept_id(desk: Api, task: int) -> None:
    told = notice(desk, task)
    assert answer(desk, told, told.cc[0].address).status == 201
    later = {"Message-ID": "<a2@example.org>", "In-Reply-To": "<a1@example.org>"}
    assert answer(desk, told, told.cc[0].address, **later).status == 201
    assert [each.source for each in entries(desk, task)[-2:]] == ["Email", "Email"]


def test_a_stranger_is_named_in_the_text(desk: Api, task: int) -> None:
    told = notice(desk, task)
    assert answer(desk, told, "Eve <eve@elsewhere.example>").status == 201
    entry = entries(desk, task)[-1]
    assert not entry.user_id
    assert "Received From: Eve" in entry.body


@pytest.mark.parametrize(
    ("change", "opens"),
    [
        (lambda mail: {"Auto-Submitted": "auto-replied"}, False),
        (lambda mail: {"From": mail.sender.address}, True),
        (lambda mail: {"In-Reply-To": mail.message_id.replace("<B", "<C")}, True),
    ],
)
def test_what_is_no_answer(desk: Api, task: int, change: Callable[[Letter], dict[str, str]], opens: bool) -> None:
    """A program's answer alerts nobody; the help desk's own address and a forged reference get no entry."""
    turn_on(desk)
    told, before = notice(desk, task), len(entries(desk, task))
    alerts = len(mails(desk, "task.activity.alert"))
    assert answer(desk, told, told.cc[0].address, **change(told)).status == 201
    assert (len(entries(desk, task)) == before) == opens
    assert len(mails(desk, "task.activity.alert")) == alerts


def test_a_mail_about_a_task_that_is_gone_opens_a_ticket(desk: Api, task: int) -> None:
    told, before = notice(desk, task), count_tickets(desk)
    assert desk.staff("dora").delete(f"/tasks/{task}").status == 204
    assert answer(desk, told, told.cc[0].address).status == 201
    assert count_tickets(desk) == before + 1
