"""The feed as callers read it: what they may hear, from where on, how long they wait."""

import threading
import time
from datetime import timedelta

from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.tables.own_events import api_event
from osticket_api.db.unit import Write
from osticket_api.events import feed
from tests.events.listening import Listening
from tests.fixtures.api import Api, Caller

SUPPORT_TICKET = 26
"""Of uma, in Support, alice has it. charlie works in Billing."""


def types_of(caller: Caller, parameters: str = "") -> list[str]:
    answer = caller.get(f"/events?{parameters}")
    assert answer.status == 200, answer.errors
    return [event["type"] for event in answer.data]


def test_each_caller_hears_what_they_may_read(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")
    alice.post(f"/tickets/{SUPPORT_TICKET}/note", {"body": "<p>secret</p>"})
    alice.post(f"/tickets/{SUPPORT_TICKET}/reply", {"body": "<p>hello</p>"})
    heard.settle()
    assert {"ticket.note_added", "ticket.reply_added"} <= set(types_of(alice))
    assert types_of(api.user("uma")) == ["ticket.reply_added"]
    assert types_of(api.user("ulf")) == []
    assert types_of(api.staff("charlie")) == []


def test_users_do_not_learn_the_names_of_agents(api: Api, heard: Listening) -> None:
    api.staff("alice").post(f"/tickets/{SUPPORT_TICKET}/reply", {"body": "<p>hello</p>"})
    heard.settle()
    (event,) = api.user("uma").get("/events").data
    assert event["actor"] == {"kind": "staff", "id": None, "name": ""}


def test_cursor_leads_from_one_answer_to_the_next(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")
    for _ in range(3):
        alice.post(f"/tickets/{SUPPORT_TICKET}/note", {"body": "<p>x</p>"})
    heard.settle()
    seen, cursor = [], "0"
    for _ in range(4):
        answer = alice.get(f"/events?limit=1&after={cursor}")
        seen += [event["id"] for event in answer.data]
        cursor = answer.meta["next_cursor"]
    assert len(seen) == 3
    assert seen == sorted(set(seen))
    assert answer.meta["has_more"] is False


def test_filters_by_type_and_ticket(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")
    alice.post(f"/tickets/{SUPPORT_TICKET}/note", {"body": "<p>x</p>"})
    alice.post(f"/tickets/{SUPPORT_TICKET}/reply", {"body": "<p>x</p>"})
    heard.settle()
    assert types_of(alice, "types=ticket.note_*") == ["ticket.note_added"]
    assert types_of(alice, "ticket_id=25") == []
    refused = alice.get("/events?types=tickets.created")
    assert (refused.status, refused.fields) == (422, ["types"])
    assert "ticket.created" in refused.errors[0]["message"]


def test_waiting_ends_when_something_happens(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")

    def change() -> None:
        time.sleep(0.3)
        alice.post(f"/tickets/{SUPPORT_TICKET}/note", {"body": "<p>x</p>"})
        heard.step()

    cursor = alice.get("/events").meta["next_cursor"]
    writer = threading.Thread(target=change)
    writer.start()
    started = time.monotonic()
    answer = alice.get(f"/events?after={cursor}&wait=25")
    writer.join()
    assert [event["type"] for event in answer.data] == ["ticket.note_added"]
    assert time.monotonic() - started < 20


def test_agent_hears_that_a_ticket_left_their_sight_and_nothing_of_it(api: Api, heard: Listening) -> None:
    moved = api.staff("dora").post(f"/tickets/{SUPPORT_TICKET}/transfer", {"department_id": 2})
    assert moved.status == 200, moved.errors
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == SUPPORT_TICKET).values(staff_id=0)))
    heard.settle()
    bob = [event for event in api.staff("bob").get("/events").data if event["ticket_id"] == SUPPORT_TICKET]
    assert bob
    assert {event["type"] for event in bob} == {"ticket.gone"}
    assert all(event["changes"] == {} and event["details"] == {} and event["actor"] is None for event in bob)
    assert api.staff("bob").get(f"/events?types=ticket.gone&ticket_id={SUPPORT_TICKET}").data == bob


def test_key_hears_of_its_departments(api: Api, heard: Listening) -> None:
    dora, alice = api.staff("dora"), api.staff("alice")
    body = {"name": "listener", "permissions": ["tickets.read"]}
    everywhere = dora.post("/api-keys", body).data["key"]
    elsewhere = dora.post("/api-keys", {**body, "departments": [2]}).data["key"]
    nothing = dora.post("/api-keys", {"name": "mute", "permissions": ["cron"]}).data["key"]
    alice.post(f"/tickets/{SUPPORT_TICKET}/note", {"body": "<p>x</p>"})
    heard.settle()
    assert "ticket.note_added" in types_of(api.key(everywhere))
    assert types_of(api.key(elsewhere)) == []
    assert api.key(nothing).get("/events").status == 403


def test_agent_by_a_key_hears_what_the_key_may_read(api: Api, heard: Listening) -> None:
    body = {"name": "as dora", "permissions": ["tickets.read"], "staff_id": 5}
    tickets = api.key(api.staff("dora").post("/api-keys", body).data["key"])
    people = api.key(
        api.staff("dora").post("/api-keys", {**body, "permissions": ["tickets.read", "staff.read"]}).data["key"]
    )
    api.write(lambda tx: tx.change(update(t.department).where(t.department.c.id == 1).values(name="Aid")))
    api.write(lambda tx: tx.change(update(t.user).where(t.user.c.id == 1).values(name="Ute")))
    heard.settle()
    assert types_of(tickets) == []
    assert types_of(people) == ["department.updated"]
    assert types_of(api.staff("dora")) == ["department.updated", "user.updated"]


def test_what_was_cleared_away_is_gone(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")
    alice.post(f"/tickets/{SUPPORT_TICKET}/note", {"body": "<p>x</p>"})
    heard.settle()

    def age(tx: Write) -> None:
        tx.change(update(api_event).values(recorded_at=tx.now - timedelta(days=40)))

    api.write(age)
    assert api.write(feed.clear_old, 30) == 1
    assert alice.get("/events?after=0").status == 410
    assert types_of(alice) == []


def test_what_only_the_stream_tells_of_is_refused_elsewhere(api: Api, heard: Listening) -> None:
    for types in ("ticket.presence", "ticket.closed,*.presence"):
        refused = api.staff("alice").get(f"/events?types={types}")
        assert (refused.status, refused.fields) == (422, ["types"])
        assert "in the stream alone" in refused.errors[0]["message"]
        given = {"url": "https://example.com/", "types": types.split(",")}
        assert api.staff("dora").post("/webhooks", given).fields == ["types"]
    assert api.staff("alice").get("/events?types=ticket.*").status == 200


def test_cursor_from_beyond_the_end_is_gone(api: Api, heard: Listening) -> None:
    """The database was restored: whoever went on with such a cursor would miss what comes until then."""
    alice = api.staff("alice")
    alice.post(f"/tickets/{SUPPORT_TICKET}/note", {"body": "<p>x</p>"})
    heard.settle()
    last = int(alice.get("/events?limit=500").meta["next_cursor"])
    assert alice.get(f"/events?after={last}").status == 200
    refused = alice.get(f"/events?after={last + 1}")
    assert (refused.status, refused.fields) == (410, ["after"])
    assert alice.get(f"/stream?after={last + 1}").status == 410
    assert alice.get("/stream", headers={"Last-Event-ID": str(last + 1)}).status == 410
    cursor = alice.get("/changes").meta["next_cursor"].partition(".")[2]
    assert alice.get(f"/changes?since={last}.{cursor}").status == 200
    assert alice.get(f"/changes?since={last + 1}.{cursor}").status == 410
