"""Several actions in one change of a ticket: each with its own permission, event and mail, all or nothing."""

from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.kit.clock import system_clock
from tests.fixtures.api import Api, Caller

ALICE, BOB, TICKET = 2, 3, 26


def events(caller: Caller) -> list[str]:
    return [event["name"] for event in caller.get(f"/tickets/{TICKET}/events").data]


def effects(caller: Caller, method: str, path: str, body: dict[str, Any]) -> Any:
    answer = caller.request(method, f"{path}?dry_run=true", json=body)
    assert answer.status == 200, answer.errors
    return answer.data["effects"]


def allowed(caller: Caller) -> Any:
    """What the caller may do, as the ticket by itself and as the list say it."""
    by_itself = caller.get(f"/tickets/{TICKET}?include=allowed").data["allowed"]
    listed = caller.get("/tickets?include=allowed&per_page=100&state=open,closed").data
    assert [ticket["allowed"] for ticket in listed if ticket["id"] == TICKET] == [by_itself]
    return by_itself


def test_each_action_leaves_what_it_leaves_by_itself(api: Api) -> None:
    alice, path, now = api.staff("alice"), f"/tickets/{TICKET}", system_clock()
    api.database.clock = lambda: now
    for verb, body in (("assign", {"staff_id": BOB}), ("assign", {"team_id": 1}), ("status", {"status_id": 2})):
        assert effects(alice, "PATCH", path, body) == effects(alice, "POST", f"{path}/{verb}", body)
    moved = alice.patch(path, {"department_id": 3})
    assert moved.status in (200, 422)
    assert effects(alice, "PATCH", path, {"staff_id": None}) == effects(
        alice, "POST", f"{path}/release", {"staff": True}
    )


def test_several_at_once_are_one_change(api: Api) -> None:
    alice = api.staff("alice")
    before = events(alice)
    body = {"subject": "Renamed", "staff_id": BOB, "team_id": 1, "status_id": 3, "comment": "<p>Why</p>"}
    answer = alice.patch(f"/tickets/{TICKET}", body)
    assert answer.status == 200, answer.errors
    ticket = answer.data
    assert (ticket["subject"], ticket["team"]["id"]) == ("Renamed", 1)
    assert ticket["status"]["state"] == "closed"
    assert events(alice)[len(before) :] == ["edited", "assigned", "assigned", "closed"]
    notes = [each for each in alice.get(f"/tickets/{TICKET}/thread").data if "Why" in each["body"]]
    assert len(notes) == 1


def test_what_is_so_already_changes_nothing(api: Api) -> None:
    alice = api.staff("alice")
    ticket = alice.get(f"/tickets/{TICKET}").data
    before = events(alice)
    body = {
        "department_id": ticket["department"]["id"],
        "staff_id": ticket["staff"]["id"],
        "status_id": ticket["status"]["id"],
    }
    assert alice.patch(f"/tickets/{TICKET}", body).status == 200
    assert events(alice) == before


def test_nothing_happens_where_one_of_them_cannot(api: Api) -> None:
    alice = api.staff("alice")
    before, ticket = events(alice), alice.get(f"/tickets/{TICKET}").data
    for body, field in (
        ({"staff_id": BOB, "status_id": 999}, "status_id"),
        ({"subject": "Other", "staff_id": 999}, "staff_id"),
        ({"status_id": 3, "department_id": 999}, "department_id"),
        ({"department_id": None}, "department_id"),
    ):
        answer = alice.patch(f"/tickets/{TICKET}", body)
        assert (answer.status, answer.fields) == (422, [field]), answer.errors
    assert events(alice) == before
    assert alice.get(f"/tickets/{TICKET}").data == ticket


def test_each_asks_for_its_own_permission(api: Api) -> None:
    bob = api.staff("bob")
    for body in ({"staff_id": BOB}, {"team_id": 1}, {"department_id": 3}, {"status_id": 3}, {"staff_id": None}):
        assert bob.patch(f"/tickets/{TICKET}", body).status == 403, body


