"""What users write on their tickets."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets import acts
from tests.features.tickets.acts import (
    ALICE,
    ALICES,
    CLOSED,
    CLOSED_BY_ALICE,
    OPEN,
    UGO,
    UMA,
    UNASSIGNED,
    last_events,
    row_of,
    set_staff,
    set_status,
    set_ticket,
)
from tests.fixtures.api import Answer, Api

NINA = 4
REOPENABLE = json.dumps({"allowreopen": True, "reopenstatus": OPEN})
FINAL = json.dumps({"allowreopen": False})


def write(api: Api, ticket_id: int = ALICES, /, by: int = UMA, **body: Any) -> Answer:
    return api.user_id(by).post(f"/tickets/{ticket_id}/message", {"body": "<p>Still burning.</p>", **body})


def closed(api: Api, properties: str = REOPENABLE) -> int:
    """A ticket of uma's that alice has closed."""
    set_status(api, CLOSED, properties=properties)
    set_ticket(api, CLOSED_BY_ALICE, user_id=UMA, status_id=CLOSED, staff_id=ALICE)
    return CLOSED_BY_ALICE


def test_a_message_of_the_owner_makes_the_ticket_unanswered(api: Api) -> None:
    set_ticket(api, ALICES, isanswered=True)
    before = row_of(api, ALICES)
    answer = write(api)
    assert answer.status == 201, answer.errors
    (row,) = api.rows(select(t.thread_entry).where(t.thread_entry.c.id == answer.data["id"]))
    assert (row.type, row.user_id, row.staff_id, row.body) == ("M", UMA, None, "<p>Still burning.</p>")
    assert (answer.data["user"]["id"], answer.data["staff"]) == (UMA, None)
    after = row_of(api, ALICES)
    assert (after.isanswered, after.staff_id, after.status_id) == (False, before.staff_id, before.status_id)
    assert after.lastupdate >= before.lastupdate


def test_a_message_reopens_a_closed_ticket_for_the_agent_who_closed_it(api: Api) -> None:
    ticket_id = closed(api)
    assert write(api, ticket_id).status == 201
    row = row_of(api, ticket_id)
    assert (row.status_id, row.closed, row.staff_id, row.isanswered) == (OPEN, None, ALICE, False)
    assert row.reopened is not None
    assert last_events(api, ticket_id)[0][0] == "reopened"


def test_a_reopened_ticket_is_nobodys_while_its_agent_is_away(api: Api) -> None:
    ticket_id = closed(api)
    set_staff(api, ALICE, onvacation=1)
    write(api, ticket_id)
    assert (row_of(api, ticket_id).status_id, row_of(api, ticket_id).staff_id) == (OPEN, None)


@pytest.mark.parametrize("why", ["status", "department"])
def test_a_message_leaves_a_ticket_closed_that_may_not_be_reopened(api: Api, why: str) -> None:
    ticket_id = closed(api, FINAL if why == "status" else REOPENABLE)
    if why == "department":
        acts.set_department(api, row_of(api, ticket_id).dept_id, flags=0x04 | 0x08)
    answer = write(api, ticket_id)
    assert answer.status == 201, answer.errors
    row = row_of(api, ticket_id)
    assert (row.status_id, row.closed is None) == (CLOSED, False)


def test_a_collaborator_writes_too_and_stays_one(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{ALICES}/collaborators", {"user_id": UGO})
    assert write(api, by=UGO).status == 201
    found = api.staff("alice").get(f"/tickets/{ALICES}/collaborators").data
    assert [each["user"]["id"] for each in found] == [UGO]


def test_a_member_of_the_owners_organization_becomes_a_collaborator_by_writing(api: Api) -> None:
    assert api.staff("alice").get(f"/tickets/{ALICES}/collaborators").data == []
    assert write(api, by=UGO).status == 201
    found = api.staff("alice").get(f"/tickets/{ALICES}/collaborators").data
    assert [each["user"]["id"] for each in found] == [UGO]
    assert last_events(api, ALICES)[0][0] == "collab"


def test_the_ticket_of_somebody_else_is_not_there(api: Api) -> None:
    assert api.user("ulf").post(f"/tickets/{ALICES}/message", {"body": "x"}).status == 404
    assert write(api, UNASSIGNED, by=UGO).status == 201


def test_a_message_goes_to_the_owner_and_the_other_collaborators(api: Api) -> None:
    ugo = api.staff("alice").post(f"/tickets/{ALICES}/collaborators", {"user_id": UGO}).data["id"]
    nina = api.staff("alice").post(f"/tickets/{ALICES}/collaborators", {"user_id": NINA}).data["id"]
    answer = write(api, by=UGO)
    (row,) = api.rows(select(t.thread_entry.c.recipients).where(t.thread_entry.c.id == answer.data["id"]))
    found = {kind: list(people) for kind, people in json.loads(row.recipients).items()}
    assert found == {"to": [str(UMA)], "cc": [str(nina)]}, ugo


def test_a_message_deletes_what_users_were_writing_on_the_ticket(api: Api) -> None:
    def keep_drafts(tx: Write) -> None:
        for namespace in (f"ticket.client.{ALICES}", f"ticket.client.{UNASSIGNED}", f"ticket.note.{ALICES}"):
            tx.insert(t.draft, staff_id=ALICE, namespace=namespace, body="x", created=tx.now)

    api.write(keep_drafts)
    write(api)
    left = {row.namespace for row in api.rows(select(t.draft.c.namespace))}
    assert left == {f"ticket.client.{UNASSIGNED}", f"ticket.note.{ALICES}"}


def test_agents_write_no_messages(api: Api) -> None:
    assert api.staff("alice").post(f"/tickets/{ALICES}/message", {"body": "x"}).status == 403


def test_files_come_along(api: Api) -> None:
    answer = write(api, attachments=[{"name": "fire.txt", "content": "aG90"}])
    (file,) = answer.data["attachments"]
    assert api.staff("alice").get(f"/tickets/{ALICES}/attachments/{file['id']}").content == b"hot"
