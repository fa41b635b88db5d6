"""What one can do to a task that is there."""

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
    CLOSED_TICKET,
    DORA,
    ESCALATION,
    SALES,
    create,
    entries,
    events,
    row,
)
from tests.fixtures.api import Api

CLOSED, OPEN = {"status": "closed"}, {"status": "open"}


def _thread_of_ticket(api: Api, ticket_id: int) -> int:
    return int(api.staff("dora").get(f"/tickets/{ticket_id}").data["thread_id"])


def test_closing_tells_the_ticket(api: Api) -> None:
    answer = api.staff("alice").post("/tasks/1/status", {**CLOSED, "comment": "<p>They answered.</p>"})
    assert answer.status == 200, answer.errors
    assert (answer.data["status"], answer.data["closed_at"] is not None) == ("closed", True)
    note = entries(api, _thread_of_ticket(api, 20))[-1]
    assert (note.type, note.title, note.body, note.staff_id) == ("N", "Task 1 Closed", "Task closed", ALICE)
    comment = entries(api, answer.data["thread_id"])[-1]
    assert (comment.type, comment.title, comment.ip_address) == ("N", "Status changed to Completed", "")


def test_closing_leaves_the_time_of_the_last_change(api: Api) -> None:
    before = row(api, 1).updated
    for path, body in (("status", CLOSED), ("status", OPEN), ("transfer", {"department_id": SALES})):
        assert api.staff("dora").post(f"/tasks/1/{path}", body).status == 200
    assert row(api, 1).updated == before


def test_task_can_be_closed_and_opened_once_only(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/tasks/1/status", OPEN).errors[0]["code"] == "already_open"
    assert alice.post("/tasks/1/status", CLOSED).status == 200
    again = alice.post("/tasks/1/status", CLOSED)
    assert (again.status, again.errors[0]["code"]) == (409, "already_closed")
    assert alice.post("/tasks/1/status", {"status": "done"}).fields == ["status"]


def test_reopening_reopens_the_ticket(api: Api) -> None:
    task = create(api, ticket_id=CLOSED_TICKET)
    dora = api.staff("dora")
    assert dora.post(f"/tasks/{task['id']}/status", CLOSED).status == 200
    answer = dora.post(f"/tasks/{task['id']}/status", {**OPEN, "comment": "Not done"})
    assert (answer.data["status"], answer.data["closed_at"]) == ("open", None)
    ticket = dora.get(f"/tickets/{CLOSED_TICKET}").data
    assert ticket["status"]["state"] == "open"
    assert entries(api, ticket["thread_id"])[-1].title == f"Task {task['number']} Reopened"
    assert entries(api, task["thread_id"])[-1].title == "Status changed to Open"
    told = [(event.name, event.annulled) for event in events(api, task["thread_id"])]
    assert told == [("created", False), ("closed", True), ("reopened", False)]


def test_closing_needs_answers_that_closing_requires(api: Api) -> None:
    def require_room(tx: Write) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == "A"))
        entry_id = tx.scalar(
            select(t.form_entry.c.id).where(t.form_entry.c.object_type == "A", t.form_entry.c.object_id == 1)
        )
        field_id = tx.insert(
            t.form_field, form_id=form_id, flags=0x3005, type="text", label="Room", name="room", sort=9,
            created=tx.now, updated=tx.now,
        )  # fmt: skip
        tx.insert(t.form_entry_values, entry_id=entry_id, field_id=field_id, value=None, value_id=None)

    api.write(require_room)
    alice = api.staff("alice")
    refused = alice.post("/tasks/1/status", CLOSED)
    assert (refused.status, refused.errors[0]["code"]) == (409, "field_required_to_close")
    assert "Room" in refused.errors[0]["message"]
    assert alice.patch("/tasks/1", {"custom_fields": {"room": "B 2"}}).data["custom_fields"] == {"room": "B 2"}
    assert alice.post("/tasks/1/status", CLOSED).status == 200


