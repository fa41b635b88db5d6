"""Lists of tasks, tasks by themselves, and their conversations."""

from typing import Any

from sqlalchemy import delete, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tasks.work import (
    ALICE,
    BILLING,
    BOB,
    DORA,
    ESCALATION,
    MAINTENANCE,
    SALES,
    SUPPORT,
    TICKET_OF_ALICE,
    TICKET_OF_CHARLIE,
    create,
)
from tests.fixtures.api import Api
from tests.fixtures.counting import fewest_queries


def _ids(answer: Any) -> list[int]:
    assert answer.status == 200, answer.errors
    return sorted(task["id"] for task in answer.data)


def _change(tx: Write, task_id: int, **values: Any) -> None:
    tx.change(update(t.task).where(t.task.c.id == task_id).values(**values))


def _limit_to_assigned(tx: Write, staff_id: int) -> None:
    tx.change(update(t.staff).where(t.staff.c.staff_id == staff_id).values(assigned_only=True))


def test_list_shows_the_tasks_of_the_agents_departments(api: Api) -> None:
    assert _ids(api.staff("alice").get("/tasks")) == [1]
    assert _ids(api.staff("dora").get("/tasks")) == [1, 2]
    assert _ids(api.staff("charlie").get("/tasks")) == []


def test_list_shows_what_the_agent_or_their_team_has_elsewhere_while_it_is_open(api: Api) -> None:
    own = create(api, department_id=MAINTENANCE, staff_id=ALICE)["id"]
    of_team = create(api, department_id=MAINTENANCE, team_id=ESCALATION)["id"]
    alice = api.staff("alice")
    assert _ids(alice.get("/tasks")) == [1, own, of_team]
    assert api.staff("dora").post(f"/tasks/{own}/status", {"status": "closed"}).status == 200
    assert _ids(alice.get("/tasks")) == [1, of_team]


def test_task_of_the_agents_ticket_is_listed_but_cannot_be_opened(api: Api) -> None:
    task_id = create(api, department_id=BILLING, ticket_id=TICKET_OF_ALICE)["id"]
    alice = api.staff("alice")
    assert _ids(alice.get("/tasks")) == [1, task_id]
    assert alice.get(f"/tasks/{task_id}").status == 404
    assert api.staff("charlie").get(f"/tasks/{task_id}").status == 200
    api.write(lambda tx: _change(tx, task_id, object_type="O"))  # Of something else with the id of the ticket.
    assert _ids(alice.get("/tasks")) == [1]


def test_custom_fields_are_for_those_who_may_open_the_task(api: Api) -> None:
    api.write(_add_room_field)
    task_id = create(api, department_id=BILLING, ticket_id=TICKET_OF_ALICE, custom_fields={"room": "B 2"})["id"]
    seen = {
        who: api.staff(who).get("/tasks", params={"ticket_id": TICKET_OF_ALICE}).data for who in ("alice", "charlie")
    }
    assert [(task["id"], task["custom_fields"]) for task in seen["charlie"]] == [(task_id, {"room": "B 2"})]
    assert [(task["id"], task["custom_fields"]) for task in seen["alice"]] == [(task_id, {})]


def _add_room_field(tx: Write) -> None:
    form_id = tx.scalar(t.form.select().with_only_columns(t.form.c.id).where(t.form.c.type == "A"))
    now = tx.now
    tx.insert(
        t.form_field, form_id=form_id, flags=0x3001, type="text", label="Room", name="room", sort=9,
        configuration=None, hint=None, created=now, updated=now,
    )  # fmt: skip


def test_agent_limited_to_what_is_assigned_sees_no_department(api: Api) -> None:
    task_id = create(api, staff_id=BOB)["id"]
    api.write(_limit_to_assigned, BOB)
    bob = api.staff("bob")
    assert _ids(bob.get("/tasks")) == [task_id]
    assert bob.get("/tasks/1").status == 404
    assert bob.get(f"/tasks/{task_id}").status == 200


def test_closed_tasks_are_open_to_every_agent_one_by_one(api: Api) -> None:
    charlie = api.staff("charlie")
    assert charlie.get("/tasks/1").status == 404
    assert charlie.get("/tasks/2").status == 200
    assert _ids(charlie.get("/tasks")) == []


def test_users_and_strangers_see_no_tasks(api: Api) -> None:
    assert api.user("ugo").get("/tasks").status == 403
    assert api.user("ugo").get("/tickets/20/tasks").status == 403
    assert api.anonymous().get("/tasks/1").status == 401


def test_task_is_found_by_its_number(api: Api) -> None:
    assert api.staff("alice").get("/tasks/number:1").data["id"] == 1
    assert api.staff("alice").get("/tasks/number:77").status == 404
    assert api.staff("alice").get("/tasks/0").status == 404
    assert api.staff("alice").get("/tasks/" + "9" * 5000).status == 404


