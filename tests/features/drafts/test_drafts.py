"""What people are still writing: saved, found again, and gone once it is posted."""

from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.tickets.acts import ALICE, ALICES
from tests.fixtures.api import Api, Caller

PIXEL = (
    "data:image/gif;base64,"
    + b64encode(
        bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
    ).decode()
)
UMAS = 26


def save(caller: Caller, kind: str, body: str = "<p>Half a sen</p>", **about: int) -> Any:
    answer = caller.post("/drafts", {"kind": kind, "body": body, **about})
    assert answer.status == 201, answer.content
    return answer.data


def rows(api: Api) -> list[tuple[int, str, str]]:
    draft = t.draft.c
    found = api.rows(select(draft.staff_id, draft.namespace, draft.body).order_by(draft.id))
    return [(row.staff_id, row.namespace, row.body) for row in found]


def kinds(caller: Caller, query: str = "") -> list[str]:
    return sorted(draft["kind"] for draft in caller.get(f"/drafts{query}").data)


def test_a_draft_is_saved_over_and_over_as_one(api: Api) -> None:
    alice = api.staff("alice")
    first = save(alice, "reply", ticket_id=ALICES)
    assert (first["kind"], first["ticket_id"], first["updated_at"]) == ("reply", ALICES, None)
    assert save(alice, "reply", "<p>Half a sentence</p>", ticket_id=ALICES)["id"] == first["id"]
    changed = alice.patch(f"/drafts/{first['id']}", {"body": "<p>A sentence.</p>"}).data
    assert (changed["body"], changed["updated_at"] is not None) == ("<p>A sentence.</p>", True)
    assert rows(api) == [(ALICE, f"ticket.response.{ALICES}", "<p>A sentence.</p>")]
    assert alice.delete(f"/drafts/{first['id']}").status == 204
    assert rows(api) == []


@pytest.mark.parametrize(
    ("kind", "about", "path", "posted"),
    [
        ("reply", {"ticket_id": ALICES}, f"/tickets/{ALICES}/reply", {"body": "x"}),
        ("note", {"ticket_id": ALICES}, f"/tickets/{ALICES}/note", {"body": "x"}),
        ("task_reply", {"task_id": 1}, "/tasks/1/reply", {"body": "x"}),
        ("task_note", {"task_id": 1}, "/tasks/1/note", {"body": "x"}),
        ("new_task", {}, "/tasks", {"title": "Look", "description": "x", "department_id": 1}),
        (
            "new_task",
            {"ticket_id": ALICES},
            "/tasks",
            {"title": "Look", "description": "x", "ticket_id": ALICES, "department_id": 1},
        ),
        ("new_ticket", {}, "/tickets", {"subject": "x", "message": "x", "topic_id": 1, "user_id": 1}),
        ("new_ticket_note", {}, "/tickets", {"subject": "x", "message": "x", "topic_id": 1, "user_id": 1}),
    ],
)
def test_what_is_posted_takes_its_draft_away(
    api: Api, kind: str, about: dict[str, Any], path: str, posted: dict[str, Any]
) -> None:
    alice = api.staff("alice")
    save(alice, kind, **about)
    other = save(api.staff("dora"), kind, **about)["id"]
    assert alice.post(path, posted).status == 201
    assert kinds(alice) == []
    assert kinds(api.staff("dora")) == [kind]
    assert alice.get(f"/drafts/{other}").status == 404


def test_users_have_drafts_of_their_own(api: Api) -> None:
    uma = api.user("uma")
    save(uma, "message", ticket_id=UMAS)
    save(uma, "new_ticket")
    assert kinds(uma) == ["message", "new_ticket"]
    assert uma.post(f"/tickets/{UMAS}/message", {"body": "x"}).status == 201
    assert uma.post("/tickets", {"subject": "x", "message": "x", "topic_id": 1}).status == 201
    assert kinds(uma) == []


def test_an_agent_is_not_the_user_with_the_same_number(api: Api) -> None:
    person = api.rows(select(t.user_account.c.user_id).where(t.user_account.c.username == "uma"))[0].user_id
    draft = save(api.user("uma"), "message", ticket_id=UMAS)["id"]
    twin = api.staff_id(person)
    assert twin.get("/drafts").data == []
    assert twin.delete(f"/drafts/{draft}").status == 404


def test_drafts_are_listed_by_what_they_are_on(api: Api) -> None:
    alice = api.staff("alice")
    save(alice, "reply", ticket_id=ALICES)
    save(alice, "note", ticket_id=ALICES)
    save(alice, "task_note", task_id=1)
    assert kinds(alice, f"?ticket_id={ALICES}") == ["note", "reply"]
    assert kinds(alice, "?task_id=1") == ["task_note"]
    assert kinds(alice, "?ticket_id=9") == []


def test_images_stay_with_the_draft(api: Api) -> None:
    alice = api.staff("alice")
    draft = save(alice, "reply", f'<p>Look: <img src="{PIXEL}"></p>', ticket_id=ALICES)
    address = draft["body"].split('src="')[1].split('"')[0]
    assert alice.get(address.removeprefix("/api/v2")).status == 200
    assert api.staff("dora").get(address.removeprefix("/api/v2")).status == 404
    posted = alice.post(f"/tickets/{ALICES}/reply", {"body": draft["body"]}).data
    assert "<img" in posted["body"]
    attachment = t.attachment.c
    assert api.rows(select(attachment.id).where(attachment.type == "D")) == []


@pytest.mark.parametrize("body", ["", "<p></p>", " "])
def test_nothing_is_written_yet(api: Api, body: str) -> None:
    assert save(api.staff("alice"), "reply", body, ticket_id=ALICES)["body"] == ""
    assert rows(api)[0][2] == " "


@pytest.mark.parametrize(
    ("who", "about", "field"),
    [
        ("alice", {"kind": "message", "ticket_id": ALICES}, "kind"),
        ("alice", {"kind": "reply"}, "ticket_id"),
        ("alice", {"kind": "reply", "ticket_id": 999}, "ticket_id"),
        ("charlie", {"kind": "reply", "ticket_id": ALICES}, "ticket_id"),
        ("alice", {"kind": "task_note", "ticket_id": ALICES}, "ticket_id"),
        ("alice", {"kind": "new_ticket", "ticket_id": ALICES}, "ticket_id"),
        ("uma", {"kind": "reply", "ticket_id": UMAS}, "kind"),
        ("ulf", {"kind": "message", "ticket_id": UMAS}, "ticket_id"),
    ],
)
def test_what_nobody_could_write_is_refused(api: Api, who: str, about: dict[str, Any], field: str) -> None:
    answer = api.named(who).post("/drafts", {"body": "x", **about})
    assert (answer.status, answer.fields) == (422, [field])


def test_closing_a_ticket_takes_all_drafts_away(api: Api) -> None:
    save(api.staff("alice"), "note", ticket_id=ALICES)
    save(api.user("uma"), "message", ticket_id=ALICES)
    assert api.staff("dora").post(f"/tickets/{ALICES}/status", {"status_id": 3}).status == 200
    assert rows(api) == []