PERMISSIONS: list[tuple[str, str, Any, str]] = [
    ("POST", "/reply", {"body": "x"}, "task.reply"),
    ("POST", "/status", CLOSED, "task.close"),
    ("POST", "/status", OPEN, "task.create"),
    ("POST", "/assign", {"staff_id": DORA}, "task.assign"),
    ("POST", "/claim", {}, "task.assign"),
    ("POST", "/transfer", {"department_id": SALES}, "task.transfer"),
    ("PATCH", "", {"title": "x"}, "task.edit"),
    ("DELETE", "", None, "task.delete"),
]


def test_each_action_asks_for_its_permission(api: Api) -> None:
    for method, path, body, permission in PERMISSIONS:
        options = {} if body is None else {"json": body}
        answer = api.staff("bob").request(method, f"/tasks/1{path}", **options)
        assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": permission}), path


def test_having_a_task_gives_no_rights_in_its_department(api: Api) -> None:
    task_id = create(api, staff_id=CHARLIE)["id"]
    charlie = api.staff("charlie")
    assert charlie.get(f"/tasks/{task_id}").status == 200
    assert charlie.post(f"/tasks/{task_id}/note", {"body": "Seen"}).status == 201
    assert charlie.post(f"/tasks/{task_id}/reply", {"body": "Done"}).status == 403
    assert charlie.post(f"/tasks/{task_id}/status", CLOSED).status == 403


def test_reply_is_a_response_and_moves_the_thread(api: Api) -> None:
    answer = api.staff("alice").post("/tasks/1/reply", {"body": "<p>Half done.</p>"})
    assert (answer.status, answer.data["type"]) == (201, "response")
    assert answer.headers["location"] == f"/api/v2/tasks/1/thread/{answer.data['id']}"
    thread_id = api.staff("alice").get("/tasks/1").data["thread_id"]
    thread = api.rows(select(t.thread.c.lastresponse).where(t.thread.c.id == thread_id))[0]
    assert thread.lastresponse is not None
    assert answer.data["parent_id"] == entries(api, thread_id)[0].id


