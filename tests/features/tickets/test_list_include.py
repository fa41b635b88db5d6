"""What `include` adds to lists of tickets."""

from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from tests.fixtures.api import Api, Caller
from tests.fixtures.counting import fewest_queries

EVERYTHING = "last_message,counts,lock,collaborators,allowed,unread,custom_fields"


def listed(caller: Caller, include: str = EVERYTHING, **params: Any) -> dict[int, Any]:
    answer = caller.get("/tickets", params={"per_page": 100, "include": include, **params})
    assert answer.status == 200, answer.errors
    return {ticket["id"]: ticket for ticket in answer.data}


def test_lists_know_what_each_ticket_by_itself_knows(api: Api) -> None:
    alice = api.staff("alice")
    alice.post("/tickets/26/lock")
    alice.post("/tickets/26/note", {"body": "<p>Not the last message</p>"})
    tickets = listed(alice)
    assert any(ticket["collaborators"] for ticket in tickets.values())
    assert any(ticket["counts"]["tasks"] for ticket in tickets.values())
    assert tickets[26]["lock"]["staff"]["name"] == "Alice Archer"
    for ticket in [*list(tickets.values())[:6], tickets[26]]:
        detail = alice.get(f"/tickets/{ticket['id']}?include=allowed,thread,unread").data
        for name in ("collaborators", "lock", "allowed", "is_unread"):
            assert ticket[name] == detail[name]
        assert ticket["counts"] == {
            "entries": detail["entry_count"],
            "attachments": detail["attachment_count"],
            "tasks": detail["task_count"],
        }
        last = [entry for entry in detail["thread"] if entry["type"] != "note"][-1]
        for name in ("id", "type", "poster", "staff", "user", "created_at"):
            assert ticket["last_message"][name] == last[name]


def test_a_preview_is_text_in_one_line_and_short(api: Api) -> None:
    alice = api.staff("alice")
    bodies = {
        "<p>Good   morning</p><p>and <b>welcome</b> &amp; more</p>": "Good morning and welcome & more",
        "<p>" + "word " * 30_000 + "</p>": ("word " * 39 + "word")[:199] + "…",
        '<p>See <a href="https://example.com/' + "x" * 4500 + '">this</a></p>': "See",
    }
    for body, preview in bodies.items():
        assert alice.post("/tickets/26/reply", {"body": body}).status == 201
        assert listed(alice)[26]["last_message"]["preview"] == preview


def test_lists_take_one_query_for_each_word_whatever_their_length(api: Api) -> None:
    alice = api.staff("alice")
    for size in (5, 20):
        plain = fewest_queries(alice, f"/tickets?per_page={size}")
        assert (
            fewest_queries(alice, f"/tickets?per_page={size}&include={EVERYTHING}") <= plain + 7
        )  # One asks the time.
    assert fewest_queries(alice, "/tickets?per_page=5&include=allowed") == fewest_queries(alice, "/tickets?per_page=5")


def test_users_see_what_is_theirs_to_see(api: Api) -> None:
    api.staff("alice").post("/tickets/26/lock")
    api.staff("alice").post("/tickets/26/note", {"body": "<p>Among us</p>"})
    ticket = listed(api.user("uma"))[26]
    assert ticket["lock"] is None
    assert ticket["allowed"] == api.user("uma").get("/tickets/26?include=allowed").data["allowed"]
    assert "Among us" not in ticket["last_message"]["preview"]
    assert ticket["counts"]["entries"] == api.user("uma").get("/tickets/26").data["entry_count"]


def test_users_read_no_names_of_agents_where_they_are_hidden(api: Api) -> None:
    api.staff("alice").post("/tickets/26/reply", {"body": "<p>Answered</p>"})

    def hide(tx: Any) -> None:
        tx.change(update(t.config).where(t.config.c.key == "hide_staff_name").values(value="1"))

    api.write(hide)
    last = listed(api.user("uma"))[26]["last_message"]
    assert (last["preview"], last["poster"], last["staff"]) == ("Answered", "Staff", None)


def test_what_is_not_asked_for_is_absent_and_what_is_unknown_refused(api: Api) -> None:
    alice = api.staff("alice")
    plain = alice.get("/tickets?per_page=1").data[0]
    assert not {"last_message", "counts", "lock", "allowed", "collaborators", "is_unread"} & plain.keys()
    answer = alice.get("/tickets?include=last_massage")
    assert answer.status == 422
    assert answer.fields == ["include"]
    assert alice.get("/tickets?include=lock&fields=id,lock&per_page=1").data[0].keys() == {"id", "lock"}


@pytest.mark.parametrize("path", ["/queues/1/tickets", "/users/1/tickets", "/staff/2/tickets"])
def test_every_list_of_tickets_takes_include(api: Api, path: str) -> None:
    answer = api.staff("alice").get(path, params={"include": EVERYTHING})
    assert answer.status == 200, answer.errors
    assert all("last_message" in ticket for ticket in answer.data)


def test_custom_fields_come_with_their_labels_in_the_order_of_the_form(api: Api) -> None:
    dora = api.staff("dora")
    tickets = listed(dora, "custom_fields")
    answered = next(ticket for ticket in tickets.values() if ticket["custom_fields"].get("asset_tag"))
    named = answered["named_fields"]
    assert {each["name"]: each["value"] for each in named} == answered["custom_fields"]
    tag = next(each for each in named if each["name"] == "asset_tag")
    assert (tag["label"], tag["type"], tag["value"]) == ("Asset tag", "text", answered["custom_fields"]["asset_tag"])
    assert dora.get(f"/tickets/{answered['id']}?include=custom_fields").data["named_fields"] == named
    assert "named_fields" not in next(iter(listed(dora, "").values()))


def test_users_are_told_of_their_own_fields_alone(api: Api) -> None:
    of_agents = {
        each["name"]
        for ticket in listed(api.staff("dora"), "custom_fields").values()
        for each in ticket["named_fields"]
    }
    of_users = {
        each["name"] for ticket in listed(api.user("uma"), "custom_fields").values() for each in ticket["named_fields"]
    }
    assert "cost_centre" in of_agents - of_users
    assert "asset_tag" in of_users
