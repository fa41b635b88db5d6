"""The ban list over HTTP."""

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.tickets import acts
from tests.fixtures.api import Api


def test_a_banned_address_is_listed_and_opens_no_tickets(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post("/ban-list", {"email": "spam@example.net", "notes": "Sells ladders."})
    assert answer.status == 201, answer.errors
    assert answer.headers["location"] == "/api/v2/ban-list/spam%40example.net"
    assert (answer.data["email"], answer.data["notes"]) == ("spam@example.net", "Sells ladders.")
    assert answer.data["is_active"] is True
    assert answer.data in alice.get("/ban-list").data
    refused = alice.post(
        "/tickets", {"subject": "Ladders", "message": "x", "email": "spam@example.net", "name": "S", "topic_id": 1}
    )
    assert refused.status in (403, 422)


def test_the_list_is_paged_sorted_and_filtered(api: Api) -> None:
    alice = api.staff("alice")
    for name in ("zoe", "ann", "mia"):
        alice.post("/ban-list", {"email": f"{name}@spam.example"})
    first = alice.get("/ban-list", params={"email": "SPAM.example", "sort": "email", "per_page": 2})
    assert [each["email"] for each in first.data] == ["ann@spam.example", "mia@spam.example"]
    assert first.meta["total"] == 3
    rest = alice.get(
        "/ban-list",
        params={"email": "SPAM.example", "sort": "email", "per_page": 2, "cursor": first.meta["next_cursor"]},
    )
    assert [each["email"] for each in rest.data] == ["zoe@spam.example"]
    chosen = alice.get("/ban-list", params={"email": "zoe", "fields": "email"})
    assert chosen.data == [{"email": "zoe@spam.example"}]


def test_a_ban_is_lifted_whatever_the_letter_case(api: Api) -> None:
    alice = api.staff("alice")
    alice.post("/ban-list", {"email": "spam@example.net"})
    assert alice.delete("/ban-list/SPAM@example.net").status == 204
    assert alice.delete("/ban-list/spam@example.net").status == 404


def test_an_address_is_banned_once(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/ban-list", {"email": "spam@example.net"}).status == 201
    again = alice.post("/ban-list", {"email": "Spam@Example.net"})
    assert (again.status, again.errors[0]["code"]) == (409, "already_banned")


@pytest.mark.parametrize("email", ["", "nobody", "A B <a@b.example>", "a@b@c", "x" * 250 + "@b.example"])
def test_only_an_address_can_be_banned(api: Api, email: str) -> None:
    answer = api.staff("alice").post("/ban-list", {"email": email})
    assert (answer.status, answer.fields) == (422, ["email"])


def test_the_ban_list_is_for_those_who_may(api: Api) -> None:
    bob = api.staff("bob")
    answers = [
        bob.get("/ban-list"),
        bob.post("/ban-list", {"email": "a@b.example"}),
        bob.delete("/ban-list/test@example.com"),
    ]
    assert [answer.status for answer in answers] == [403, 403, 403]
    assert all(answer.errors[0]["detail"] == {"permission": "emails.banlist"} for answer in answers)
    acts.set_staff(api, acts.BOB, permissions='{"emails.banlist":1}')
    assert bob.get("/ban-list").status == 200


def test_a_dry_run_bans_nobody(api: Api) -> None:
    answer = api.staff("alice").post("/ban-list", {"email": "a@b.example"}, params={"dry_run": "true"})
    assert answer.data["effects"] == [{"kind": "ban", "email": "a@b.example"}]
    assert api.rows(select(t.filter_rule.c.id).where(t.filter_rule.c.val == "a@b.example")) == []


def test_an_entry_is_read_and_changed_by_its_address(api: Api) -> None:
    alice = api.staff("alice")
    made = alice.post("/ban-list", {"email": "spam@example.net", "notes": "Sells ladders."})
    path = made.headers["location"].removeprefix("/api/v2")
    read = alice.get(path)
    assert read.data == made.data
    off = alice.patch(path, {"is_active": False}, headers={"If-Match": read.headers["etag"]})
    assert off.data == made.data | {"is_active": False}
    assert alice.patch(path, {"notes": "x"}, headers={"If-Match": read.headers["etag"]}).status == 412
    assert alice.patch(path, {"notes": None}).data["notes"] == ""
    assert alice.patch(path, {"is_active": None}).fields == ["is_active"]
    assert alice.get("/ban-list/ham@example.net").status == 404
    assert alice.patch("/ban-list/ham@example.net", {"notes": "x"}).status == 404
