"""A hidden field is told nowhere, and cannot be asked by."""

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.events.listening import Listening
from tests.features.field_permissions.narrowing import TICKET, key_of, narrow
from tests.fixtures.api import Api, Caller

LISTS = (
    "/tickets?priority_id=1",
    "/tickets?sort=priority",
    "/tickets?due_after=2020-01-01",
    "/tickets?sort=-due_at",
    "/stats/tickets?priority_id=1",
    "/users?email=uma@acme.example",
    "/users?sort=email",
    "/tasks?due_before=2030-01-01",
    "/organizations?domain=acme.example",
)


def refused(caller: Caller, path: str) -> bool:
    answer = caller.get(path)
    return answer.status == 403 and answer.fields[0] is not None and f"{answer.fields[0]}=" in path


def test_nothing_can_be_asked_by_what_is_hidden(api: Api) -> None:
    alice = api.staff("alice")
    allowed = [path for path in LISTS if alice.get(path).status == 200]
    for resource, field in (
        ("ticket", "priority"), ("ticket", "due_at"), ("user", "email"), ("task", "due_at"), ("organization", "domain"),
    ):  # fmt: skip
        narrow(api, resource, field, "hide", applies_to="agents")
    assert [path for path in allowed if not refused(alice, path)] == []
    assert len(allowed) > 6
    assert [path for path in allowed if api.staff("dora").get(path).status != 200] == []


def test_an_address_is_hidden_wherever_its_user_is_named(api: Api) -> None:
    alice = api.staff("alice")
    narrow(api, "user", "email", "hide", applies_to="agents")
    for path in (f"/tickets/{TICKET}?include=thread", "/tickets?include=collaborators", "/users/1", "/users"):
        answer = alice.get(path)
        assert answer.status == 200
        assert b'"email' not in answer.content, path
    for path in ("/search?q=uma@acme.example", "/users?q=acme.example", "/tickets?q=uma@acme.example"):
        assert alice.get(path).data == [], path
    assert alice.get("/users?q=uma").data
    assert b"uma@acme" not in alice.get(f"/tickets/{TICKET}/print").content
    refused = alice.patch("/users/1", {"email": "uma@acme.example"})
    assert (refused.status, refused.fields) == (403, ["email"])
    assert alice.post("/users/1/emails", {"email": "second@acme.example"}).status == 403


def test_events_and_effects_do_not_tell_it(api: Api) -> None:
    alice, dora, path = api.staff("alice"), api.staff("dora"), f"/tickets/{TICKET}"
    assert dora.post(f"{path}/assign", {"staff_id": 3}).status == 200
    assert dora.patch(path, {"priority_id": 4}).status == 200
    for field in ("staff", "priority"):
        narrow(api, "ticket", field, "hide", applies_to="agents")
    assert any(each["data"] for each in dora.get(f"{path}/events?per_page=100").data if each["name"] == "assigned")
    told = alice.get(f"{path}/events?per_page=100").data
    assert [each["data"] for each in told if each["name"] in ("assigned", "edited") and each["data"]] == []
    assert "Bob" not in " ".join(each["sentence"] for each in told if each["name"] == "assigned")
    effects = alice.post(f"{path}/status?dry_run=true", {"status_id": 3}).data["effects"]
    assert [each for each in effects if "staff_id" in each.get("changed", {}) or each.get("data")] == []


def test_no_dry_run_tells_an_address(api: Api) -> None:
    alice = api.staff("alice")

    def tried() -> list[bytes]:
        new = {"subject": "x", "message": "y", "topic_id": 1, "user_id": 1}
        answers = (
            alice.post("/tickets?dry_run=true", new),
            alice.post(f"/tickets/{TICKET}/reply?dry_run=true", {"body": "y"}),
        )
        assert {each.status for each in answers} == {200}
        return [each.content for each in answers]

    assert all(each.count(b"uma@acme.example") > 1 for each in tried())
    narrow(api, "user", "email", "hide", applies_to="agents")
    assert [each for each in tried() if b"acme.example" in each] == []
    assert all(b"alice@" in each or b'"kind":"mail"' in each for each in tried())


