"""Following changes: a copy that is kept by them alone is what a full read gives."""

import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.tables.own_events import api_event
from osticket_api.events import feed
from tests.events.listening import Listening
from tests.features.changes.following import Copy
from tests.features.changes.writers import Writers
from tests.fixtures.api import Api

TICKET = 26
"""Of uma, in Support, alice has it."""
KINDS = ("tickets", "tasks", "users", "organizations", "staff", "departments", "teams", "topics")


@pytest.fixture
def heard(api: Api) -> Listening:
    return Listening(api)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_copies_converge_to_what_a_full_read_gives(api: Api, heard: Listening, seed: int) -> None:
    choose = random.Random(seed)
    writers = Writers(api, seed)
    copies = [
        Copy(api.staff("dora"), *KINDS),
        Copy(api.staff("alice"), "tickets"),
        Copy(api.staff("charlie"), "tickets"),
    ]
    done = []
    for _ in range(40):
        done.append(writers.change())
        if choose.random() < 0.6:
            heard.step(choose.choice((0.1, 0.5, 2.0)))
        if choose.random() < 0.3:
            choose.choice(copies).follow(limit=choose.choice((1, 3, 100)))
    for _ in range(12):
        heard.step(5.0)
    for copy in copies:
        while copy.follow(limit=choose.choice((1, 7, 100))):
            pass
        assert copy.held == copy.all_there_is(), done


def test_begins_with_a_cursor_and_nothing_else(api: Api, heard: Listening) -> None:
    first = api.staff("alice").get("/changes")
    assert (first.data, first.meta["has_more"]) == ([], False)
    assert api.staff("alice").get(f"/changes?since={first.meta['next_cursor']}").data == []


def test_ticket_that_changed_often_comes_once_and_whole(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")
    cursor = alice.get("/changes").meta["next_cursor"]
    for _ in range(3):
        alice.post(f"/tickets/{TICKET}/note", {"body": "<p>x</p>"})
        heard.step()
    (change,) = alice.get(f"/changes?since={cursor}").data
    assert (change["kind"], change["id"], change["is_deleted"]) == ("tickets", TICKET, False)
    (listed,) = alice.get("/tickets?number=" + change["data"]["number"]).data
    assert change["data"] == listed


def test_what_leaves_ones_sight_is_a_tombstone_and_what_never_was_in_it_is_nothing(api: Api, heard: Listening) -> None:
    bob, charlie, dora = api.staff("bob"), api.staff("charlie"), api.staff("dora")
    cursors = {caller: caller.get("/changes").meta["next_cursor"] for caller in (bob, charlie)}
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == TICKET).values(staff_id=0)))
    dora.post(f"/tickets/{TICKET}/transfer", {"department_id": 2})
    heard.settle()
    assert bob.get(f"/changes?since={cursors[bob]}").data == [
        {"kind": "tickets", "id": TICKET, "is_deleted": True, "data": None}
    ]
    assert charlie.get(f"/changes?since={cursors[charlie]}").data == []


def test_new_name_shows_in_all_that_bears_it_page_by_page(api: Api, heard: Listening) -> None:
    dora = api.staff("dora")
    cursor = dora.get("/changes").meta["next_cursor"]
    api.write(lambda tx: tx.change(update(t.department).where(t.department.c.id == 1).values(name="First Aid")))
    heard.settle()
    told: list[int] = []
    has_more = True
    while has_more:
        answer = dora.get(f"/changes?since={cursor}&limit=3")
        assert len(answer.data) <= 3
        told += [change["id"] for change in answer.data]
        assert all(change["data"]["department"]["name"] == "First Aid" for change in answer.data)
        cursor, has_more = answer.meta["next_cursor"], answer.meta["has_more"]
    listed = [ticket["id"] for ticket in dora.get("/tickets?department_id=1&per_page=100&sort=id").data]
    assert told == listed


def test_other_rights_ask_for_a_new_copy(api: Api, heard: Listening) -> None:
    bob = api.staff("bob")
    cursor = bob.get("/changes").meta["next_cursor"]
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "bob").values(assigned_only=True)))
    refused = bob.get(f"/changes?since={cursor}")
    assert (refused.status, refused.fields) == (410, ["since"])
    assert api.staff("alice").get(f"/changes?since={cursor}").status == 410


def test_too_old_a_cursor_is_gone_and_no_cursor_is_refused(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")
    cursor = alice.get("/changes").meta["next_cursor"]
    alice.post(f"/tickets/{TICKET}/note", {"body": "<p>x</p>"})
    heard.settle()
    api.write(lambda tx: tx.change(update(api_event).values(recorded_at=tx.now - timedelta(days=40))))
    api.write(feed.clear_old, 30)
    assert alice.get(f"/changes?since={cursor}").status == 410
    for wrong in ("5", "a.b.c.d", "1.2.3", "-1.0.0.x", "1.0.0.0.0", "%F0%9F%98%80"):
        assert alice.get(f"/changes?since={wrong}").status in (410, 422)
    assert alice.get("/changes?since=5").status == 422


def test_kinds_are_those_the_caller_may_read(api: Api, heard: Listening) -> None:
    made = api.staff("dora").post("/api-keys", {"name": "sync", "permissions": ["tickets.read"]})
    key = api.key(made.data["key"])
    assert key.get("/changes").status == 200
    assert key.get("/changes?kinds=users").status == 422
    body = {"name": "as dora", "permissions": ["tickets.read", "users.read"], "staff_id": 5}
    as_dora = api.key(api.staff("dora").post("/api-keys", body).data["key"])
    assert as_dora.get("/changes?kinds=tickets,users").status == 200
    refused = as_dora.get("/changes?kinds=departments")
    assert (refused.status, refused.errors[0]["detail"]["allowed"]) == (
        422,
        ["tickets", "tasks", "users", "organizations"],
    )
    unknown = api.staff("alice").get("/changes?kinds=ticket")
    assert (unknown.status, unknown.fields) == (422, ["kinds"])
    assert api.staff("alice").get("/changes?kinds=").status == 422


def test_waiting_ends_with_a_change(api: Api, heard: Listening) -> None:
    alice = api.staff("alice")
    cursor = alice.get("/changes").meta["next_cursor"]
    later = threading.Timer(0.5, lambda: (alice.post(f"/tickets/{TICKET}/note", {"body": "<p>x</p>"}), heard.step()))
    later.start()
    answer = alice.get(f"/changes?since={cursor}&wait=30")
    later.join()
    assert [change["id"] for change in answer.data] == [TICKET]