def test_task_tells_everything_about_itself(api: Api) -> None:
    task = api.staff("alice").get("/tasks/1").data
    assert task | {"created_at": None, "updated_at": None} == {
        "id": 1,
        "number": "1",
        "title": "Ask the vendor",
        "status": "open",
        "is_overdue": False,
        "ticket": {"id": 20, "number": task["ticket"]["number"]},
        "department": {"id": SUPPORT, "name": "Support"},
        "staff": {"id": ALICE, "name": "Alice Archer", "username": "alice"},
        "team": None,
        "due_at": None,
        "created_at": None,
        "updated_at": None,
        "closed_at": None,
        "thread_id": task["thread_id"],
        "custom_fields": {},
        "entry_count": 1,
        "collaborators": [],
    }


def test_include_adds_thread_and_allowed_without_changing_the_state(api: Api) -> None:
    alice, bob = api.staff("alice"), api.staff("bob")
    plain, more = alice.get("/tasks/1"), alice.get("/tasks/1?include=thread,allowed")
    assert [entry["body"] for entry in more.data["thread"]] == ["<p>Send them the meeting ids.</p>"]
    assert more.data["allowed"]["close"] is True
    assert bob.get("/tasks/1?include=allowed").data["allowed"] == {
        "assign": False,
        "claim": False,
        "close": False,
        "delete": False,
        "edit": False,
        "note": True,
        "reopen": False,
        "reply": False,
        "transfer": False,
    }
    assert more.headers["etag"].startswith(plain.headers["etag"].rstrip('"'))
    assert alice.get("/tasks/1?include=everything").fields == ["include"]


def test_only_the_wanted_fields_are_sent(api: Api) -> None:
    assert api.staff("alice").get("/tasks?fields=id,title").data == [{"id": 1, "title": "Ask the vendor"}]
    assert api.staff("alice").get("/tasks/1?fields=number").data == {"number": "1"}
    assert api.staff("alice").get("/tasks?fields=colour").fields == ["fields"]


FILTERS = [
    ("status=open", {1, "late", "sales", "team"}),
    ("status=closed", {2}),
    (f"department_id={SALES}", {"sales"}),
    (f"department_id={SUPPORT},{MAINTENANCE}", {1, 2, "late", "team"}),
    ("staff_id=me", {2, "late"}),
    ("staff_id=none", {"sales", "team"}),
    (f"staff_id={ALICE},none", {1, "sales", "team"}),
    (f"team_id={ESCALATION}", {"team"}),
    ("team_id=none", {1, 2, "late", "sales"}),
    ("ticket_id=20", {1}),
    ("ticket_id=none", {"late", "sales", "team"}),
    ("overdue=true", {"late"}),
    ("overdue=false", {1, 2, "sales", "team"}),
    ("number=1,2", {1, 2}),
    ("q=vendor", {1}),
    ("q=the+ASK", {1}),
    ("q=100%25", {"sales"}),
    ("q=ask_the", set()),
    ("q=2", {2}),
    ("due_before=2020-02-01", {"late"}),
    ("due_after=2020-01-01T12:00:00%2B02:00", {"late"}),
    ("due_after=2020-01-03", set()),
    ("closed_after=2020-01-01", {2}),
    ("created_before=2020-01-01", set()),
    ("updated_after=2020-01-01&status=closed", {2}),
]


def test_filters_narrow_the_list(api: Api) -> None:
    names = {
        create(api, staff_id=DORA)["id"]: "late",
        create(api, department_id=SALES, title="Reach 100% of the goal")["id"]: "sales",
        create(api, team_id=ESCALATION)["id"]: "team",
    }
    late = next(task_id for task_id, name in names.items() if name == "late")
    api.write(lambda tx: _change(tx, late, duedate=tx.now.replace(year=2020, month=1, day=2)))
    for query, expected in FILTERS:
        found = _ids(api.staff("dora").get(f"/tasks?{query}"))
        assert {names.get(task_id, task_id) for task_id in found} == expected, query


def test_overdue_is_what_is_open_and_late(api: Api) -> None:
    task_id = create(api, staff_id=DORA)["id"]
    api.write(lambda tx: _change(tx, task_id, duedate=tx.now.replace(year=2020)))
    dora = api.staff("dora")
    assert dora.get(f"/tasks/{task_id}").data["is_overdue"] is True
    assert dora.post(f"/tasks/{task_id}/status", {"status": "closed"}).data["is_overdue"] is False


def test_every_wrong_parameter_is_named(api: Api) -> None:
    answer = api.staff("alice").get("/tasks?staff_id=nobody&due_after=soon&ticket_id=x")
    assert answer.status == 422
    assert set(answer.fields) == {"due_after", "staff_id", "ticket_id"}
    unknown = api.staff("alice").get("/tasks?state=open")
    assert (unknown.status, unknown.fields) == (422, ["state"])
    assert api.staff("alice").get("/tasks?sort=colour").errors[0]["detail"]["allowed"]


def _all_pages(api: Api, sort: str, how: str) -> list[int]:
    found: list[int] = []
    place: Any = 1 if how == "page" else None
    while True:
        params = {"per_page": 2, "sort": sort} | ({how: place} if place else {})
        answer = api.staff("dora").get("/tasks", params=params)
        found += [task["id"] for task in answer.data]
        if answer.meta["next_cursor"] is None:
            return found
        place = place + 1 if how == "page" else answer.meta["next_cursor"]


