"""What is heard of changes that our API makes, and of those that another program makes behind its back."""

import json

from sqlalchemy import delete, update

from osticket_api.db import tables as t
from tests.features.events.listening import Listening
from tests.fixtures.api import Api

TICKET = 26
"""Of uma, in Support, assigned to alice."""


def test_life_of_a_ticket_is_heard_in_order(api: Api, heard: Listening) -> None:
    alice, body = api.staff("alice"), "<p>x</p>"
    opened = api.user("uma").post("/tickets", {"subject": "Heard", "message": body, "topic_id": 1})
    assert heard.after(opened)[:2] == ["ticket.created", "ticket.message_added"]
    ticket = f"/tickets/{opened.data['id']}"
    assert "ticket.note_added" in heard.after(alice.post(f"{ticket}/note", {"body": body}))
    replied = heard.after(alice.post(f"{ticket}/reply", {"body": body}))
    assert "ticket.reply_added" in replied
    assert "ticket.answered" in replied
    closed = heard.after(alice.post(f"{ticket}/reply", {"body": body, "status_id": 3}))
    assert closed.count("ticket.closed") == 1
    assert "ticket.reopened" in heard.after(api.user("uma").post(f"{ticket}/message", {"body": body}))
    assert heard.after(api.staff("dora").delete(ticket))[-1:] == ["ticket.deleted"]


def test_own_change_says_who_through_what_and_from_what_to_what(api: Api, heard: Listening) -> None:
    answer = api.staff("alice").post(
        f"/tickets/{TICKET}/transfer", {"department_id": 2}, headers={"X-Request-ID": "r-1"}
    )
    assert answer.status == 200, answer.errors
    heard.step()
    (event,) = [each for each in heard.events() if each.type == "ticket.transferred"]
    assert (event.origin, event.request_id, event.actor_kind) == ("api", "r-1", "staff")
    assert json.loads(event.changes)["department_id"] == [1, 2]
    assert json.loads(event.audience)["was"]["department_id"] == 1


def test_silent_change_by_another_program_is_told_once(api: Api, heard: Listening) -> None:
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == TICKET).values(dept_id=2)))
    heard.settle()
    assert heard.types() == ["ticket.transferred"]
    heard.settle()
    assert heard.types() == []


def test_rows_that_vanish_are_told_of(api: Api, heard: Listening) -> None:
    api.write(lambda tx: tx.change(delete(t.ticket).where(t.ticket.c.ticket_id == TICKET)))
    api.write(lambda tx: tx.change(delete(t.canned_response).where(t.canned_response.c.canned_id == 1)))
    heard.settle()
    assert sorted(heard.types()) == ["canned_response.deleted", "ticket.deleted"]


def test_nothing_is_told_of_what_was_there_before(heard: Listening) -> None:
    heard.settle()
    assert heard.types() == []


def test_dry_run_and_refusal_are_not_heard(api: Api, heard: Listening) -> None:
    api.staff("alice").post(f"/tickets/{TICKET}/note?dry_run=true", {"body": "<p>x</p>"})
    api.staff("bob").post(f"/tickets/{TICKET}/reply", {"body": "<p>x</p>"})
    heard.settle()
    assert heard.types() == []
