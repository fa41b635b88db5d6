"""Setting up webhooks: who may, what is checked, and that secrets are shown once."""

from typing import Any

import pytest

from tests.fixtures.api import Api, Caller

URL = "https://example.com/hook"
NO_FILTERS: dict[str, Any] = {
    "departments": [],
    "topics": [],
    "statuses": [],
    "priorities": [],
    "sources": [],
    "fields": {},
}


def key_with(api: Api, *permissions: str, **more: Any) -> Caller:
    answer = api.staff("dora").post("/api-keys", {"name": "Shop", "permissions": list(permissions), **more})
    assert answer.status == 201, answer.errors
    return api.key(answer.data["key"])


def test_webhook_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    added = dora.post("/webhooks", {"url": URL, "types": ["ticket.*", "user.created"], "description": "Shop"})
    assert added.status == 201, added.errors
    assert added.data["secret"].startswith("whsec_")
    path = f"/webhooks/{added.data['id']}"
    assert "secret" not in dora.get(path).data
    assert dora.get(path).data["types"] == ["ticket.*", "user.created"]
    assert [each["id"] for each in dora.get("/webhooks").data] == [added.data["id"]]
    changed = dora.patch(path, {"types": ["*"], "is_active": False, "filters": {"departments": [1]}})
    assert changed.status == 200, changed.errors
    assert (changed.data["types"], changed.data["is_active"]) == (["*"], False)
    assert changed.data["filters"] == {**NO_FILTERS, "departments": [1]}
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"types": ["ticket.exploded"]}, "types"),
        ({"types": []}, "types"),
        ({"staff_id": 9999}, "staff_id"),
        ({"filters": {"departments": [9999]}}, "filters.departments"),
        ({"filters": {"topics": [9999]}}, "filters.topics"),
        ({"filters": {"statuses": [9999]}}, "filters.statuses"),
        ({"filters": {"priorities": [9999]}}, "filters.priorities"),
        ({"filters": {"sources": ["Fax"]}}, "filters.sources.0"),
        ({"filters": {"fields": {"colour": ["red"]}}}, "filters.fields.colour"),
        ({"filters": {"fields": {"product": []}}}, "filters.fields.product"),
        ({"filters": {"fields": {"product": "Printer"}}}, "filters.fields.product"),
        ({"filters": {"statusses": [1]}}, "filters.statusses"),
        ({"format": "smoke"}, "format"),
        ({"payload": "fat"}, "payload"),
    ],
)
def test_what_is_wrong_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").post("/webhooks", {"url": URL, **body})
    assert (answer.status, answer.fields) == (422, [field])


def test_everything_wrong_in_filters_is_named_at_once(api: Api) -> None:
    filters = {"departments": [9999], "priorities": [9999], "fields": {"colour": ["red"]}}
    answer = api.staff("dora").post("/webhooks", {"url": URL, "filters": filters})
    assert set(answer.fields) == {"filters.departments", "filters.priorities", "filters.fields.colour"}


def test_key_needs_the_permission_and_all_departments(api: Api) -> None:
    assert key_with(api, "webhooks.manage").post("/webhooks", {"url": URL}).status == 201
    assert key_with(api, "tickets.read").get("/webhooks").status == 403
    assert key_with(api, "webhooks.manage", departments=[1]).get("/webhooks").status == 403


def test_key_of_an_agent_who_is_no_administrator_is_refused(api: Api) -> None:
    alice = api.staff("alice").get("/auth/me").data["id"]
    assert key_with(api, "webhooks.manage", staff_id=alice).get("/webhooks").status == 403