def test_no_dry_run_of_a_bulk_action_tells_it(api: Api) -> None:
    alice = api.staff("alice")
    assert api.staff("dora").post(f"/tickets/{TICKET}/release", {}).status == 200
    body = {"tickets": [str(TICKET)], "action": "status", "parameters": {"status_id": 3}}
    assert b'"staff_id"' in alice.post("/tickets/bulk?dry_run=true", body).content
    narrow(api, "ticket", "staff", "hide", applies_to="agents")
    after = alice.post("/tickets/bulk?dry_run=true", body)
    assert after.data[0]["ok"]
    assert b'"staff_id"' not in after.content
    assert [each for each in after.data[0]["effects"] if each.get("data")] == []


def test_nobody_is_called_by_a_hidden_address(api: Api) -> None:
    """As osTicket calls users who have no account."""
    alice, feed, address = api.staff("alice"), Listening(api), "uma@acme.example"

    def write_as_osticket(tx: Write) -> None:
        thread = t.thread.c
        thread_id = tx.scalar(select(thread.id).where(thread.object_id == TICKET, thread.object_type == "T"))
        event = {"thread_id": thread_id, "thread_type": "T", "timestamp": tx.now, "username": address, "uid_type": "U"}
        edited = tx.scalar(select(t.event.c.id).where(t.event.c.name == "edited"))
        for uid in (None, 1):
            tx.insert(t.thread_event, **event, uid=uid, event_id=edited, data='{"topic_id":2}')

    api.write(write_as_osticket)
    feed.settle()
    paths = (f"/tickets/{TICKET}/events?per_page=100", "/events")
    assert all(address.encode() in alice.get(path).content for path in paths)
    narrow(api, "user", "email", "hide", applies_to="agents")
    assert [path for path in paths if address.encode() in alice.get(path).content] == []
    assert all(address.encode() in api.staff("dora").get(path).content for path in paths)


def test_no_variable_tells_it(api: Api) -> None:
    alice = api.staff("alice")
    text = "%{ticket.priority} %{ticket.email} %{ticket.user.email} %{ticket.number} %{ticket.user.name}"
    new = alice.post("/canned-responses", {"title": "All", "response": text})
    path = f"/canned-responses/{new.data['id']}/preview?ticket_id={TICKET}"
    assert "%{" not in alice.post(path).data["response"]
    for resource, field in (("ticket", "priority"), ("user", "email")):
        narrow(api, resource, field, "hide", applies_to="agents")
    told = alice.post(path).data["response"]
    assert [each for each in text.split() if each in told] == text.split()[:3]
    assert "%{" not in api.staff("dora").post(path).data["response"]


def test_copies_are_told_changes_without_it(api: Api) -> None:
    alice, feed = api.staff("alice"), Listening(api)
    narrow(api, "ticket", "priority", "hide", applies_to="agents")
    since = alice.get("/changes?kinds=tickets").meta["next_cursor"]
    assert api.staff("dora").patch(f"/tickets/{TICKET}", {"priority_id": 4, "subject": "Renamed"}).status == 200
    feed.settle()
    (change,) = alice.get(f"/changes?kinds=tickets&since={since}").data
    assert change["data"]["subject"] == "Renamed"
    assert "priority" not in change["data"]


def test_the_feed_does_not_tell_it(api: Api) -> None:
    alice, dora, feed = api.staff("alice"), api.staff("dora"), Listening(api)
    assert dora.post(f"/tickets/{TICKET}/assign", {"staff_id": 3}).status == 200
    assert dora.patch(f"/tickets/{TICKET}", {"priority_id": 4}).status == 200
    feed.settle()
    told = [each for each in alice.get("/events").data if each["ticket_id"] == TICKET]
    assert any("staff_id" in each["changes"] for each in told)
    assert any("fields" in each["details"] for each in told)
    for field in ("staff", "priority"):
        narrow(api, "ticket", field, "hide", applies_to="agents")
    still = [each for each in alice.get("/events").data if each["ticket_id"] == TICKET]
    assert "ticket.assigned" in [each["type"] for each in still]
    assert [
        each for each in still if "staff_id" in each["changes"] or {"staff", "fields"} & each["details"].keys()
    ] == []
    assert [each for each in dora.get("/events").data if each["ticket_id"] == TICKET] == told


