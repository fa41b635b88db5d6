"""Internal notes on a ticket."""

from typing import Any

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    CLOSED,
    CLOSED_BY_ALICE,
    UNASSIGNED,
    WITH_OPEN_TASK,
    last_notes,
    row_of,
    set_staff,
    set_ticket,
)
from tests.fixtures.api import Answer, Api


def note(api: Api, ticket_id: int = ALICES, /, **body: Any) -> Answer:
    return api.staff("alice").post(f"/tickets/{ticket_id}/note", {"body": "<p>Ring first.</p>", **body})


def keep_drafts(tx: Write) -> None:
    for ticket_id in (ALICES, CLOSED_BY_ALICE):
        tx.insert(t.draft, staff_id=ALICE, namespace=f"ticket.note.{ticket_id}", body="x", created=tx.now)


def test_a_note_is_stored_for_agents_alone(api: Api) -> None:
    answer = note(api, title="Careful")
    assert answer.status == 201, answer.errors
    assert last_notes(api, ALICES) == [("Careful", "<p>Ring first.</p>", ALICE)]
    path = answer.headers["location"].removeprefix("/api/v2")
    assert api.staff("bob").get(path).data["title"] == "Careful"
    assert api.user("uma").get(path).status == 404
    assert answer.data["id"] not in [entry["id"] for entry in api.user("uma").get(f"/tickets/{ALICES}/thread").data]


def test_a_note_leaves_the_row_of_the_ticket_as_it_was(api: Api) -> None:
    for ticket_id in (ALICES, UNASSIGNED):
        set_ticket(api, ticket_id, isanswered=False)
        before = row_of(api, ticket_id)
        assert note(api, ticket_id).status == 201
        assert row_of(api, ticket_id) == before


def test_a_note_has_no_recipients(api: Api) -> None:
    (row,) = api.rows(select(t.thread_entry.c.recipients).where(t.thread_entry.c.id == note(api).data["id"]))
    assert row.recipients is None


def test_every_agent_who_sees_the_ticket_may_add_a_note(api: Api) -> None:
    role = api.staff("dora").post("/roles", {"name": "Reads", "permissions": ["ticket.create"]}).data["id"]
    set_staff(api, ALICE, role_id=role)
    assert api.staff("alice").post(f"/tickets/{ALICES}/reply", {"body": "x"}).status == 403
    assert note(api).status == 201


def test_a_note_can_close_the_ticket_and_warns_where_it_cannot(api: Api) -> None:
    assert note(api, status_id=CLOSED).status == 201
    assert row_of(api, ALICES).closed is not None
    answer = note(api, WITH_OPEN_TASK, status_id=CLOSED)
    assert answer.status == 201, answer.errors
    assert answer.meta["warnings"][0].startswith("The status is unchanged: ")
    assert row_of(api, WITH_OPEN_TASK).closed is None


def test_a_note_deletes_the_agents_draft_of_an_open_ticket_alone(api: Api) -> None:
    api.write(keep_drafts)
    assert (note(api).status, note(api, CLOSED_BY_ALICE).status) == (201, 201)
    assert [row.namespace for row in api.rows(select(t.draft.c.namespace))] == [f"ticket.note.{CLOSED_BY_ALICE}"]


def test_a_note_ends_the_lock_whose_code_it_names_and_waits_for_that_of_another_agent(api: Api) -> None:
    code = api.staff("alice").post(f"/tickets/{ALICES}/lock").data["code"]
    assert api.staff("bob").post(f"/tickets/{ALICES}/note", {"body": "x"}).status == 423
    assert note(api, lock_code=code).status == 201
    assert api.staff("bob").post(f"/tickets/{ALICES}/note", {"body": "x"}).status == 201


def test_plain_text_is_stored_escaped_and_sent_as_written(api: Api) -> None:
    answer = note(api, body="1 < 2 & <b>", format="text")
    assert (answer.data["format"], answer.data["body"]) == ("text", "1 < 2 & <b>")
    assert last_notes(api, ALICES)[0][1] == "1 &lt; 2 &amp; &lt;b&gt;"
