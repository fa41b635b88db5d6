"""The rules themselves: who makes them, and what they can be about."""

from typing import Any

from osticket_api.db import tables as t
from tests.features.field_permissions.narrowing import EXPANDED, TICKET, VIEW_ONLY, key_of, narrow
from tests.fixtures.api import Api
from tests.fixtures.counting import fewest_queries

ALICE, SALES = 2, 2
FROZEN = {"resource": "ticket", "field": "priority", "effect": "freeze", "applies_to": "agents"}


def test_rules_are_added_read_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    rule_id = narrow(api, "ticket", "priority", "freeze", applies_to="role", role_id=EXPANDED)
    path = f"/field-permissions/{rule_id}"
    rule = dora.get(path)
    assert (rule.data["role_id"], rule.data["key"], rule.data["created_by"]) == (EXPANDED, None, "staff:5")
    assert [each["id"] for each in dora.get("/field-permissions?resource=ticket&effect=freeze").data] == [rule_id]
    changed = dora.patch(path, {"effect": "hide", "applies_to": "users"}, headers={"If-Match": rule.headers["ETag"]})
    assert changed.status == 200, changed.errors
    assert (changed.data["effect"], changed.data["applies_to"], changed.data["role_id"]) == ("hide", "users", None)
    assert dora.patch(path, {"effect": "freeze"}, headers={"If-Match": rule.headers["ETag"]}).status == 412
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_what_was_added_or_deleted_counts_at_once(api: Api) -> None:
    alice, path = api.staff("alice"), f"/tickets/{TICKET}"
    assert "priority" in alice.get(path).data
    rule_id = narrow(api, "ticket", "priority", "hide", applies_to="agents")
    assert "priority" not in alice.get(path).data
    api.staff("dora").delete(f"/field-permissions/{rule_id}")
    assert "priority" in alice.get(path).data


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"resource": "invoice"}, "resource"),
    ({"field": "prioritty"}, "field"),
    ({"field": "id"}, "field"),
    ({"field": "custom_fields.nothing"}, "field"),
    ({"field": "subject", "effect": "hide"}, "effect"),
    ({"effect": "show"}, "effect"),
    ({"applies_to": "everybody"}, "applies_to"),
    ({"applies_to": "role"}, "role_id"),
    ({"applies_to": "role", "role_id": 4711}, "role_id"),
    ({"applies_to": "key"}, "key"),
    ({"applies_to": "key", "key": "4711"}, "key"),
    ({"applies_to": "key", "key": "osticket:4711"}, "key"),
    ({"applies_to": "key", "key": "seven"}, "key"),
    ({"role_id": 1}, "role_id"),
    ({"staff_id": 1}, "staff_id"),
]


def test_what_is_not_there_is_named(api: Api) -> None:
    dora = api.staff("dora")
    for change, field in WRONG:
        refused = dora.post("/field-permissions", {**FROZEN, **change})
        assert (refused.status, refused.fields) == (422, [field]), change


def test_a_field_is_called_as_it_is_shown_or_as_it_is_set(api: Api) -> None:
    dora = api.staff("dora")
    assert dora.post("/field-permissions", {**FROZEN, "field": "status_id"}).data["field"] == "status"
    second = dora.post("/field-permissions", {**FROZEN, "field": "status"})
    assert (second.status, second.fields) == (409, ["field"])


def test_a_key_needs_to_be_an_administrators(api: Api) -> None:
    rule_id = narrow(api, "ticket", "priority", "freeze", applies_to="keys")
    reader, _ = key_of(api, "tickets.read", staff_id=5)
    administrator, _ = key_of(api, "admin", staff_id=5)
    for method, path in (("GET", ""), ("GET", f"/{rule_id}"), ("DELETE", f"/{rule_id}"), ("POST", "")):
        refused = reader.request(method, f"/field-permissions{path}", json=FROZEN if method == "POST" else None)
        assert refused.status == 403
    assert administrator.get(f"/field-permissions/{rule_id}").status == 200


def test_rules_cost_no_statement(api: Api) -> None:
    alice = api.staff("alice")
    before = [fewest_queries(alice, path) for path in (f"/tickets/{TICKET}", "/tickets")]
    narrow(api, "ticket", "priority", "hide", applies_to="agents")
    assert [fewest_queries(alice, path) for path in (f"/tickets/{TICKET}", "/tickets")] == before


def test_whoever_is_narrowed_can_ask_by_what(api: Api) -> None:
    api.write(lambda tx: tx.insert(t.staff_dept_access, staff_id=ALICE, dept_id=SALES, role_id=VIEW_ONLY, flags=1))
    narrow(api, "ticket", "priority", "freeze", applies_to="role", role_id=VIEW_ONLY)
    narrow(api, "ticket", "due_at", "hide", applies_to="agents")
    narrow(api, "user", "phone", "freeze", applies_to="users")
    alice, path = api.staff("alice"), "/field-permissions/mine"
    in_sales = alice.get(path, params={"resource": "ticket", "department_id": SALES}).data
    assert in_sales == {"resource": "ticket", "hidden": ["due_at"], "frozen": ["priority"]}
    assert alice.get(path, params={"resource": "ticket"}).data == in_sales
    own = alice.get(f"/tickets/{TICKET}").data["department"]["id"]
    assert alice.get(path, params={"resource": "ticket", "department_id": own}).data["frozen"] == []
    assert "phone" in api.user("uma").get(path, params={"resource": "user"}).data["frozen"]
    assert api.staff("dora").get(path, params={"resource": "ticket"}).data["hidden"] == []
