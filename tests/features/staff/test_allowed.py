"""`allowed` of the agent who calls says what the API refuses of what is about no ticket or task yet."""

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from tests.features.tickets.test_allowed import AGENTS, Request, denied, refused_of
from tests.fixtures.api import Api

ALICE = 2
PASSWORDS = {"password": "another-help-desk-1", "current_password": "demo-help-desk"}
REQUESTS: dict[str, Request] = {
    "change_password": ("PATCH", "/staff/me", PASSWORDS),
    "create_organization": ("POST", "/organizations", {"name": "New"}),
    "create_task": ("POST", "/tasks", {"title": "Call them", "description": "Today", "department_id": 1}),
    "create_ticket": ("POST", "/tickets", {"subject": "New", "message": "Hello", "email": "uma@acme.example"}),
    "create_user": ("POST", "/users", {"name": "New", "email": "new@example.net"}),
    "edit_organizations": ("PATCH", "/organizations/1", {"name": "Renamed"}),
    "edit_users": ("PATCH", "/users/1", {"name": "Renamed"}),
    "manage_canned_responses": ("POST", "/canned-responses", {"title": "New", "response": "Hello"}),
    "manage_faqs": ("POST", "/faqs", {"question": "Why?", "answer": "So.", "category_id": 1}),
    "read_directory": ("GET", "/users", None),
}


@pytest.mark.parametrize("username", AGENTS)
def test_agents_are_told_what_they_may_begin(api: Api, username: str) -> None:
    agent = api.staff(username)
    allowed = agent.get("/staff/me").data["allowed"]
    assert REQUESTS.keys() == allowed.keys()
    assert refused_of(agent, REQUESTS) == denied(allowed)


def test_nobody_is_told_what_others_may(api: Api) -> None:
    assert "allowed" not in api.staff("dora").get(f"/staff/{ALICE}").data


def test_an_agent_whose_password_is_kept_elsewhere_cannot_change_it(api: Api) -> None:
    assert api.staff("alice").get("/staff/me").data["allowed"]["change_password"]
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.staff_id == ALICE).values(backend="ldap")))
    assert not api.staff("alice").get("/staff/me").data["allowed"]["change_password"]
    answer = api.staff("alice").patch("/staff/me", PASSWORDS)
    assert answer.status == 409
