"""Creating tasks."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tasks.work import (
    ALICE,
    BILLING,
    CHARLIE,
    MAINTENANCE,
    SALES,
    SUPPORT,
    TICKET_OF_ALICE,
    TICKET_OF_CHARLIE,
    create,
    entries,
    events,
    row,
)
from tests.fixtures.api import Api

NEW = {"title": "Count the chairs", "description": "<p>All of them.</p>", "department_id": SUPPORT}


def test_task_on_a_ticket_is_numbered_after_the_last_one(api: Api) -> None:
    answer = api.staff("alice").post("/tasks", {**NEW, "ticket_id": TICKET_OF_ALICE})
    assert answer.status == 201, answer.errors
    task = answer.data
    assert answer.headers["location"] == f"/api/v2/tasks/{task['id']}"
    assert (task["ticket"]["id"], task["department"]["name"], task["status"]) == (TICKET_OF_ALICE, "Support", "open")
    stored = row(api, task["id"])
    assert (stored.object_type, stored.object_id, stored.flags) == ("T", TICKET_OF_ALICE, 1)
    assert int(task["number"]) > 2


def test_description_opens_the_thread_without_counting_as_a_message(api: Api) -> None:
    task = create(api)
    thread = api.rows(select(t.thread).where(t.thread.c.id == task["thread_id"]))[0]
    assert (thread.object_type, thread.object_id, thread.lastmessage) == ("A", task["id"], None)
    first = entries(api, task["thread_id"])[0]
    assert (first.type, first.title, first.body, first.flags) == ("M", "Count the chairs", "<p>All of them.</p>", 0x41)
    assert [event.name for event in events(api, task["thread_id"])] == ["created"]


def test_task_by_itself_belongs_to_no_ticket(api: Api) -> None:
    task = create(api)
    stored = row(api, task["id"])
    assert (stored.object_type, stored.object_id, task["ticket"]) == ("", None, None)


def test_assignee_is_told_with_all_of_the_name(api: Api) -> None:
    task = create(api, staff_id=ALICE)
    created, assigned = events(api, task["thread_id"])
    assert (created.staff_id, assigned.staff_id, assigned.thread_type) == (None, ALICE, "A")
    name = {"format": "full", "parts": {"first": "Alice", "last": "Archer"}, "name": "Alice Archer"}
    assert json.loads(assigned.data) == {"staff": [ALICE, name]}


def test_agent_needs_the_right_to_create_in_some_department(api: Api) -> None:
    answer = api.staff("bob").post("/tasks", NEW)
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "task.create"})


def test_agent_needs_the_right_to_create_in_the_tickets_department(api: Api) -> None:
    api.write(_give_ticket, TICKET_OF_CHARLIE, ALICE)
    mine = api.staff("alice").post("/tasks", {**NEW, "ticket_id": TICKET_OF_CHARLIE})
    assert mine.status == 201, mine.errors
    api.write(_give_ticket, TICKET_OF_CHARLIE, CHARLIE)
    unseen = api.staff("alice").post("/tasks", {**NEW, "ticket_id": TICKET_OF_CHARLIE})
    assert (unseen.status, unseen.fields) == (422, ["ticket_id"])


def _give_ticket(tx: Write, ticket_id: int, staff_id: int) -> None:
    tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(staff_id=staff_id))


def test_agent_needs_the_right_to_assign_in_the_tasks_department(api: Api) -> None:
    elsewhere = {**NEW, "department_id": BILLING}
    alice = api.staff("alice")
    refused = alice.post("/tasks", {**elsewhere, "staff_id": CHARLIE})
    assert (refused.status, refused.errors[0]["detail"]) == (403, {"permission": "task.assign"})


def test_everything_that_is_wrong_is_said_at_once(api: Api) -> None:
    body = {
        "title": "x",
        "description": "<p> </p>",
        "department_id": 99,
        "ticket_id": 999,
        "due_at": "2020-01-01T00:00:00Z",
        "custom_fields": {"colour": "red"},
    }
    answer = api.staff("dora").post("/tasks", body)
    assert answer.status == 422
    assert set(answer.fields) == {"description", "department_id", "ticket_id", "due_at", "custom_fields.colour"}
    empty = api.staff("dora").post("/tasks", {"staff_id": 0})
    assert set(empty.fields) == {"title", "description", "department_id", "staff_id"}


def test_whoever_is_not_there_cannot_be_given_a_task(api: Api) -> None:
    dora = api.staff("dora")
    assert dora.post("/tasks", {**NEW, "staff_id": 99}).fields == ["staff_id"]
    assert dora.post("/tasks", {**NEW, "team_id": 99}).fields == ["team_id"]
    assert dora.post("/tasks", {**NEW, "staff_id": ALICE, "team_id": 1}).status == 422


def test_task_is_due_no_later_than_its_ticket(api: Api) -> None:
    dora = api.staff("dora")
    api.write(_make_due, TICKET_OF_ALICE, 2040)
    late = dora.post("/tasks", {**NEW, "ticket_id": TICKET_OF_ALICE, "due_at": "2041-01-01T00:00:00Z"})
    assert (late.status, late.fields) == (422, ["due_at"])
    assert late.errors[0]["detail"]["latest"].startswith("2040-")
    in_time = dora.post("/tasks", {**NEW, "ticket_id": TICKET_OF_ALICE, "due_at": "2039-12-31T22:00:00-02:00"})
    assert in_time.data["due_at"] == "2040-01-01T00:00:00Z"


def test_tickets_that_are_late_themselves_limit_nothing(api: Api) -> None:
    api.write(_make_due, TICKET_OF_ALICE, 2020)
    answer = api.staff("dora").post("/tasks", {**NEW, "ticket_id": TICKET_OF_ALICE, "due_at": "2041-01-01T00:00:00Z"})
    assert answer.status == 201, answer.errors


def _make_due(tx: Write, ticket_id: int, year: int) -> None:
    due = tx.now.replace(year=year, month=2, day=1)
    tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(duedate=due))


def test_files_come_along_in_json_and_in_forms(api: Api) -> None:
    dora = api.staff("dora")
    task = create(api, attachments=[{"name": "plan.txt", "content": "cGxhbgo="}])
    assert [file["name"] for file in dora.get(f"/tasks/{task['id']}/attachments").data] == ["plan.txt"]
    form: dict[str, Any] = {
        "data": {"payload": json.dumps({**NEW, "title": "By form"})},
        "files": {"attachments": ("list.csv", b"a,b\n", "text/csv")},
    }
    answer = dora.request("POST", "/tasks", **form)
    assert answer.status == 201, answer.errors
    assert [file["size"] for file in dora.get(f"/tasks/{answer.data['id']}/attachments").data] == [4]
    bad = dora.post("/tasks", {**NEW, "attachments": [{"name": "x", "content": "%%"}]})
    assert bad.fields == ["attachments.0.content"]


def test_description_can_be_found_but_the_task_has_no_search_row(api: Api) -> None:
    task = create(api)
    first = entries(api, task["thread_id"])[0]
    search = api.rows(select(t.search).where(t.search.c.title == "Count the chairs"))
    assert [(found.object_type, found.object_id, found.content) for found in search] == [
        ("H", first.id, "All of them.")
    ]


def test_draft_of_the_task_is_gone(api: Api) -> None:
    dora_id = api.rows(select(t.staff.c.staff_id).where(t.staff.c.username == "dora"))[0][0]
    names = ["task.add", f"ticket.{TICKET_OF_ALICE}.task", "task.response.1"]
    api.write(
        lambda tx: tx.insert_many(t.draft, [{"namespace": each, "staff_id": dora_id, "body": "x"} for each in names])
    )
    create(api)
    assert [row[0] for row in api.rows(select(t.draft.c.namespace).order_by(t.draft.c.id))] == names[1:]
    create(api, ticket_id=TICKET_OF_ALICE)
    assert [row[0] for row in api.rows(select(t.draft.c.namespace))] == names[2:]


def test_dry_run_tells_what_would_be_written_and_writes_nothing(api: Api) -> None:
    before = len(api.rows(select(t.task)))
    answer = api.staff("dora").post("/tasks?dry_run=true", {**NEW, "department_id": MAINTENANCE, "staff_id": ALICE})
    assert answer.status == 200, answer.errors
    assert [effect["kind"] for effect in answer.data["effects"]] == ["task", "entry", "event", "task", "event"]
    assert len(api.rows(select(t.task))) == before


def test_repeated_request_makes_one_task(api: Api) -> None:
    headers = {"Idempotency-Key": "chairs"}
    first, again = (api.staff("dora").post("/tasks", NEW, headers=headers) for _ in range(2))
    assert first.data == again.data
    assert again.headers["idempotency-replayed"] == "true"


def test_departments_the_agent_does_not_see_are_not_on_offer(api: Api) -> None:
    def hide(tx: Write) -> None:
        tx.change(update(t.staff).where(t.staff.c.username == "alice").values(permissions='{"user.dir":1}'))

    api.write(hide)
    answer = api.staff("alice").post("/tasks", {**NEW, "department_id": SALES})
    assert (answer.status, answer.fields) == (422, ["department_id"])


def test_tasks_made_at_once_have_numbers_of_their_own(api: Api) -> None:
    dora = api.staff("dora")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: dora.post("/tasks", NEW), range(6)))
    assert [answer.status for answer in answers] == [201] * 6
    assert len({answer.data["number"] for answer in answers}) == 6
