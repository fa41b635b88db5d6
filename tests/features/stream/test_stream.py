"""The stream: events as they happen, resumed without loss, ended with the sign-in."""

import time

from sqlalchemy import delete, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.events.listening import Listening
from tests.events.streaming import open_stream
from tests.fixtures.api import Api

TICKET, BOB, SALES = 26, 3, 2


def note(api: Api, heard: Listening) -> None:
    answer = api.staff("alice").post(f"/tickets/{TICKET}/note", {"body": "<p>x</p>"})
    assert answer.status == 201, answer.errors
    heard.step()


def test_event_reaches_an_open_stream(api: Api, heard: Listening) -> None:
    with open_stream(api, "/stream?types=ticket.*", api.staff("alice").headers) as stream:
        note(api, heard)
        (event,) = stream.wait_for(1)
    assert (event["type"], event["ticket_id"]) == ("ticket.note_added", TICKET)
    assert f"id: {event['id']}\n" in stream.text
    assert "event: ticket.note_added\n" in stream.text


def test_stream_resumes_after_the_last_event(api: Api, heard: Listening) -> None:
    alice = api.staff("alice").headers
    with open_stream(api, "/stream", alice) as stream:
        note(api, heard)
        last = stream.wait_for(1)[0]["id"]
    note(api, heard)
    note(api, heard)
    with open_stream(api, "/stream", {**alice, "Last-Event-ID": str(last)}) as stream:
        assert len(stream.wait_for(2)) == 2


def test_ticket_opens_one_stream(api: Api, heard: Listening) -> None:
    ticket = api.staff("alice").post("/stream/tickets").data["ticket"]
    with open_stream(api, f"/stream?ticket={ticket}", {}) as stream:
        note(api, heard)
        assert len(stream.wait_for(1)) == 1
    with open_stream(api, f"/stream?ticket={ticket}", {}) as again:
        assert again.status == 401


def test_stream_needs_a_caller(api: Api) -> None:
    with open_stream(api, "/stream", {}) as stream:
        assert stream.status == 401


def test_agent_who_lost_a_department_hears_no_more_of_it(api: Api, heard: Listening) -> None:
    bob = api.staff("bob")
    with open_stream(api, "/stream?types=ticket.*", bob.headers) as stream:
        note(api, heard)
        assert len(stream.wait_for(1)) == 1
        api.write(_move_bob)
        note(api, heard)
        time.sleep(0.6)
        moved = api.staff("alice").post(f"/tickets/{TICKET}/transfer", {"department_id": SALES})
        assert moved.status == 200, moved.errors
        heard.step()
        types = [event["type"] for event in stream.wait_for(2)]
    assert types == ["ticket.note_added", "ticket.transferred"]


def _move_bob(tx: Write) -> None:
    """From Support to Sales, as the panel does it."""
    tx.change(update(t.staff).where(t.staff.c.username == "bob").values(dept_id=SALES))
    tx.change(delete(t.staff_dept_access).where(t.staff_dept_access.c.staff_id == BOB))