def test_reply_closes_the_task_with_it(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post("/tasks/1/reply", {"body": "Done.", **CLOSED})
    assert (answer.status, "warnings" in answer.meta) == (201, False)
    assert alice.get("/tasks/1").data["status"] == "closed"


def test_status_that_cannot_be_is_a_warning_and_the_note_stays(api: Api) -> None:
    bob = api.staff("bob")
    answer = bob.post("/tasks/1/note", {"body": "I close this.", "title": "Closing", **CLOSED})
    assert (answer.status, answer.data["title"]) == (201, "Closing")
    assert "task.close" in answer.meta["warnings"][0]
    assert bob.get("/tasks/1").data["status"] == "open"


def test_empty_texts_are_refused(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/tasks/1/reply", {"body": ""}).fields == ["body"]
    assert alice.post("/tasks/1/note", {}).fields == ["body"]


def test_posting_discards_the_agents_own_draft_of_it(api: Api) -> None:
    drafts = [(name, who) for name in ("task.response.1", "task.note.1") for who in (ALICE, DORA)]
    rows = [{"namespace": name, "staff_id": who, "body": "x"} for name, who in drafts]
    api.write(lambda tx: tx.insert_many(t.draft, rows))
    alice = api.staff("alice")
    alice.post("/tasks/1/note", {"body": "x"})
    left = [tuple(found) for found in api.rows(select(t.draft.c.namespace, t.draft.c.staff_id))]
    assert sorted(left) == sorted(set(drafts) - {("task.note.1", ALICE)})
    alice.post("/tasks/1/reply", {"body": "x"})
    assert len(api.rows(select(t.draft.c.id))) == 2


def test_assigning_changes_one_of_agent_and_team(api: Api) -> None:
    alice = api.staff("alice")
    by_team = alice.post("/tasks/1/assign", {"team_id": ESCALATION})
    assert (by_team.data["team"]["id"], by_team.data["staff"]["id"]) == (ESCALATION, ALICE)
    answer = alice.post("/tasks/1/assign", {"staff_id": DORA, "comment": "<p>You know them.</p>"})
    assert (answer.data["team"]["id"], answer.data["staff"]["id"]) == (ESCALATION, DORA)
    told = [json.loads(event.data) for event in events(api, answer.data["thread_id"])[-2:]]
    assert told[0] == {"team": ESCALATION}
    assert told[1]["staff"][1]["name"] == "Dora Drake"
    assert entries(api, answer.data["thread_id"])[-1].title == "Task assigned to Dora Drake"


def test_assigning_to_whoever_has_it_is_a_conflict(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/tasks/1/assign", {"staff_id": ALICE}).status == 409
    assert alice.post("/tasks/1/assign", {"staff_id": ALICE, "team_id": ESCALATION}).status == 422
    assert alice.post("/tasks/1/assign", {}).status == 422
    assert alice.post("/tasks/1/assign", {"staff_id": 99}).fields == ["staff_id"]


def test_department_for_members_gives_no_work_to_others(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.department).where(t.department.c.id == 1).values(flags=0x05)))
    answer = api.staff("dora").post("/tasks/1/assign", {"staff_id": CHARLIE})
    assert (answer.status, answer.fields) == (422, ["staff_id"])
    assert api.staff("dora").post("/tasks/1/assign", {"staff_id": 3}).status == 200


def test_claiming_takes_what_no_agent_has(api: Api) -> None:
    task_id = create(api, team_id=ESCALATION)["id"]
    claimed = api.staff("alice").post(f"/tasks/{task_id}/claim")
    assert (claimed.data["staff"]["id"], claimed.data["team"]["id"]) == (ALICE, ESCALATION)
    assert json.loads(events(api, claimed.data["thread_id"])[-1].data) == {"claim": True}
    late = api.staff("dora").post(f"/tasks/{task_id}/claim", {"comment": "Mine"})
    assert (late.status, late.errors[0]["code"]) == (409, "already_assigned")
    assert late.errors[0]["detail"]["staff"] == {"id": ALICE, "name": "Alice Archer"}


def test_transfer_keeps_the_assignee_and_can_leave_the_agents_sight(api: Api) -> None:
    task_id = create(api, staff_id=DORA)["id"]
    alice = api.staff("alice")
    answer = alice.post(f"/tasks/{task_id}/transfer", {"department_id": BILLING, "comment": "Their chairs."})
    assert (answer.status, answer.data["department"]["id"], answer.data["staff"]["id"]) == (200, BILLING, DORA)
    assert json.loads(events(api, answer.data["thread_id"])[-1].data) == {"dept": "Billing"}
    assert entries(api, answer.data["thread_id"])[-1].title == "Task transferred from Support to Billing"
    assert alice.get(f"/tasks/{task_id}").status == 404


def test_transfer_goes_somewhere_else(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/tasks/1/transfer", {"department_id": 1}).status == 409
    assert alice.post("/tasks/1/transfer", {"department_id": 99}).fields == ["department_id"]


def test_one_field_is_a_quick_edit(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.patch("/tasks/1", {"title": "Ask the vendor today", "comment": "<p>today</p>"})
    assert answer.data["title"] == "Ask the vendor today"
    told = json.loads(events(api, answer.data["thread_id"])[-1].data)
    assert (told["0"], told["1"]) == ("Ask the vendor", "Ask the vendor today")
    assert entries(api, answer.data["thread_id"])[-1].title == "Title updated"
    same = alice.patch("/tasks/1", {"title": "Ask the vendor today"})
    assert same.status == 200
    assert json.loads(events(api, answer.data["thread_id"])[-1].data) == told


def test_due_date_is_told_without_data(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.patch("/tasks/1", {"due_at": "2040-01-01T12:00:00+02:00"})
    assert answer.data["due_at"] == "2040-01-01T10:00:00Z"
    event = events(api, answer.data["thread_id"])[-1]
    assert (event.name, event.data) == ("edited", None)
    cleared = alice.request("PUT", "/tasks/1", json={"due_at": None, "comment": "No hurry"})
    assert cleared.data["due_at"] is None
    assert entries(api, answer.data["thread_id"])[-1].title == "Due Date updated"
    before = events(api, answer.data["thread_id"])
    assert alice.patch("/tasks/1", {"due_at": None}).status == 200
    assert events(api, answer.data["thread_id"]) == before
    assert alice.patch("/tasks/1", {"due_at": "2020-01-01T00:00:00Z"}).fields == ["due_at"]


def test_several_fields_are_the_form(api: Api) -> None:
    alice = api.staff("alice")
    before = len(events(api, alice.get("/tasks/1").data["thread_id"]))
    change = {"title": "Ask twice", "due_at": "2040-01-01T00:00:00Z", "comment": "Both"}
    answer = alice.patch("/tasks/1", change)
    assert (answer.data["title"], answer.data["due_at"]) == ("Ask twice", "2040-01-01T00:00:00Z")
    told = [event.data for event in events(api, answer.data["thread_id"])[before:]]
    assert [data and list(json.loads(data)) for data in told] == [None, ["fields"]]
    assert entries(api, answer.data["thread_id"])[-1].title == "Task Updated"
    assert alice.patch("/tasks/1", {"title": "Ask twice", "due_at": change["due_at"]}).status == 200
    assert len(events(api, answer.data["thread_id"])) == before + 2


def test_due_date_that_has_passed_can_be_sent_back(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.task).values(duedate=tx.now.replace(year=2020))))
    alice = api.staff("alice")
    as_read = alice.get("/tasks/1").data["due_at"]
    assert alice.patch("/tasks/1", {"title": "Hurry", "due_at": as_read}).data["title"] == "Hurry"


def test_edit_without_any_change_writes_nothing(api: Api) -> None:
    before = row(api, 1)
    assert api.staff("alice").patch("/tasks/1", {}).status == 200
    assert row(api, 1) == before


WRONG_EDITS: list[tuple[Any, str]] = [
    ({"title": None}, "title"),
    ({"title": "  "}, "title"),
    ({"colour": 1}, "colour"),
    ({"custom_fields": {"colour": 1}}, "custom_fields.colour"),
    ({"due_at": "2040-01-01T00:00:00"}, "due_at"),
]


def test_wrong_edits_are_named(api: Api) -> None:
    for body, field in WRONG_EDITS:
        answer = api.staff("alice").patch("/tasks/1", body)
        assert (answer.status, answer.fields) == (422, [field])


def test_deleting_takes_everything_but_the_events(api: Api) -> None:
    alice = api.staff("alice")
    task = alice.get("/tasks/1").data
    alice.post("/tasks/1/note", {"body": "x", "attachments": [{"name": "a.txt", "content": "aGk="}]})
    alice.post("/tasks/1/collaborators", {"user_id": api.rows(select(t.user.c.id))[0][0]})
    entry_ids = [entry.id for entry in entries(api, task["thread_id"])]
    api.write(lambda tx: tx.insert(t.draft, namespace="task.note.1", staff_id=DORA, body="x"))
    assert alice.delete("/tasks/1", json={"comment": "<p>Not needed</p>"}).status == 204
    assert alice.get("/tasks/1").status == 404
    assert entries(api, task["thread_id"]) == []
    assert [event.name for event in events(api, task["thread_id"])] == ["deleted"]
    gone = [
        select(t.thread.c.id).where(t.thread.c.id == task["thread_id"]),
        select(t.thread_collaborator.c.id).where(t.thread_collaborator.c.thread_id == task["thread_id"]),
        select(t.attachment.c.id).where(t.attachment.c.type == "H", t.attachment.c.object_id.in_(entry_ids)),
        select(t.search.c.object_id).where(t.search.c.object_type == "H", t.search.c.object_id.in_(entry_ids)),
        select(t.form_entry.c.id).where(t.form_entry.c.object_type == "A", t.form_entry.c.object_id == 1),
        select(t.draft.c.id),
    ]
    assert [api.rows(statement) for statement in gone] == [[]] * len(gone)
    assert api.staff("alice").get("/tickets/20").data["task_count"] == 0


def test_comment_on_a_deletion_goes_to_the_log_that_keeps_everything(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.config).where(t.config.c.key == "log_level").values(value="3")))
    assert api.staff("alice").delete("/tasks/1", json={"comment": "<p>Not needed</p>"}).status == 204
    log = api.rows(select(t.syslog).order_by(t.syslog.c.log_id.desc()))[0]
    assert (log.log_type, log.title, log.log) == ("Debug", "Task #1 deleted", "alice deleted task #1: Not needed")


