"""Answering the user of a ticket."""

import json
from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    CLOSED,
    RESOLVED,
    SUPPORT,
    UGO,
    UMA,
    UNASSIGNED,
    WITH_OPEN_TASK,
    last_events,
    row_of,
    set_config,
    set_department,
    set_staff,
    set_ticket,
)
from tests.fixtures.api import Answer, Api

NINA, OMAR = 4, 5
ACTIVE, NO_AUTO_CLAIM = 0x04, 0x02


def reply(api: Api, ticket_id: int = ALICES, /, **body: Any) -> Answer:
    return api.staff("alice").post(f"/tickets/{ticket_id}/reply", {"body": "<p>On our way.</p>", **body})


def entry_of(api: Api, answer: Answer) -> Any:
    (row,) = api.rows(select(t.thread_entry).where(t.thread_entry.c.id == answer.data["id"]))
    return row


def recipients_of(api: Api, answer: Answer) -> dict[str, list[int]]:
    """The ids under `to` and `cc` of an entry: of users, and of collaborators."""
    return {kind: sorted(map(int, people)) for kind, people in json.loads(entry_of(api, answer).recipients).items()}


def test_a_reply_is_a_response_of_the_agent_and_makes_the_ticket_answered(api: Api) -> None:
    set_ticket(api, ALICES, isanswered=False)
    answer = reply(api)
    assert answer.status == 201, answer.errors
    row = entry_of(api, answer)
    assert (row.type, row.staff_id, row.user_id, row.body) == ("R", ALICE, None, "<p>On our way.</p>")
    assert answer.headers["location"] == f"/api/v2/tickets/{ALICES}/thread/{row.id}"
    assert answer.data["staff"]["id"] == ALICE
    assert row_of(api, ALICES).isanswered
    assert api.user("uma").get(answer.headers["location"].removeprefix("/api/v2")).data["body"] == row.body


def test_the_owner_is_the_recipient_and_active_collaborators_get_copies(api: Api) -> None:
    alice = api.staff("alice")
    active = alice.post(f"/tickets/{ALICES}/collaborators", {"user_id": NINA}).data["id"]
    resting = alice.post(f"/tickets/{ALICES}/collaborators", {"user_id": OMAR}).data["id"]
    alice.patch(f"/tickets/{ALICES}/collaborators/{resting}", {"is_active": False})
    assert recipients_of(api, reply(api)) == {"to": [UMA], "cc": [active]}
    assert recipients_of(api, reply(api, reply_to="user")) == {"to": [UMA]}


def test_a_reply_to_nobody_stores_no_recipients(api: Api) -> None:
    assert entry_of(api, reply(api, reply_to="none")).recipients is None


def test_named_collaborators_join_and_all_others_rest(api: Api) -> None:
    alice = api.staff("alice")
    alice.post(f"/tickets/{ALICES}/collaborators", {"user_id": NINA})
    answer = reply(api, collaborators=[OMAR])
    found = alice.get(f"/tickets/{ALICES}/collaborators").data
    joined = next(each["id"] for each in found if each["user"]["id"] == OMAR)
    assert recipients_of(api, answer) == {"to": [UMA], "cc": [joined]}
    assert {each["user"]["id"]: each["is_active"] for each in found} == {NINA: False, OMAR: True}


@pytest.mark.parametrize(
    ("setting", "flags", "agent"),
    [("1", ACTIVE, ALICE), ("0", ACTIVE, None), ("1", ACTIVE | NO_AUTO_CLAIM, None)],
    ids=["on", "off", "off in the department"],
)
def test_an_unassigned_ticket_is_claimed_by_answering_where_the_help_desk_says_so(
    api: Api, setting: str, flags: int, agent: int | None
) -> None:
    set_config(api, "auto_claim_tickets", setting)
    set_department(api, SUPPORT, flags=flags)
    before = last_events(api, UNASSIGNED)
    assert reply(api, UNASSIGNED).status == 201
    assert (row_of(api, UNASSIGNED).staff_id, last_events(api, UNASSIGNED)) == (agent, before)


