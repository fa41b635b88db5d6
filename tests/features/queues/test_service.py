"""Searches that agents save for themselves."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.queues.made import add_queue, in_queue, listed
from tests.features.tickets.acts import ALICE, BOB
from tests.fixtures.api import Answer, Api

OVERDUE = {"field": "isoverdue", "method": "set"}
OPEN = {"field": "status__state", "method": "includes", "value": ["open"]}


def saved(api: Api, name: str = "alice", **given: Any) -> Answer:
    answer = api.staff(name).post("/queues", {"title": "Late", "criteria": [OPEN], **given})
    assert answer.status == 201, answer.errors
    return answer


def row_of(api: Api, queue: int) -> Any:
    return api.rows(select(t.queue).where(t.queue.c.id == queue))[0]


def test_a_search_is_saved_as_osticket_keeps_it(api: Api) -> None:
    answer = saved(api, criteria=[OPEN, OVERDUE, {"field": "dept_id", "method": "includes", "value": {"1": "Support"}}])
    search = answer.data
    assert answer.headers["location"] == f"/api/v2/queues/{search['id']}"
    assert (search["kind"], search["is_mine"], search["is_public"]) == ("search", True, False)
    row = row_of(api, search["id"])
    assert json.loads(row.config) == {
        "criteria": [
            ["status__state", "includes", {"open": "open"}],
            ["isoverdue", "set", None],
            ["dept_id", "includes", {"1": "Support"}],
        ],
        "conditions": [],
    }
    assert (row.staff_id, row.flags, row.root, row.path, row.parent_id) == (ALICE, 0, "T", f"/{row.id}/", None)


def test_a_saved_search_finds_its_tickets(api: Api) -> None:
    alice = api.staff("alice")
    search = saved(api).data["id"]
    assert set(in_queue(alice, search)) == {each["id"] for each in listed(alice, status="open")}
    assert "Late" in [queue["title"] for queue in alice.get("/queues").data]
    assert api.staff("bob").get(f"/queues/{search}").status == 404


def test_a_search_by_words_is_saved(api: Api) -> None:
    search = saved(api, criteria=[{"field": ":keywords", "value": "printer"}]).data
    assert search["criteria"] == [{"field": ":keywords", "method": None, "value": "printer"}]


def test_a_search_below_a_queue_narrows_it(api: Api) -> None:
    search = saved(api, criteria=[{"field": "source", "method": "includes", "value": ["Email"]}], parent_id=1).data
    assert search["full_name"] == "Open / Late"
    assert [each["field"] for each in search["criteria"]] == ["status__state", "source"]
    assert search["columns"] == api.staff("alice").get("/queues/1").data["columns"]
    assert row_of(api, search["id"]).path == f"/1/{search['id']}/"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"criteria": []}, "criteria"),
        ({"criteria": [OPEN, {"field": "favourite_colour", "method": "equal", "value": "x"}]}, "criteria.1"),
        ({"criteria": [{"field": "created", "method": "after", "value": "soon"}]}, "criteria.0"),
        ({"criteria": [{"field": "isoverdue", "method": "sett"}]}, "criteria.0.method"),
        ({"title": " "}, "title"),
        ({"title": "x" * 61}, "title"),
        ({"parent_id": 999}, "parent_id"),
        ({"sort_id": 999}, "sort_id"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(api: Api, given: dict[str, Any], field: str) -> None:
    answer = api.staff("alice").post("/queues", {"title": "Late", "criteria": [OPEN], **given})
    assert (answer.status, answer.fields) == (422, [field])


def test_nobody_saves_below_the_search_of_another(api: Api) -> None:
    theirs = add_queue(api, flags=0, staff_id=BOB)
    answer = api.staff("alice").post("/queues", {"title": "Late", "criteria": [OPEN], "parent_id": theirs})
    assert (answer.status, answer.fields) == (422, ["parent_id"])


def test_only_what_is_given_changes(api: Api) -> None:
    alice = api.staff("alice")
    search = saved(api, sort_id=6).data
    answer = alice.patch(f"/queues/{search['id']}", {"title": "Later"})
    assert answer.status == 200, answer.errors
    assert (answer.data["title"], answer.data["criteria"]) == ("Later", search["criteria"])
    assert answer.data["default_sort"]["id"] == 6
    assert alice.patch(f"/queues/{search['id']}", {"sort_id": None}).data["default_sort"] is None


def test_a_search_moves_below_another_and_back(api: Api) -> None:
    alice = api.staff("alice")
    above, below = saved(api).data["id"], saved(api).data["id"]
    assert alice.patch(f"/queues/{below}", {"parent_id": above}).data["inherits_criteria"] is True
    assert row_of(api, below).path == f"/{above}/{below}/"
    for queue, parent in ((above, below), (above, above)):
        answer = alice.patch(f"/queues/{queue}", {"parent_id": parent})
        assert (answer.status, answer.fields) == (422, ["parent_id"])
    assert alice.patch(f"/queues/{below}", {"parent_id": None}).data["inherits_criteria"] is False
    assert row_of(api, below).path == f"/{below}/"


def test_an_older_state_is_not_overwritten(api: Api) -> None:
    alice = api.staff("alice")
    answer = saved(api)
    path = f"/queues/{answer.data['id']}"
    tag = alice.get(path).headers["etag"]
    assert alice.patch(path, {"title": "A"}, headers={"If-Match": tag}).status == 200
    assert alice.patch(path, {"title": "B"}, headers={"If-Match": tag}).status == 412
    assert alice.delete(path, headers={"If-Match": tag}).status == 412


def test_a_deleted_search_is_gone_with_what_was_set_on_it(api: Api) -> None:
    alice = api.staff("alice")
    search = saved(api).data["id"]
    api.write(lambda tx: tx.insert(t.queue_config, queue_id=search, staff_id=ALICE, setting="{}", updated=tx.now))
    assert alice.delete(f"/queues/{search}").status == 204
    assert alice.get(f"/queues/{search}").status == 404
    assert api.rows(select(t.queue_config).where(t.queue_config.c.queue_id == search)) == []


def test_a_search_with_others_below_it_stays(api: Api) -> None:
    above = saved(api).data["id"]
    saved(api, parent_id=above)
    answer = api.staff("alice").delete(f"/queues/{above}")
    assert answer.status == 409
    assert answer.errors[0]["detail"] == {"searches below it": 1}


def test_queues_of_others_are_not_changed(api: Api) -> None:
    alice = api.staff("alice")
    theirs = saved(api, "bob").data["id"]
    for queue, status in ((1, 403), (theirs, 404)):
        assert alice.patch(f"/queues/{queue}", {"title": "Mine"}).status == status
        assert alice.delete(f"/queues/{queue}").status == status


def test_a_dry_run_saves_nothing(api: Api) -> None:
    answer = api.staff("alice").post("/queues?dry_run=true", {"title": "Late", "criteria": [OPEN]})
    assert answer.status == 200
    assert [effect["kind"] for effect in answer.data["effects"]] == ["queue"]
    assert "Late" not in [queue["title"] for queue in api.staff("alice").get("/queues").data]


def test_a_character_that_no_column_holds_is_looked_for_and_not_found(api: Api) -> None:
    search = saved(api, criteria=[{"field": "source", "method": "includes", "value": ["\N{WINKING FACE}"]}]).data["id"]
    assert api.staff("alice").get(f"/queues/{search}/tickets").data == []
    assert api.staff("alice").get("/queues/counts").status == 200


def test_more_values_than_a_database_can_look_for_are_refused(api: Api) -> None:
    """They would make the counts of all queues of the agent fail."""
    fields = [{"label": "Door", "name": "door", "type": "choices", "configuration": {"choices": {"1": "Front"}}}]
    assert api.staff("dora").post("/forms", {"title": "Doors", "fields": fields}).status == 201
    criterion = {"field": "cdata__door", "method": "includes", "value": [str(number) for number in range(1000)]}
    refused = api.staff("alice").post("/queues", {"title": "Doors", "criteria": [criterion]})
    assert (refused.status, refused.fields) == (422, ["criteria.0"])
    search = saved(api, criteria=[criterion | {"value": criterion["value"][:200]}]).data["id"]
    assert api.staff("alice").get(f"/queues/{search}/tickets").data == []
    assert api.staff("alice").get("/queues/counts").status == 200