def test_every_sort_key_pages_through_everything(api: Api) -> None:
    made = [create(api, due_at=due)["id"] for due in (None, "2040-01-01T00:00:00Z", None, "2039-01-01T00:00:00Z")]
    for sort in ("id", "-number", "created_at", "-updated_at", "closed_at", "-closed_at", "due_at", "-due_at,number"):
        by_cursor = _all_pages(api, sort, "cursor")
        assert sorted(by_cursor) == [1, 2, *made], sort
        assert by_cursor == _all_pages(api, sort, "page"), sort


def test_ticket_shows_all_its_tasks_to_whoever_sees_it(api: Api) -> None:
    hidden = create(api, department_id=BILLING, ticket_id=20)["id"]
    bob = api.staff("bob")
    assert _ids(bob.get("/tickets/20/tasks")) == [1, hidden]
    assert bob.get("/tickets/20/tasks?status=open&q=chairs").data[0]["id"] == hidden
    assert bob.get(f"/tasks/{hidden}").status == 404
    assert _ids(bob.get("/tasks")) == [1]
    assert api.staff("charlie").get("/tickets/20/tasks").status == 404


def test_totals_of_two_tickets_are_not_confused(api: Api) -> None:
    for _ in range(3):
        create(api, ticket_id=TICKET_OF_CHARLIE, department_id=BILLING)
    dora = api.staff("dora")
    assert dora.get("/tickets/20/tasks?page=2").meta["total"] == 1
    assert dora.get(f"/tickets/{TICKET_OF_CHARLIE}/tasks?page=2").meta["total"] == 3


def test_task_outlives_its_ticket_and_its_department(api: Api) -> None:
    def lose(tx: Write) -> None:
        tx.change(delete(t.ticket).where(t.ticket.c.ticket_id == 20))
        tx.change(update(t.task).values(dept_id=999))

    api.write(lose)
    task = api.staff("alice").get("/tasks/1").data
    assert (task["ticket"], task["department"]) == (None, None)
    assert api.staff("alice").post("/tasks/1/note", {"body": "Still here"}).status == 201


def test_title_is_read_from_the_form_where_the_lookup_table_is_missing(api: Api) -> None:
    api.write(lambda tx: t.task_cdata.drop(tx.connection))
    alice = api.staff("alice")
    assert alice.get("/tasks/1").data["title"] == "Ask the vendor"
    assert _ids(alice.get("/tasks?q=VENDOR+ask")) == [1]
    assert alice.patch("/tasks/1", {"title": "Ask again"}).data["title"] == "Ask again"


def test_detail_takes_at_most_four_queries_and_a_list_three(api: Api) -> None:
    alice = api.staff("alice")
    for path, most in (("/tasks/1?include=thread", 4), ("/tasks", 3), ("/tickets/20/tasks", 4)):
        assert fewest_queries(alice, path) <= most, path


def test_conversation_is_read_like_that_of_a_ticket(api: Api) -> None:
    alice = api.staff("alice")
    posted = alice.post(
        "/tasks/1/reply", {"body": "<p>Asked.</p>", "attachments": [{"name": "a.txt", "content": "aGk="}]}
    )
    thread = alice.get("/tasks/1/thread")
    assert [entry["type"] for entry in thread.data] == ["message", "response"]
    assert alice.get(f"/tasks/1/thread/{posted.data['id']}").data == posted.data
    assert alice.get("/tasks/1/thread?type=response").meta["total"] == 1
    assert [event["name"] for event in alice.get("/tasks/1/events").data] == ["created", "assigned"]
    attachment = alice.get("/tasks/1/attachments").data[0]
    assert attachment["url"] == f"/api/v2/tasks/1/attachments/{attachment['id']}"
    file = alice.get(attachment["url"].removeprefix("/api/v2"))
    assert (file.content, file.headers["content-disposition"].split(";")[0]) == (b"hi", "attachment")
    part = alice.get(f"/tasks/1/attachments/{attachment['id']}", headers={"Range": "bytes=1-"})
    assert (part.status, part.content) == (206, b"i")


def test_file_of_a_task_is_for_those_who_may_open_it(api: Api) -> None:
    dora, attachment = api.staff("dora"), {"name": "a.txt", "content": "aGk="}
    assert dora.post("/tasks/1/note", {"body": "x", "attachments": [attachment]}).status == 201
    file_id = dora.get("/tasks/1/attachments").data[0]["file_id"]
    assert api.staff("bob").get(f"/files/{file_id}").content == b"hi"
    assert api.staff("charlie").get(f"/files/{file_id}").status == 404
    assert api.user("ugo").get(f"/files/{file_id}").status == 404


def test_conversation_is_for_those_who_may_open_the_task(api: Api) -> None:
    charlie = api.staff("charlie")
    for path in ("thread", "thread/48", "events", "attachments", "attachments/1", "collaborators"):
        assert charlie.get(f"/tasks/1/{path}").status == 404, path
    assert api.staff("alice").get("/tasks/1/thread/1").status == 404
    assert api.staff("alice").get("/tasks/1/attachments/1").status == 404