def test_a_reply_can_close_the_ticket(api: Api) -> None:
    answer = reply(api, status_id=RESOLVED)
    assert (answer.status, answer.meta.get("warnings", [])) == (201, [])
    assert row_of(api, ALICES).status_id == RESOLVED
    assert last_events(api, ALICES) == [("closed", {"status": [RESOLVED, "Resolved"]})]


def test_a_status_that_the_ticket_cannot_take_is_a_warning_beside_the_reply(api: Api) -> None:
    before = row_of(api, WITH_OPEN_TASK).status_id
    answer = reply(api, WITH_OPEN_TASK, status_id=CLOSED)
    assert answer.status == 201, answer.errors
    (warning,) = answer.meta["warnings"]
    assert warning.startswith("The status is unchanged: ")
    assert row_of(api, WITH_OPEN_TASK).status_id == before
    assert entry_of(api, answer).type == "R"


def test_a_reply_deletes_the_agents_own_draft_alone(api: Api) -> None:
    def keep_drafts(tx: Write) -> None:
        for staff_id in (ALICE, ALICE + 1):
            tx.insert(t.draft, staff_id=staff_id, namespace=f"ticket.response.{ALICES}", body="x", created=tx.now)

    api.write(keep_drafts)
    reply(api)
    assert [row.staff_id for row in api.rows(select(t.draft.c.staff_id))] == [ALICE + 1]


def test_a_reply_ends_the_lock_whose_code_it_names(api: Api) -> None:
    code = api.staff("alice").post(f"/tickets/{ALICES}/lock").data["code"]
    reply(api)
    assert api.staff("alice").get(f"/tickets/{ALICES}").data["lock"] is not None
    reply(api, lock_code=code)
    assert api.staff("alice").get(f"/tickets/{ALICES}").data["lock"] is None


def test_a_reply_while_another_agent_has_the_lock_is_refused(api: Api) -> None:
    api.staff("bob").post(f"/tickets/{ALICES}/lock")
    assert reply(api).status == 423


def test_a_reply_to_a_banned_owner_is_refused(api: Api) -> None:
    api.staff("dora").post("/ban-list", {"email": "uma@acme.example"})
    answer = reply(api)
    assert (answer.status, answer.errors[0]["code"]) == (403, "owner_banned")


def test_replying_needs_the_permission_in_the_department_of_the_ticket(api: Api) -> None:
    role = api.staff("dora").post("/roles", {"name": "Reads", "permissions": ["ticket.create"]}).data["id"]
    set_staff(api, ALICE, role_id=role)
    answer = reply(api)
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.reply"})


def test_a_reply_needs_a_body_or_a_canned_response(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/reply", {})
    assert (answer.status, answer.fields) == (422, ["body"])


def test_a_reply_takes_files_in_json_and_in_a_form(api: Api) -> None:
    files = [{"name": "a.txt", "content": b64encode(b"one").decode()}]
    assert [each["name"] for each in reply(api, attachments=files).data["attachments"]] == ["a.txt"]
    form = {"data": {"payload": '{"body": "<p>Two.</p>"}'}, "files": {"map": ("b.txt", b"two", "text/plain")}}
    sent = api.staff("alice").request("POST", f"/tickets/{ALICES}/reply", **form)
    assert sent.status == 201, sent.errors
    (file,) = sent.data["attachments"]
    stored = api.user("uma").get(f"/tickets/{ALICES}/attachments/{file['id']}")
    assert (file["name"], stored.content) == ("b.txt", b"two")


def test_a_dry_run_of_a_reply_names_its_effects_and_stores_nothing(api: Api) -> None:
    before = api.rows(select(t.thread_entry.c.id))
    answer = api.staff("alice").post(f"/tickets/{ALICES}/reply?dry_run=true", {"body": "<p>x</p>", "status_id": CLOSED})
    assert answer.status == 200, answer.errors
    kinds = {effect["kind"] for effect in answer.data["effects"]}
    assert {"entry", "mail", "event", "ticket"} <= kinds, kinds
    assert api.rows(select(t.thread_entry.c.id)) == before
    assert row_of(api, ALICES).closed is None


def test_a_reply_on_the_ticket_of_another_user_reaches_that_user(api: Api) -> None:
    assert recipients_of(api, reply(api, UNASSIGNED)) == {"to": [UGO]}
