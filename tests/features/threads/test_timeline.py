"""Conversations that move: entries and events in one order, by cursor in both directions."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from tests.fixtures.api import Api, Caller
from tests.fixtures.counting import fewest_queries

BOB = 3
ACTS = (
    ("note", {"body": "<p>First</p>"}),
    ("assign", {"staff_id": BOB}),
    ("note", {"body": "<p>Second</p>"}),
    ("status", {"status_id": 3}),
    ("status", {"status_id": 1}),
)


@pytest.fixture
def ticket(api: Api) -> int:
    """A ticket of many entries and events, all of the same few seconds."""
    alice = api.staff("alice")
    opened = alice.post("/tickets", {"user_id": 1, "subject": "Moves", "message": "<p>Hello</p>", "topic_id": 1})
    assert opened.status == 201, opened.errors
    for action, body in ACTS:
        answer = alice.post(f"/tickets/{opened.data['id']}/{action}", body)
        assert answer.status in (200, 201), answer.errors
    return int(opened.data["id"])


def pages(caller: Caller, path: str, way: str = "next_cursor", **params: Any) -> list[str]:
    """The ids on all pages, from the first on."""
    found: list[str] = []
    while True:
        answer = caller.get(path, params=params)
        assert answer.status == 200, answer.errors
        found += [item["id"] for item in answer.data]
        if answer.meta[way] is None:
            return found
        params = {**params, "cursor": answer.meta[way]}


def test_timeline_has_every_entry_and_event_in_one_order(api: Api, ticket: int) -> None:
    alice = api.staff("alice")
    items = alice.get(f"/tickets/{ticket}/timeline").data
    entries = alice.get(f"/tickets/{ticket}/thread").data
    events = alice.get(f"/tickets/{ticket}/events").data
    assert [item["entry"] for item in items if item["kind"] == "entry"] == entries
    assert [item["event"] for item in items if item["kind"] == "event"] == events
    assert [item["created_at"] for item in items] == sorted(item["created_at"] for item in items)
    assert len(items) == len({item["id"] for item in items})


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_of_any_size_give_the_same_in_both_directions(api: Api, ticket: int, size: int) -> None:
    alice, path = api.staff("alice"), f"/tickets/{ticket}/timeline"
    whole = [item["id"] for item in alice.get(path).data]
    assert pages(alice, path, per_page=size) == whole
    assert pages(alice, path, per_page=size, sort="-created_at") == whole[::-1]
    middle = alice.get(path, params={"per_page": 3})
    beside = alice.get(path, params={"per_page": size, "cursor": middle.meta["next_cursor"]})
    back = alice.get(path, params={"per_page": 100, "cursor": beside.meta["previous_cursor"]})
    assert [item["id"] for item in back.data] == whole[:3]


def test_back_and_forth_ends_where_the_conversation_does(api: Api, ticket: int) -> None:
    alice, path = api.staff("alice"), f"/tickets/{ticket}/timeline"
    first = alice.get(path, params={"per_page": 2})
    assert first.meta["previous_cursor"] is None
    newest = alice.get(path, params={"per_page": 2, "sort": "-created_at"})
    assert newest.meta["previous_cursor"] is None
    assert newest.meta["next_cursor"] is not None
    assert alice.get(path, params={"per_page": 100}).meta["next_cursor"] is None


def test_after_gives_what_has_come_since_even_in_the_same_second(api: Api, ticket: int) -> None:
    alice, path = api.staff("alice"), f"/tickets/{ticket}/timeline"
    for sort in ("created_at", "-created_at"):
        seen = alice.get(path, params={"sort": sort, "per_page": 100})
        assert alice.get(path, params={"after": seen.meta["after"]}).data == []
        alice.post(f"/tickets/{ticket}/note", {"body": "<p>News</p>"})
        alice.post(f"/tickets/{ticket}/mark", {"is_answered": True})
        news = alice.get(path, params={"after": seen.meta["after"]})
        assert [item["entry"]["body"] for item in news.data if item["entry"]] == ["<p>News</p>"]
        assert alice.get(path, params={"after": news.meta["after"]}).data == []


def test_after_an_event_an_entry_of_its_second_is_new(api: Api, ticket: int) -> None:
    alice, path = api.staff("alice"), f"/tickets/{ticket}/timeline"
    moment = datetime(2030, 1, 1, tzinfo=UTC)

    def postpone(tx: Any, table: Any, column: str, row_id: int) -> None:
        tx.change(update(table).where(table.c.id == row_id).values({column: moment}))

    event_id = alice.get(f"/tickets/{ticket}/events").data[-1]["id"]
    api.write(postpone, t.thread_event, "timestamp", event_id)
    seen = {size: alice.get(path, params={"sort": "-created_at", "per_page": size}).meta["after"] for size in (1, 100)}
    entry_id = alice.post(f"/tickets/{ticket}/note", {"body": "<p>Late</p>"}).data["id"]
    api.write(postpone, t.thread_entry, "created", entry_id)
    for after in seen.values():
        assert [item["id"] for item in alice.get(path, params={"after": after}).data] == [f"entry:{entry_id}"]


def test_after_takes_the_id_of_an_item_too(api: Api, ticket: int) -> None:
    alice = api.staff("alice")
    entries = [each["id"] for each in alice.get(f"/tickets/{ticket}/thread").data]
    events = [each["id"] for each in alice.get(f"/tickets/{ticket}/events").data]
    later = alice.get(f"/tickets/{ticket}/thread", params={"after": entries[0]}).data
    assert [each["id"] for each in later] == entries[1:]
    later = alice.get(f"/tickets/{ticket}/events", params={"after": events[1]}).data
    assert [each["id"] for each in later] == events[2:]
    items = [each["id"] for each in alice.get(f"/tickets/{ticket}/timeline").data]
    later = alice.get(f"/tickets/{ticket}/timeline", params={"after": items[2]}).data
    assert [each["id"] for each in later] == items[3:]


@pytest.mark.parametrize("part", ["thread", "events"])
def test_thread_and_events_go_on_by_cursor_from_a_page_by_number(api: Api, ticket: int, part: str) -> None:
    alice, path = api.staff("alice"), f"/tickets/{ticket}/{part}"
    whole = [each["id"] for each in alice.get(path).data]
    assert pages(alice, path, per_page=2) == whole
    assert pages(alice, path, per_page=2, sort="-created_at") == whole[::-1]
    by_number = alice.get(path, params={"per_page": 2, "page": 2})
    assert [each["id"] for each in by_number.data] == whole[2:4]
    assert by_number.meta["total"] == len(whole)
    rest = alice.get(path, params={"after": by_number.meta["after"]})
    assert [each["id"] for each in rest.data] == whole[4:]


@pytest.mark.parametrize(
    "params",
    [
        {"cursor": "nonsense"},
        {"after": "nonsense"},
        {"after": "entry:4000000000"},
        {"after": "99999999999"},
        {"cursor": "a", "after": "b"},
        {"sort": "id"},
        {"cursor": "lKVsYXRlcqEwAAA"},
    ],
)
def test_what_is_not_a_place_is_refused(api: Api, params: dict[str, str]) -> None:
    answer = api.staff("alice").get("/tickets/26/timeline", params=params)
    assert answer.status == 422, answer.data


def test_users_see_no_notes_and_no_names_in_events(api: Api, ticket: int) -> None:
    uma = api.user_id(1)
    items = uma.get(f"/tickets/{ticket}/timeline").data
    assert {item["entry"]["type"] for item in items if item["entry"]} == {"message"}
    names = {item["event"]["name"] for item in items if item["event"]}
    assert names <= {"created", "closed", "reopened", "edited", "collab", "merged"}
    assert all(item["event"]["data"] is None for item in items if item["event"])


def test_events_are_sentences_of_parts(api: Api, ticket: int) -> None:
    alice = api.staff("alice")
    name = alice.get("/auth/me").data["name"]
    events = {event["name"]: event for event in alice.get(f"/tickets/{ticket}/events").data}
    assigned = events["assigned"]
    bob = api.rows(select(t.staff.c.firstname, t.staff.c.lastname).where(t.staff.c.staff_id == BOB))[0]
    assert assigned["sentence"] == f"{name} assigned the ticket to {bob.firstname} {bob.lastname}"
    assert [part["kind"] for part in assigned["parts"]] == ["staff", "text", "text", "staff"]
    assert assigned["parts"][-1]["id"] == BOB
    assert events["closed"]["sentence"] == f"{name} closed the ticket as Closed"
    assert "".join(part["text"] for part in assigned["parts"]) == assigned["sentence"]


TOLD = (
    ("assigned", '{"claim":true}', "claimed the ticket"),
    ("assigned", '{"team":"1"}', "assigned the ticket to Level I Support"),
    ("assigned", '{"staff":[2,{"format":"full","parts":{},"name":"Bob Full"}]}', "assigned the ticket to Bob Full"),
    ("released", '{"staff":[9,"Dan Gone"],"team":77}', "released the ticket from Dan Gone and team 77"),
    ("transferred", '{"dept":"Field Service"}', "transferred the ticket to Field Service"),
    ("referred", '{"dept":1}', "referred the ticket to Support"),
    ("edited", '{"status":3}', "changed the status to Closed"),
    ("edited", '{"owner":1,"fields":{"Ticket Owner":"Wes"}}', "changed the owner of the ticket to "),
    ("edited", '{"topic_id":[1,2],"fields":{"20":["a","b"]}}', "changed the help topic and "),
    ("edited", '{"value":"Emergency","filter":"Urgent","type":"Priority"}', "Priority to Emergency by the filter"),
    ("edited", '{"fields":{"20":["a","b', "edited the ticket"),
    ("edited", "[]", "edited the ticket"),
    ("collab", '{"add":{"":{"name":"Wes Outside"}}}', "added Wes Outside to the conversation"),
    ("collab", '{"del":{"5":{"name":"Cat"},"6":{"name":"Dan"},"7":{"name":"Eve"}}}', "removed Cat, Dan and Eve "),
    ("collab", '{"org":9999}', "added organization 9999 to the conversation"),
    ("merged", '{"ticket":"Ticket #7","id":7}', "merged the ticket with Ticket #7"),
    ("overdue", None, "marked the ticket as overdue"),
    ("assigned", '{"staff":{"a":1},"team":[]}', "assigned the ticket"),
    ("collab", '{"add":[]}', "added collaborators to the conversation"),
)  # fmt: skip


def test_every_shape_that_osticket_stores_is_told(api: Api, ticket: int) -> None:
    alice = api.staff("alice")
    last = alice.get(f"/tickets/{ticket}/events").data[-1]["id"]

    def rewrite(tx: Any, name: str, data: str | None) -> None:
        event_id = tx.scalar(select(t.event.c.id).where(t.event.c.name == name))
        tx.change(update(t.thread_event).where(t.thread_event.c.id == last).values(event_id=event_id, data=data))

    for name, data, sentence in TOLD:
        api.write(rewrite, name, data)
        assert sentence in alice.get(f"/tickets/{ticket}/events").data[-1]["sentence"]


def test_timeline_takes_no_query_for_each_item(api: Api, ticket: int) -> None:
    alice = api.staff("alice")
    for size in (2, 100):
        path = f"/tickets/{ticket}/timeline?per_page={size}"
        assert fewest_queries(alice, path) <= 4


@pytest.mark.parametrize(("stored", "told"), [("", None), ("Email", "Email"), ("Slack", "Other")])
def test_how_an_entry_came_in_is_one_of_a_few_words(api: Api, stored: str, told: str | None) -> None:
    entry = api.staff("alice").post("/tickets/26/reply", {"body": "x"}).data["id"]
    api.write(lambda tx: tx.change(t.thread_entry.update().where(t.thread_entry.c.id == entry).values(source=stored)))
    assert api.staff("alice").get(f"/tickets/26/thread/{entry}").data["source"] == told
