"""Queues: their tree, what they say of themselves, how many tickets they hold."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from tests.features.queues.made import INHERITS_CRITERIA, PUBLIC_QUEUE, add_queue, in_queue
from tests.features.tickets.acts import ALICE, BOB
from tests.fixtures.api import Api, Caller


def tree(caller: Caller) -> dict[str, list[str]]:
    return {queue["title"]: [child["title"] for child in queue["children"]] for queue in caller.get("/queues").data}


def test_the_queues_of_a_new_help_desk_are_a_tree(api: Api) -> None:
    assert tree(api.staff("alice")) == {
        "Open": ["Open", "Answered", "Overdue"],
        "My Tickets": ["Assigned to Me", "Assigned to Teams"],
        "Closed": ["Today", "Yesterday", "This Week", "This Month", "This Quarter", "This Year"],
    }


def test_searches_of_others_and_queues_switched_off_are_not_shown(api: Api) -> None:
    mine = add_queue(api, title="Mine", flags=0, staff_id=ALICE)
    theirs = add_queue(api, title="Theirs", flags=0, staff_id=BOB)
    off = add_queue(api, title="Off", flags=PUBLIC_QUEUE | 0x4)
    alice = api.staff("alice")
    titles = tree(alice)
    assert "Mine" in titles
    assert not {"Theirs", "Off"} & set(titles)
    for queue, status in ((mine, 200), (theirs, 404), (off, 404), (999, 404)):
        assert alice.get(f"/queues/{queue}").status == status
        assert alice.get(f"/queues/{queue}/tickets").status == status


def test_queues_of_tasks_are_not_shown(api: Api) -> None:
    add_queue(api, title="Tasks", root="A")
    assert "Tasks" not in tree(api.staff("alice"))


def test_a_queue_below_a_hidden_one_is_shown_by_itself(api: Api) -> None:
    above = add_queue(api, title="Above", flags=PUBLIC_QUEUE | 0x4)
    add_queue(api, title="Below", parent_id=above)
    assert tree(api.staff("alice"))["Below"] == []


def test_a_queue_tells_all_that_it_takes_over(api: Api) -> None:
    queue = api.staff("alice").get("/queues/4").data
    assert queue["full_name"] == "Open / Overdue"
    assert [each["field"] for each in queue["criteria"]] == ["status__state", "isoverdue"]
    assert [each["field"] for each in queue["own_criteria"]] == ["isoverdue"]
    assert [each["field"] for each in queue["columns"]] == [
        "number", "cdata__subject", "user__name", "cdata__priority", "assignee", "duedate",
    ]  # fmt: skip
    assert [each["heading"] for each in queue["columns"]][-1] == "Due Date"
    assert queue["sorts"][0]["name"] == "Priority + Most Recently Updated"
    assert queue["default_sort"] == {"id": 4, "name": "Due Date", "order": ["-est_duedate"], "sort": None}
    assert (queue["kind"], queue["is_public"], queue["owner"], queue["is_available"]) == ("queue", True, None, True)


def test_a_saved_search_names_its_owner(api: Api) -> None:
    search = api.staff("alice").get(f"/queues/{add_queue(api, flags=0, staff_id=ALICE)}").data
    assert (search["kind"], search["is_mine"], search["owner"]) == (
        "search",
        True,
        {"id": ALICE, "name": "Alice Archer"},
    )


def test_the_order_comes_from_the_queue_above_where_it_says_so(api: Api) -> None:
    below = add_queue(api, parent_id=8, flags=PUBLIC_QUEUE | 0x60, sort_id=1)
    queue = api.staff("alice").get(f"/queues/{below}").data
    assert queue["default_sort"]["name"] == "Closed Date"
    assert queue["sorts"] == api.staff("alice").get("/queues/8").data["sorts"]


def test_columns_come_from_the_queue_above_where_it_says_so(api: Api) -> None:
    with_columns = add_queue(api, parent_id=4, flags=PUBLIC_QUEUE | 0x10)
    without = add_queue(api, parent_id=4)
    alice = api.staff("alice")

    def fields(queue: int) -> list[str]:
        return [each["field"] for each in alice.get(f"/queues/{queue}").data["columns"]]

    assert fields(with_columns) == fields(4)
    assert fields(without) == fields(1)


def test_an_agents_own_columns_come_first(api: Api) -> None:
    api.write(lambda tx: tx.insert(t.queue_columns, queue_id=4, column_id=2, staff_id=ALICE, heading="Born", sort=1))
    assert [each["heading"] for each in api.staff("alice").get("/queues/4").data["columns"]] == ["Born"]
    assert len(api.staff("bob").get("/queues/4").data["columns"]) == 6


def test_circles_of_queues_end(api: Api) -> None:
    one = add_queue(api, ["isoverdue", "set", None], flags=PUBLIC_QUEUE | INHERITS_CRITERIA)
    other = add_queue(api, parent_id=one, flags=PUBLIC_QUEUE | INHERITS_CRITERIA)
    api.write(lambda tx: tx.change(update(t.queue).where(t.queue.c.id == one).values(parent_id=other)))
    assert api.staff("alice").get(f"/queues/{other}/tickets").status == 200
    assert api.staff("alice").get("/queues").status == 200


def counts(caller: Caller) -> dict[int, Any]:
    return {each["id"]: each["count"] for each in caller.get("/queues/counts").data}


@pytest.mark.parametrize("name", ["alice", "charlie"])
def test_counts_are_those_of_the_lists(api: Api, name: str) -> None:
    caller = api.staff(name)
    found = counts(caller)
    assert found == {queue: len(in_queue(caller, queue)) for queue in found}
    assert sum(found.values()) > 0


def test_what_cannot_be_counted_is_null(api: Api) -> None:
    unknown = add_queue(api, ["favourite_colour", "equal", "blue"])
    words = add_queue(api, [":keywords", None, "printer"], flags=0, staff_id=ALICE)
    found = counts(api.staff("alice"))
    assert (found[unknown], found[words]) == (None, None)
    assert found[1] is not None


def test_counts_end_where_a_navigation_does(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osticket_api.features.queues.counts.MOST", 2)
    opened = next(each for each in api.staff("alice").get("/queues/counts").data if each["id"] == 1)
    assert (opened["count"], opened["is_at_least"]) == (2, True)


def test_counts_follow_a_change_of_ours_at_once(api: Api) -> None:
    alice = api.staff("alice")
    before = counts(alice)
    ticket = in_queue(alice, 6)[0]
    assert alice.post(f"/tickets/{ticket}/status", {"status": "closed"}).status == 200
    assert counts(alice)[6] == before[6] - 1


def test_counts_ask_the_database_once(api: Api) -> None:
    alice = api.staff("alice")

    def queries() -> int:
        api.database.caches.clear()
        before = api.database.query_count
        assert alice.get("/queues/counts").status == 200
        return api.database.query_count - before

    few = queries()
    for _ in range(20):
        add_queue(api, ["isoverdue", "set", None])
    assert queries() <= few


def test_a_queue_that_cannot_be_listed_says_so(api: Api) -> None:
    queue = add_queue(api, ["favourite_colour", "equal", "blue"])
    told = api.staff("alice").get(f"/queues/{queue}").data
    assert told["is_available"] is False
    assert "favourite_colour" in told["unavailable_because"]


@pytest.mark.parametrize("config", ["{", '"x"', "[1]", '[["isoverdue"]]', '[{"a": 1}]', json.dumps([["x", [], 1]])])
def test_criteria_that_cannot_be_read_hide_the_list_instead_of_showing_all(api: Api, config: str) -> None:
    queue = add_queue(api, config=config)
    assert api.staff("alice").get(f"/queues/{queue}/tickets").status == 501
    assert api.staff("alice").get(f"/queues/{queue}").status == 200
