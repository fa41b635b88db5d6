"""`allowed` of tasks says what the API refuses, by themselves and in lists."""

from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from tests.features.field_permissions.narrowing import narrow
from tests.features.tickets.test_allowed import AGENTS, Request, denied, refused_of
from tests.fixtures.api import Api
from tests.fixtures.counting import fewest_queries

ALICE = 2
BY_STATE = {"claim", "close", "reopen"}


def requests_on(task: dict[str, Any]) -> dict[str, Request]:
    """A request for each action that `allowed` names."""
    path = f"/tasks/{task['id']}"
    return {
        "assign": ("POST", f"{path}/assign", {"team_id": 1}),
        "claim": ("POST", f"{path}/claim", {}),
        "close": ("POST", f"{path}/status", {"status": "closed"}),
        "delete": ("DELETE", path, None),
        "edit": ("PATCH", path, {"title": "Renamed"}),
        "note": ("POST", f"{path}/note", {"body": "A note"}),
        "reopen": ("POST", f"{path}/status", {"status": "open"}),
        "reply": ("POST", f"{path}/reply", {"body": "A reply"}),
        "transfer": ("POST", f"{path}/transfer", {"department_id": 3}),
    }


@pytest.mark.parametrize("username", AGENTS)
def test_agents_are_told_what_they_may_do_to_tasks(api: Api, username: str) -> None:
    agent = api.staff(username)
    for task in agent.get("/tasks?include=allowed&per_page=5&sort=id").data:
        by_itself = agent.get(f"/tasks/{task['id']}?include=allowed")
        assert by_itself.status == 404 or by_itself.data["allowed"] == task["allowed"]
        requests = requests_on(task)
        assert requests.keys() == task["allowed"].keys()
        refused = refused_of(agent, requests)
        assert refused <= denied(task["allowed"]) <= refused | BY_STATE, task["id"]


def test_what_is_frozen_is_denied(api: Api) -> None:
    for field in ("status", "staff", "team", "department"):
        narrow(api, "task", field, "freeze", applies_to="agents")
    task = api.staff("alice").get("/tasks/1?include=allowed").data
    assert denied(task["allowed"]) == {"assign", "claim", "close", "reopen", "transfer"}
    assert refused_of(api.staff("alice"), requests_on(task)) <= denied(task["allowed"])


def test_a_task_that_only_lists_show_allows_nothing(api: Api) -> None:
    """A task of another department, on a ticket that alice sees."""

    def move(tx: Any) -> None:
        access, department, task = t.staff_dept_access.c, t.department.c, t.task.c
        tx.change(t.staff_dept_access.delete().where(access.staff_id == ALICE))
        tx.change(update(t.department).where(department.id == 3).values(path="/3/", manager_id=None))
        values = {"dept_id": 3, "staff_id": None, "team_id": None, "object_type": "T", "object_id": 26}
        tx.change(update(t.task).where(task.id == 1).values(values))

    api.write(move)
    alice = api.staff("alice")
    assert alice.get("/tasks/1").status == 404
    (task,) = alice.get("/tickets/26/tasks?include=allowed").data
    assert not any(task["allowed"].values())


def test_it_takes_no_query_more(api: Api) -> None:
    alice = api.staff("alice")
    assert fewest_queries(alice, "/tasks?include=allowed") == fewest_queries(alice, "/tasks")
    assert alice.get("/tasks?include=everything").fields == ["include"]
