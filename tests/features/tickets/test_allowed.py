"""`allowed` says what the API refuses: a front end shows its buttons by it."""

from typing import Any

import pytest

from tests.features.field_permissions.narrowing import narrow
from tests.fixtures.api import Api, Caller

Request = tuple[str, str, dict[str, Any] | None]

AGENTS = ("alice", "bob", "charlie", "dora")
BY_STATE = {"claim", "mark_overdue"}
"""What the state of a ticket forbids, too: then it is no 403."""


def requests_on(ticket: dict[str, Any], other: int) -> dict[str, Request]:
    """A request for each action that `allowed` names."""
    path = f"/tickets/{ticket['id']}"
    foreign = next(each["id"] for each in ticket["thread"] if each["type"] == "message")
    task = {
        "title": "Call them",
        "description": "Today",
        "department_id": ticket["department"]["id"],
        "ticket_id": ticket["id"],
    }
    merge = {"tickets": [other], "mode": "combine", "participants": "all", "child_status_id": 3}
    return {
        "assign": ("POST", f"{path}/assign", {"team_id": 1}),
        "change_owner": ("POST", f"{path}/owner", {"user_id": 1}),
        "claim": ("POST", f"{path}/claim", {}),
        "close": ("POST", f"{path}/status", {"status_id": 3}),
        "create_task": ("POST", "/tasks", task),
        "delete": ("DELETE", path, None),
        "edit": ("PATCH", path, {"subject": "Renamed"}),
        "edit_entries": ("PATCH", f"{path}/thread/{foreign}", {"body": "Changed"}),
        "link": ("POST", f"{path}/link", {"tickets": [other]}),
        "mark_answered": ("POST", f"{path}/mark", {"as": "answered"}),
        "mark_overdue": ("POST", f"{path}/mark", {"as": "overdue"}),
        "merge": ("POST", f"{path}/merge", merge),
        "note": ("POST", f"{path}/note", {"body": "A note"}),
        "refer": ("POST", f"{path}/refer", {"team_id": 1}),
        "release": ("POST", f"{path}/release", {}),
        "reopen": ("POST", f"{path}/status", {"status_id": 1}),
        "reply": ("POST", f"{path}/reply", {"body": "A reply"}),
        "transfer": ("POST", f"{path}/transfer", {"department_id": 3}),
    }


def refused_of(caller: Caller, requests: dict[str, Request]) -> set[str]:
    """The actions that the caller may not do, whatever else may stand in their way."""

    def status(method: str, path: str, body: dict[str, Any] | None) -> int:
        query = "" if method == "GET" else "?dry_run=true"
        return caller.request(method, path + query, json=body).status

    return {name for name, request in requests.items() if status(*request) == 403}


def denied(allowed: dict[str, bool]) -> set[str]:
    return {name for name, may in allowed.items() if not may}


@pytest.mark.parametrize("username", AGENTS)
def test_agents_are_told_what_they_may_do_to_a_ticket(api: Api, username: str) -> None:
    agent = api.staff(username)
    other, *seen = [each["id"] for each in agent.get("/tickets?per_page=4&sort=id").data]
    assert seen
    for ticket_id in seen:
        ticket = agent.get(f"/tickets/{ticket_id}?include=allowed,thread").data
        requests = requests_on(ticket, other)
        assert requests.keys() == ticket["allowed"].keys()
        refused = refused_of(agent, requests)
        assert refused <= denied(ticket["allowed"]) <= refused | BY_STATE, ticket_id


def test_what_is_frozen_is_denied(api: Api) -> None:
    alice = api.staff("alice")
    before = denied(alice.get("/tickets/26?include=allowed").data["allowed"])
    for field in ("status", "staff", "team", "department", "user"):
        narrow(api, "ticket", field, "freeze", applies_to="agents")
    ticket = alice.get("/tickets/26?include=allowed,thread").data
    assert refused_of(alice, requests_on(ticket, 20)) <= denied(ticket["allowed"])
    assert denied(ticket["allowed"]) - before == {"assign", "change_owner", "close", "release", "reopen", "transfer"}
