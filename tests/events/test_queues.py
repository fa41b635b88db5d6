"""Listening to a queue: what happens to the tickets in it, and that one leaves it."""

from typing import Any

import pytest

from tests.events.listening import Listening
from tests.events.streaming import open_stream
from tests.features.queues.made import add_queue
from tests.fixtures.api import Api

OPEN, CLOSED_QUEUE = 1, 8
ALICES, CHARLIE, SALES = 26, 4, 2


def in_queue(api: Api, queue: int, agent: str = "alice") -> list[int]:
    return [each["id"] for each in api.staff(agent).get(f"/queues/{queue}/tickets?per_page=100").data]


def note(api: Api, ticket: int) -> None:
    answer = api.staff("alice").post(f"/tickets/{ticket}/note", {"body": "<p>x</p>"})
    assert answer.status == 201, answer.errors


def told(api: Api, query: str, agent: str = "alice") -> list[tuple[str, Any]]:
    answer = api.staff(agent).get(f"/events?{query}")
    assert answer.status == 200, answer.errors
    return [(event["type"], event["ticket_id"]) for event in answer.data]


def test_only_tickets_in_the_queue_are_heard_of(api: Api, heard: Listening) -> None:
    closed = in_queue(api, CLOSED_QUEUE)[0]
    note(api, ALICES)
    note(api, closed)
    heard.settle()
    assert told(api, f"queue_id={OPEN}") == [("ticket.note_added", ALICES)]
    assert told(api, f"queue_id={CLOSED_QUEUE}") == [("ticket.note_added", closed)]
    assert told(api, f"queue_id={OPEN}&types=ticket.closed") == []


def test_ticket_that_leaves_the_queue_is_told_as_gone(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")
    status = next(each["id"] for each in alice.get("/statuses").data if each["state"] == "closed")
    note(api, ALICES)
    heard.settle()
    assert alice.post(f"/tickets/{ALICES}/status", {"status_id": status}).status == 200
    heard.settle()
    assert ("ticket.gone", ALICES) in told(api, f"queue_id={OPEN}")
    assert ("ticket.closed", ALICES) in told(api, f"queue_id={CLOSED_QUEUE}")
    gone = [each for each in alice.get(f"/events?queue_id={OPEN}").data if each["type"] == "ticket.gone"]
    assert (gone[0]["changes"], gone[0]["details"], gone[0]["actor"]) == ({}, {}, None)


def test_change_of_a_ticket_that_was_never_in_the_queue_is_not_told(api: Api, heard: Listening) -> None:
    changed = api.staff("dora").post(f"/tickets/{ALICES}/transfer", {"department_id": SALES})
    assert changed.status == 200, changed.errors
    heard.settle()
    assert ("ticket.transferred", ALICES) in told(api, f"queue_id={OPEN}", "dora")
    assert told(api, f"queue_id={CLOSED_QUEUE}", "dora") == []


def test_queue_of_my_tickets_differs_from_agent_to_agent(api: Api, heard: Listening) -> None:
    mine = add_queue(api, ["assignee", "includes", {"M": "Me"}])
    note(api, ALICES)
    heard.settle()
    assert told(api, f"queue_id={mine}") == [("ticket.note_added", ALICES)]
    assert told(api, f"queue_id={mine}", "dora") == []


def test_stream_of_a_queue(api: Api, heard: Listening) -> None:
    closed = in_queue(api, CLOSED_QUEUE)[0]
    with open_stream(api, f"/stream?queue_id={OPEN}", api.staff("alice").headers) as stream:
        note(api, closed)
        note(api, ALICES)
        heard.step()
        events = stream.wait_for(1, seconds=30)
    assert [event["ticket_id"] for event in events if event["id"]] == [ALICES]


@pytest.mark.parametrize("path", ["/events", "/stream"])
def test_queue_that_cannot_be_listened_to_is_named(api: Api, path: str) -> None:
    hidden = add_queue(api, flags=0, staff_id=CHARLIE)
    for caller, queue in ((api.staff("alice"), 9999), (api.staff("alice"), hidden), (api.user("uma"), OPEN)):
        answer = caller.get(f"{path}?queue_id={queue}")
        assert (answer.status, answer.fields) == (422, ["queue_id"])
    assert api.staff("alice").get(f"{path}?queue_id=x").fields == ["queue_id"]
