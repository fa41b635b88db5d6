"""A key that stands for an agent reads what it may, in its departments, and makes no stronger key."""

import json
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.reading import fitting, needed_to_read, needed_to_write
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.contract.test_matrix import MATRIX
from tests.fixtures.api import Api, Caller


def _key(api: Api, username: str, *permissions: str, **fields: Any) -> Caller:
    agent = api.rows(select(t.staff.c.staff_id).where(t.staff.c.username == username))[0][0]
    body = {"name": "Robot", "staff_id": agent, "permissions": list(permissions), **fields}
    return api.key(api.staff("dora").post("/api-keys", body).data["key"])


READS = sorted(path for path in (row["path"] for route, row in MATRIX.items() if route.startswith("GET ")))


@pytest.mark.parametrize("path", [path for path in READS if not path.startswith("//")])
def test_without_a_permission_a_key_reads_nothing(api_once: Api, path: str) -> None:
    answer = api_once.bare.get(path)  # type: ignore[attr-defined]
    assert answer.status == 403, (path, answer.response.text[:200])


SIGN_IN = {
    f"POST /auth/{name}" for name in ("login", "refresh", "logout", "ticket-access", "ticket-link", "two-factor")
}
SELF_PROVEN = {
    *SIGN_IN,
    "POST /auth/oidc/{identity_provider}/backchannel-logout",
    "POST /inbound-mail/{provider}",
    "POST /oauth/token",
    "POST /oauth/introspect",
}
"""What a body or a signature opens; an API key changes nothing there."""
WRITES = sorted(route for route in MATRIX if not route.startswith("GET ") and " /api/" not in route)


@pytest.mark.parametrize("route", sorted(set(WRITES) - SELF_PROVEN))
def test_without_a_permission_a_key_writes_nothing(api_once: Api, route: str) -> None:
    row = MATRIX[route]
    body = {"json": json.loads(row["body"])} if "body" in row else {"content": row.get("content", "")}
    answer = api_once.bare.request(route.split()[0], row["path"], **body)  # type: ignore[attr-defined]
    assert answer.status == 403, (route, answer.response.text[:200])


@pytest.mark.parametrize("route", sorted(set(WRITES) - SELF_PROVEN))
def test_the_permission_that_is_named_would_do(route: str) -> None:
    method, path = route.split()[0], "/api/v2" + MATRIX[route]["path"]
    assert fitting(method, path) in (needed_to_write(path) or {KeyPermission.tickets_update})


@pytest.mark.parametrize(
    ("route", "permission"),
    [
        ("POST /tickets", "tickets.create"),
        ("PATCH /tickets/26", "ticket.edit"),
        ("DELETE /tickets/26", "ticket.delete"),
        ("POST /tickets/26/reply", "ticket.reply"),
        ("POST /tickets/26/note", "tickets.update"),
        ("POST /tickets/26/claim", "ticket.assign"),
        ("DELETE /tickets/26/referrals/1", "ticket.assign"),
        ("PATCH /tickets/26/thread/1", "thread.edit"),
        ("POST /tickets/26/mark", "ticket.markanswered"),
        ("POST /tickets/bulk", "tickets.update"),
        ("POST /tasks", "task.create"),
        ("POST /tasks/1/status", "task.close"),
        ("PUT /tasks/1/collaborators", "task.edit"),
        ("POST /users", "user.create"),
        ("POST /users/1/lock", "user.manage"),
        ("POST /users/1/emails", "user.edit"),
        ("DELETE /users/1", "user.delete"),
        ("POST /users/1/notes", "user.edit"),
        ("PATCH /notes/1", "user.edit"),
        ("POST /organizations/1/notes", "org.edit"),
        ("POST /organizations", "org.create"),
        ("POST /files", "tickets.update"),
        ("POST /queues", "tickets.update"),
        ("POST /faqs", "faq.manage"),
    ],
)
def test_a_key_is_told_the_permission_that_fits(api_once: Api, route: str, permission: str) -> None:
    answer = api_once.bare.request(*route.split())  # type: ignore[attr-defined]
    assert answer.status == 403, answer.response.text[:200]
    assert answer.errors[0]["detail"] == {"permission": permission}
    assert answer.errors[0]["message"] == f"This needs the permission {permission} on the API key."


def test_a_permission_to_write_opens_its_own_and_nothing_else(api: Api) -> None:
    replies = _key(api, "alice", "ticket.reply")
    assert replies.post("/tickets/26/reply", {"body": "Hello"}).status == 201
    new = {"user_id": 1, "subject": "x", "message": "x", "topic_id": 1}
    assert replies.post("/tickets", new).status == 403
    assert replies.post("/tickets/26/claim").status == 403
    by_address = {"email": "uma@acme.example", "subject": "x", "message": "x", "topic_id": 1}
    assert _key(api, "alice", "tickets.create").post("/tickets", new).fields == ["user_id"]  # It does not read users.
    assert _key(api, "alice", "tickets.create").post("/tickets", by_address).status == 201
    assert _key(api, "alice", "tickets.create", "users.read").post("/tickets", new).status == 201
    updates = _key(api, "alice", "tickets.update")
    assert updates.post("/tickets/26/status", {"status_id": 3}).status == 200
    assert updates.patch("/staff/me", {"signature": "x"}).status == 403