def test_queues_show_no_hidden_column_and_ask_by_none(api: Api) -> None:
    alice = api.staff("alice")
    search = {"title": "Urgent", "criteria": [{"field": "cdata__priority", "method": "includes", "value": ["4"]}]}
    mine = alice.post("/queues", search).data["id"]
    narrow(api, "ticket", "priority", "hide", applies_to="agents")
    again = alice.post("/queues", {**search, "title": "Again"})
    assert (again.status, again.fields) == (403, ["criteria.0"])
    assert alice.get(f"/queues/{mine}/tickets").status == 403
    columns = [column["name"] for column in alice.get("/queues/1").data["columns"]]
    tickets = alice.get("/queues/1/tickets?columns=true").data
    place = columns.index("priority")
    assert tickets
    assert {ticket["columns"][place] for ticket in tickets} == {None}


@pytest.mark.parametrize("to", ["keys", "key"])
def test_keys_are_narrowed_whoever_they_stand_for(api: Api, to: str) -> None:
    alone, reference = key_of(api, "tickets.read", "tickets.create")
    dora, of_dora = key_of(api, "tickets.read", "admin", staff_id=5)
    for each in ({"key": reference}, {"key": of_dora}) if to == "key" else ({},):
        narrow(api, "ticket", "ip_address", "hide", applies_to=to, **each)
        narrow(api, "ticket", "priority", "freeze", applies_to=to, **each)
    assert "ip_address" not in alone.get(f"/tickets/{TICKET}").data
    assert "ip_address" not in dora.get(f"/tickets/{TICKET}").data
    assert "ip_address" in api.staff("dora").get(f"/tickets/{TICKET}").data
    new = {"subject": "New", "message": "New", "email": "uma@acme.example", "name": "Uma", "topic_id": 1}
    refused = alone.post("/tickets", {**new, "priority_id": 1})
    assert (refused.status, refused.fields) == (403, ["priority_id"])
    assert alone.post("/tickets", new).status == 201


def test_users_and_visitors_are_narrowed(api: Api) -> None:
    uma = api.user("uma")
    assert "topic" in uma.get(f"/tickets/{TICKET}").data
    narrow(api, "ticket", "topic", "hide", applies_to="users")
    assert "topic" not in uma.get(f"/tickets/{TICKET}").data
    assert "topic" in api.staff("alice").get(f"/tickets/{TICKET}").data
    new = {"subject": "New", "message": "New", "topic_id": 1}
    for caller, more in ((uma, {}), (api.anonymous(), {"email": "v@example.org", "name": "V"})):
        refused = caller.post("/tickets", {**new, **more})
        assert (refused.status, refused.fields) == (403, ["topic_id"])


DETAILS = {
    "ticket": f"/tickets/{TICKET}?include=thread,allowed,unread,custom_fields&urls=signed",
    "task": "/tasks/1?include=thread,allowed&urls=signed",
    "user": "/users/2",
    "organization": "/organizations/1",
}


def test_all_that_can_be_hidden_may_be_hidden_at_once(api: Api) -> None:
    """Only the signed addresses and the tag of an answer look at fields again once they are hidden."""
    dora, alice = api.staff("dora"), api.staff("alice")
    for resource, path in DETAILS.items():
        wrong = {"resource": resource, "field": "?", "effect": "hide", "applies_to": "agents"}
        for field in [*dora.post("/field-permissions", wrong).errors[0]["detail"]["allowed"], "custom_fields"]:
            if field not in ("name", "subject", "title"):
                dora.post("/field-permissions", {**wrong, "field": field})
        answer = alice.get(path)
        assert answer.status == 200, answer.errors
        assert not answer.data.keys() & {"status", "emails", "domain", "custom_fields"}