def test_stale_changes_are_refused(api: Api) -> None:
    alice = api.staff("alice")
    tag = alice.get("/tasks/1?include=thread").headers["etag"]
    first = alice.patch("/tasks/1", {"title": "Ask twice"}, headers={"If-Match": tag})
    assert first.status == 200, first.errors
    for call in (
        alice.patch("/tasks/1", {"title": "Ask thrice"}, headers={"If-Match": tag}),
        alice.post("/tasks/1/status", CLOSED, headers={"If-Match": tag}),
        alice.post("/tasks/1/note", {"body": "x"}, headers={"If-Match": tag}),
        alice.delete("/tasks/1", headers={"If-Match": tag}),
    ):
        assert call.status == 412
    assert alice.delete("/tasks/1", headers={"If-Match": first.headers["etag"]}).status == 204


def test_dry_run_of_a_reply_changes_nothing(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.post("/tasks/1/reply?dry_run=true", {"body": "x", **CLOSED})
    assert [effect["kind"] for effect in answer.data["effects"]] == ["entry", "task", "event", "entry"]
    assert answer.data["effects"][1]["changed"]["is_open"] == [True, False]
    assert alice.get("/tasks/1").data["status"] == "open"


def test_users_take_part_and_leave_again(api: Api) -> None:
    alice = api.staff("alice")
    uma = api.rows(select(t.user.c.id).where(t.user.c.name == "Uma Underwood"))[0][0]
    added = alice.post("/tasks/1/collaborators", {"user_id": uma})
    assert (added.status, added.data["user"]["name"]) == (201, "Uma Underwood")
    assert alice.post("/tasks/1/collaborators", {"user_id": uma}).status == 409
    assert alice.get("/tasks/1").data["collaborators"] == alice.get("/tasks/1/collaborators").data == [added.data]
    quiet = alice.request("PUT", "/tasks/1/collaborators", json={"active": []})
    assert [each["is_active"] for each in quiet.data] == [False]
    assert alice.delete(f"/tasks/1/collaborators/{added.data['id']}").status == 204
    assert alice.get("/tasks/1/collaborators").data == []
    assert alice.delete(f"/tasks/1/collaborators/{added.data['id']}").status == 404
    told = [json.loads(event.data) for event in events(api, alice.get("/tasks/1").data["thread_id"])[-2:]]
    assert [list(each) for each in told] == [["add"], ["del"]]


def test_nothing_can_be_done_out_of_sight(api: Api) -> None:
    charlie = api.staff("charlie")
    for path, body in (("reply", {"body": "x"}), ("note", {"body": "x"}), ("status", CLOSED), ("claim", {})):
        assert charlie.post(f"/tasks/1/{path}", body).status == 404, path
    assert charlie.patch("/tasks/1", {"title": "x"}).status == 404
    assert charlie.delete("/tasks/1").status == 404
    assert charlie.post("/tasks/1/collaborators", {"user_id": 1}).status == 404


def test_of_many_who_claim_at_once_one_gets_it(api: Api) -> None:
    task_id = create(api)["id"]
    callers = [api.staff(name) for name in ("alice", "dora") * 3]
    with ThreadPoolExecutor(len(callers)) as pool:
        statuses = list(pool.map(lambda caller: caller.post(f"/tasks/{task_id}/claim").status, callers))
    assert sorted(statuses) == [200] + [409] * 5
    assert [event.name for event in events(api, api.staff("dora").get(f"/tasks/{task_id}").data["thread_id"])] == [
        "created",
        "assigned",
    ]