def test_a_ticket_that_shall_be_open_gets_that_status(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.patch(f"/tickets/{TICKET}", {"status_id": 3}).data["status"]["state"] == "closed"
    answer = alice.patch(f"/tickets/{TICKET}", {"staff_id": BOB, "status_id": 1})
    assert answer.status == 200, answer.errors
    assert answer.data["status"]["id"] == 1
    assert answer.data["staff"]["id"] == BOB


def test_users_reopen_their_own_tickets_where_the_status_lets_them(api: Api) -> None:
    alice, uma = api.staff("alice"), api.user("uma")
    assert uma.patch(f"/tickets/{TICKET}", {"status_id": 3}).status == 403
    assert uma.patch(f"/tickets/{TICKET}", {"staff_id": None}).fields == ["staff_id"]
    assert alice.patch(f"/tickets/{TICKET}", {"status_id": 3}).status == 200
    assert allowed(uma) == {"close": False, "edit": True, "message": True, "reopen": True}
    assert allowed(api.user("ugo")) == {"close": False, "edit": False, "message": True, "reopen": False}
    answer = uma.patch(f"/tickets/{TICKET}", {"status_id": 1})
    assert answer.status == 200, answer.errors
    assert answer.data["status"]["state"] == "open"
    assert events(alice)[-1] == "reopened"

    def forbid(tx: Any) -> None:
        tx.change(update(t.ticket_status).where(t.ticket_status.c.id == 3).values(properties='{"allowreopen":false}'))

    api.write(forbid)
    assert alice.patch(f"/tickets/{TICKET}", {"status_id": 3}).status == 200
    assert not allowed(uma)["reopen"]
    assert uma.patch(f"/tickets/{TICKET}", {"status_id": 1}).status == 403
    assert api.user("ugo").patch(f"/tickets/{TICKET}", {"status_id": 1}).status == 403
    assert api.rows(select(t.ticket.c.status_id).where(t.ticket.c.ticket_id == TICKET))[0][0] == 3


PARENT = 27


def notes(api: Api, words: str) -> list[Any]:
    return [each for each in api.staff("alice").get(f"/tickets/{TICKET}/thread").data if words in each["body"]]


def test_a_parent_and_a_note_with_its_file_come_with_the_changes(api: Api) -> None:
    alice, plan = api.staff("alice"), {"name": "plan.txt", "content": b64encode(b"This way.").decode()}
    note = {"body": "<p>Mind this</p>", "title": "Moved", "attachments": [plan]}
    number = alice.get(f"/tickets/{PARENT}").data["number"]
    before = events(alice)
    answer = alice.patch(f"/tickets/{TICKET}", {"subject": "Renamed", "parent": f"number:{number}", "note": note})
    assert answer.status == 200, answer.errors
    assert (answer.data["subject"], answer.data["parent_id"]) == ("Renamed", PARENT)
    assert events(alice)[len(before) :] == ["edited", "linked"]
    [added] = notes(api, "Mind this")
    assert (added["type"], added["title"]) == ("note", "Moved")
    assert [each["name"] for each in added["attachments"]] == ["plan.txt"]


def test_a_note_alone_needs_no_right_to_edit(api: Api) -> None:
    bob = api.staff("bob")
    assert bob.patch(f"/tickets/{TICKET}", {"subject": "Renamed"}).status == 403
    assert bob.patch(f"/tickets/{TICKET}", {"note": {"body": "<p>Mind this</p>"}}).status == 200
    assert len(notes(api, "Mind this")) == 1


def test_a_comment_beside_a_parent_is_kept(api: Api) -> None:
    answer = api.staff("alice").patch(f"/tickets/{TICKET}", {"parent": PARENT, "comment": "<p>Belongs there</p>"})
    assert answer.status == 200, answer.errors
    assert len(notes(api, "Belongs there")) == 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"parent": TICKET}, 409, "parent"),
        ({"parent": 999_999}, 422, "parent"),
        ({"subject": "Other", "parent": "number:000"}, 422, "parent"),
        ({"subject": "Other", "note": {"body": ""}}, 422, "note.body"),
        (
            {"subject": "Other", "note": {"body": "<p>x</p>", "attachments": [{"name": "a", "content": "?"}]}},
            422,
            "note.attachments.0.content",
        ),
        (
            {"subject": "Other", "note": {"body": "<p>x</p>", "attachments": [{"file_id": 99_999}]}},
            422,
            "note.attachments",
        ),
        ({"note": None}, 422, "note"),
    ],
)
def test_nothing_is_changed_where_the_parent_or_the_note_cannot_be(
    api: Api, body: dict[str, Any], status: int, field: str
) -> None:
    alice = api.staff("alice")
    before = events(alice), alice.get(f"/tickets/{TICKET}").data["subject"]
    answer = alice.patch(f"/tickets/{TICKET}", body)
    assert (answer.status, answer.fields) == (status, [field]), answer.errors
    assert (events(alice), alice.get(f"/tickets/{TICKET}").data["subject"]) == before


def test_users_link_and_note_nothing(api: Api) -> None:
    answer = api.user("uma").patch(f"/tickets/{TICKET}", {"parent": PARENT, "note": {"body": "<p>x</p>"}})
    assert answer.status == 403
    assert set(answer.fields) <= {"note", "parent"}