@pytest.fixture(scope="module")
def api_once(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from tests.fixtures.api import running_api
    from tests.fixtures.templates import demo_on_sqlite

    directory = tmp_path_factory.mktemp("reading")
    with running_api(demo_on_sqlite(directory).copy(), directory) as api:
        api.bare = _key(api, "dora")  # type: ignore[attr-defined]
        yield api


@pytest.mark.parametrize(
    ("permission", "open_path", "closed_path"),
    [
        (KeyPermission.tickets_read, "/tickets", "/users"),
        (KeyPermission.users_read, "/users", "/tickets"),
        (KeyPermission.staff_read, "/staff", "/tickets"),
        (KeyPermission.knowledge_read, "/faqs", "/staff"),
        (KeyPermission.settings_read, "/topics", "/faqs"),
        (KeyPermission.stats_read, "/stats/tickets", "/topics"),
    ],
)
def test_each_permission_opens_its_own(api: Api, permission: str, open_path: str, closed_path: str) -> None:
    robot = _key(api, "dora", permission)
    assert robot.get(open_path).status == 200
    refused = robot.get(closed_path)
    assert refused.status == 403
    assert refused.errors[0]["detail"] == {"permission": needed_to_read("/api/v2" + closed_path)[0]}


def _assign_elsewhere(tx: Write) -> None:
    """Every open ticket and task of the other departments is the agent's own."""
    tx.change(update(t.ticket).where(t.ticket.c.dept_id != 1).values(staff_id=2))
    tx.change(update(t.task).where(t.task.c.dept_id != 1).values(staff_id=2))


def test_departments_cut_what_is_assigned_elsewhere_too(api: Api) -> None:
    api.write(_assign_elsewhere)
    robot = _key(api, "alice", "tickets.read", "tickets.search", departments=[1])
    everything = {each["id"]: each["department"]["id"] for each in api.staff("alice").get("/tickets?per_page=100").data}
    assert set(everything.values()) > {1}
    seen = {each["id"] for each in robot.get("/tickets?per_page=100").data}
    assert seen == {ticket for ticket, department in everything.items() if department == 1}
    for ticket, department in everything.items():
        assert robot.get(f"/tickets/{ticket}").status == (200 if department == 1 else 404)
    for task in api.staff("alice").get("/tasks?per_page=100").data:
        assert robot.get(f"/tasks/{task['id']}").status == (200 if task["department"]["id"] == 1 else 404)


def test_departments_cut_the_rights_that_the_agent_has_elsewhere(api: Api) -> None:
    staff, full, view_only = t.staff.c, 1, 4
    alice = api.rows(select(staff.staff_id).where(staff.username == "alice"))[0][0]

    def let_her_open_tickets_in_sales(tx: Write) -> None:
        tx.change(update(t.staff).where(staff.staff_id == alice).values(dept_id=1, role_id=view_only))
        tx.change(delete(t.staff_dept_access).where(t.staff_dept_access.c.staff_id == alice))
        tx.insert(t.staff_dept_access, staff_id=alice, dept_id=2, role_id=full, flags=0)

    api.write(let_her_open_tickets_in_sales)
    new = {"subject": "A", "message": "B", "email": "uma@acme.example"}
    answers = []
    for department in (2, 1):
        key = _key(api, "alice", "tickets.create", "ticket.create", "users.read", departments=[department])
        answers += [key.post("/tickets", {**new, "department_id": chosen}) for chosen in (2, 1)]
    assert [answer.status for answer in answers] == [201, 422, 422, 403]
    for refused in (answers[-1], key.post("/tickets", new)):  # Without a department, the help desk sends it to Support.
        assert (refused.status, refused.errors[0]["detail"]) == (403, {"permission": "ticket.create"})


def test_a_key_gives_its_agent_no_right(api: Api) -> None:
    """Neither one that is held everywhere, nor one of a role, nor those of an administrator."""
    staff = t.staff.c
    wanted = ("admin", "staff.read", "user.create", "users.read", "tickets.read", "ticket.reply")
    robot, strong = _key(api, "bob", *wanted), _key(api, "dora", *wanted)
    api.write(lambda tx: tx.change(update(t.staff).where(staff.username == "bob").values(permissions="{}")))
    answers = [
        robot.post("/users", {"name": "Zoe", "email": "zoe@example.net"}),
        robot.get("/users"),
        robot.post("/tickets/9/reply", {"body": "Hi"}),
        robot.get("/audit-log"),
    ]
    assert [answer.status for answer in answers] == [403] * 4
    assert robot.get("/tickets/9").status == 200
    assert strong.post("/users", {"name": "Zoe", "email": "zoe@example.net"}).status == 201


def _alone(api: Api, *permissions: str, departments: list[int] | None = None) -> Caller:
    body = {"name": "Reader", "permissions": list(permissions), "departments": departments}
    return api.key(api.staff("dora").post("/api-keys", body).data["key"])


def test_a_key_without_an_agent_reads_the_tickets_of_its_departments(api: Api) -> None:
    reader, unlimited = _alone(api, "tickets.read", departments=[1]), _alone(api, "tickets.read")
    departments = dict(api.rows(select(t.ticket.c.ticket_id, t.ticket.c.dept_id)))
    assert set(departments.values()) > {1}
    assert {each["id"] for each in unlimited.get("/tickets?per_page=100").data} == departments.keys()
    within = {ticket for ticket, department in departments.items() if department == 1}
    answer = reader.get("/tickets?per_page=100")
    assert {each["id"] for each in answer.data} == within
    assert answer.meta["total"] == len(within)
    for ticket, department in departments.items():
        for below in ("", "/thread", "/events", "/attachments"):
            assert reader.get(f"/tickets/{ticket}{below}").status == (200 if department == 1 else 404)


def test_a_key_without_an_agent_finds_tickets_by_words_and_filters(api: Api) -> None:
    reader = _alone(api, "tickets.read", departments=[1])
    alice = api.staff("alice")
    for asked in ("q=printer", "status=open&sort=priority", "priority_id=2&per_page=3", "overdue=false&fields=id"):
        seen = [each["id"] for each in alice.get(f"/tickets?department_id=1&{asked}").data]
        assert [each["id"] for each in reader.get(f"/tickets?{asked}").data] == seen, asked
    assert reader.get("/tickets?department_id=2").data == []
    assert reader.get("/tickets?staff_id=me").fields == ["staff_id"]


def test_a_key_without_an_agent_reads_a_ticket_as_agents_do(api: Api) -> None:
    ticket = api.staff("alice").post("/tickets", {"user_id": 1, "subject": "x", "message": "x", "topic_id": 1}).data
    api.staff("alice").post(f"/tickets/{ticket['id']}/note", {"body": "between us"})
    seen = _alone(api, "tickets.read").get(f"/tickets/{ticket['id']}?include=thread").data
    shown = api.staff("alice").get(f"/tickets/{ticket['id']}?include=thread").data
    assert seen == shown
    assert [entry["type"] for entry in seen["thread"]] == ["message", "note"]


def test_a_key_that_only_opens_tickets_reads_none(api: Api) -> None:
    opens = _alone(api, "tickets.create")
    for path in ("/tickets", "/tickets/26", "/tickets/26/thread"):
        answer = opens.get(path)
        assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "tickets.read"})


