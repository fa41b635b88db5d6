"""Fields of tasks, users and organizations, and of tickets at the old endpoints."""

import json
from typing import Any

from tests.features.field_permissions.narrowing import TICKET, narrow
from tests.fixtures.api import Api
from tests.legacy.client import client, number_of

TASK = 1

FROZEN = [
    ("task", "due_at"), ("task", "staff"), ("task", "department"), ("task", "status"), ("user", "email"),
    ("user", "organization"), ("user", "phone"), ("user", "account"), ("user", "is_primary_contact"),
    ("organization", "domain"), ("organization", "manager"), ("organization", "share_everything"),
]  # fmt: skip
WRITES: list[tuple[str, str, dict[str, Any] | None, str]] = [
    ("PATCH", f"/tasks/{TASK}", {"due_at": "2099-01-01T00:00:00Z"}, "due_at"),
    ("POST", f"/tasks/{TASK}/assign", {"staff_id": 3}, "staff_id"),
    ("POST", f"/tasks/{TASK}/transfer", {"department_id": 3}, "department_id"),
    ("POST", f"/tasks/{TASK}/status", {"status": "closed"}, "status"),
    ("POST", f"/tasks/{TASK}/note", {"body": "So", "status": "closed"}, "status"),
    ("POST", "/tasks", {"title": "T", "description": "D", "department_id": 1, "staff_id": 2}, "staff_id"),
    ("PATCH", "/users/1", {"email": "other@acme.example"}, "email"),
    ("PATCH", "/users/1", {"organization_id": None}, "organization_id"),
    ("PATCH", "/users/1", {"phone": "555-0000"}, "custom_fields.phone"),
    ("POST", "/users/1/emails", {"email": "other@acme.example"}, "emails"),
    ("POST", "/users/1/lock", None, "account"),
    ("POST", "/users", {"name": "N", "email": "n@acme.example", "organization_id": 1}, "organization_id"),
    ("DELETE", "/organizations/1/users/1", None, "organization_id"),
    ("PATCH", "/organizations/1", {"domain": ["other.example"]}, "domain"),
    ("PATCH", "/organizations/1", {"manager": None}, "manager"),
    ("PATCH", "/organizations/1", {"primary_contacts": []}, "primary_contacts"),
    ("POST", "/organizations", {"name": "New", "share_everything": True}, "share_everything"),
]


def test_what_is_frozen_is_set_by_nothing(api: Api) -> None:
    alice = api.staff("alice")
    before = {(method, path, told): alice.request(method, f"{path}?dry_run=true", json=body).status
              for method, path, body, told in WRITES}  # fmt: skip
    for resource, field in FROZEN:
        narrow(api, resource, field, "freeze", applies_to="agents")
    for method, path, body, told in WRITES:
        refused = alice.request(method, path, json=body)
        assert (refused.status, refused.fields) == (403, [told]), (path, body, before[method, path, told])
    assert 403 not in before.values(), before


def test_what_is_sent_back_as_it_was_read_is_no_change(api: Api) -> None:
    alice = api.staff("alice")
    for resource, field in FROZEN:
        narrow(api, resource, field, "freeze", applies_to="agents")
    user, organization = alice.get("/users/1").data, alice.get("/organizations/1").data
    same = {"email": user["email"], "organization_id": user["organization"]["id"], "phone": user["phone"]}
    assert alice.patch("/users/1", {**same, "name": "Uma Renamed"}).status == 200
    kept = {name: organization[name] for name in ("domain", "share_everything")}
    assert alice.patch("/organizations/1", {**kept, "name": "Renamed"}).status == 200


def test_the_old_endpoints_neither_tell_nor_set_it(api: Api) -> None:
    ask, number = client(api), number_of(api, TICKET)
    path, search, update = (
        f"tickets-get.php/{number}.json",
        "tickets-search.php?limit=5",
        f"tickets-update.php/{number}.json",
    )
    assert "priority" in json.loads(ask("GET", path).content)
    assert b"priority" in ask("GET", search).content
    assert ask("PUT", update, {"statusId": 1, "slaId": 1}).status == 200
    for field, effect in (("priority", "hide"), ("status", "freeze"), ("ip_address", "hide")):
        narrow(api, "ticket", field, effect, applies_to="keys")
    narrow(api, "user", "email", "hide", applies_to="keys")
    told = json.loads(ask("GET", path).content)
    assert not {"priority", "priorityId", "ip"} & told.keys()
    assert "email" not in told["user"]
    assert b"priority" not in ask("GET", search).content
    assert ask("PUT", update, {"statusId": 1, "slaId": 2}).status == 200
    assert ask("PUT", update, {"statusId": 3}).status == 403