def test_a_key_makes_no_key_that_may_more(api: Api) -> None:
    robot = _key(api, "dora", "admin", "tickets.read", departments=[1])
    asked = {"name": "Child", "permissions": ["tickets.read"], "departments": [1]}
    assert robot.post("/api-keys", asked).status == 201
    for wrong in ({"permissions": ["users.read"]}, {"departments": [1, 2]}, {"departments": None}, {"staff_id": 2}):
        assert robot.post("/api-keys", {**asked, **wrong}).status == 403, wrong
    strong = api.staff("dora").post("/api-keys", {"name": "Strong", "permissions": ["users.read"]}).data["reference"]
    assert robot.post(f"/api-keys/{strong}/rotate").status == 403
    assert robot.patch(f"/api-keys/{strong}", {"notes": "mine"}).status == 403
    assert robot.patch(f"/api-keys/{strong}", {"permissions": ["admin"]}).status == 403


def test_a_key_opens_no_ticket_outside_its_departments(api: Api) -> None:
    """Neither where the topic leads elsewhere, nor where a filter does: it could not see what it has opened."""
    dora = api.staff("dora")
    own = {"name": "Billing", "permissions": ["tickets.create", "tickets.read"], "departments": [4]}
    keys = (api.key(dora.post("/api-keys", own).data["key"]), _key(api, "charlie", "tickets.create", departments=[4]))
    for number, key in enumerate(keys):
        new = {"email": "uma@acme.example", "subject": "x", "message": "x"}
        assert key.post("/tickets", {**new, "topic_id": 13}).data["department"]["id"] == 4
        refused = key.post("/tickets", {**new, "topic_id": 10})
        assert refused.status == 403
        assert (refused.errors[0]["code"], refused.errors[0]["detail"]) == (
            "department_not_allowed",
            {"department_id": 3},
        )
        rule = {"field": "subject", "operator": "contains", "value": f"server {number}"}
        action = {"type": "department", "id": 3}
        added = dora.post("/filters", {"name": f"To {number}", "rules": [rule], "actions": [action]})
        assert added.status == 201, added.errors
        assert key.post("/tickets", {**new, "subject": f"server {number}", "topic_id": 13}).status == 403
    assert _key(api, "charlie", "tickets.create").post("/tickets", {**new, "topic_id": 10}).status == 201


def test_a_key_of_an_administrator_without_admin_is_none(api: Api) -> None:
    wanted = ["tickets.read", "staff.read", "settings.read", "webhooks.manage", "users.read"]
    assert _key(api, "dora", *wanted, "admin").get("/audit-log").status == 200
    weak = _key(api, "dora", *wanted)
    assert [weak.get(path).status for path in ("/audit-log", "/api-keys", "/field-permissions", "/webhooks")] == [
        403
    ] * 4
