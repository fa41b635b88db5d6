"""API keys of both kinds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from osticket_api.db import tables as t
from osticket_api.db.tables import own
from tests.fixtures.api import Answer, Api, running_api
from tests.fixtures.templates import Template

SHOP = {"name": "shop", "permissions": ["tickets.create", "can_manage_subtickets"], "networks": ["127.0.0.0/8"]}


def _made(api: Api, **more: Any) -> Any:
    answer = api.staff("dora").post("/api-keys", SHOP | more)
    assert answer.status == 201, answer.content
    return answer.data


def _opens(api: Api, key: str) -> Answer:
    body = {"email": "shop@example.com", "subject": "An order", "message": "x"}
    return api.key(key).post("/tickets", body)


def test_without_keys_the_list_is_empty(api: Api) -> None:
    answer = api.staff("dora").get("/api-keys")
    assert (answer.status, answer.data, answer.meta["total"]) == (200, [], 0)


def test_a_key_is_shown_once_and_kept_as_a_hash(api: Api) -> None:
    made = _made(api)
    shown = api.staff("dora").get(f"/api-keys/{made['reference']}").data
    assert shown["permissions"] == ["subtickets.manage", "tickets.create"]
    assert "key" not in shown
    row = api.rows(select(own.api_credential))[0]
    assert made["key"] not in map(str, row)
    assert made["key"].startswith(shown["prefix"])


def test_a_new_key_works_until_it_is_revoked(api: Api) -> None:
    made = _made(api)
    assert _opens(api, made["key"]).status == 201
    assert api.staff("dora").delete(f"/api-keys/{made['reference']}").status == 204
    api.database.caches.clear()
    assert _opens(api, made["key"]).status == 401


def test_a_rotated_key_replaces_the_old_one(api: Api) -> None:
    made = _made(api)
    rotated = api.staff("dora").post(f"/api-keys/{made['reference']}/rotate").data
    api.database.caches.clear()
    assert _opens(api, made["key"]).status == 401
    assert _opens(api, rotated["key"]).status == 201


def test_a_key_from_elsewhere_is_refused(api: Api) -> None:
    assert _opens(api, _made(api, networks=["192.0.2.0/24"])["key"]).status == 401


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"permissions": ["tickets.crate"]}, "permissions"),
        ({"networks": ["nowhere"]}, "networks"),
        ({"departments": [4711]}, "departments.0"),
        ({"staff_id": 4711}, "staff_id"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"name": " "}, "name"),
        ({"kind": "osticket"}, "networks"),
        ({"kind": "osticket", "networks": ["192.0.2.1"], "permissions": ["tickets.read"]}, "permissions"),
    ],
)
def test_what_is_wrong_with_a_key_is_told(api: Api, wrong: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").post("/api-keys", SHOP | {"permissions": []} | wrong)
    assert (answer.status, answer.fields) == (422, [field])


def test_what_is_wrong_with_a_change_is_told_and_nothing_changes(api: Api) -> None:
    path, dora = f"/api-keys/{_made(api)['reference']}", api.staff("dora")
    before = dora.get(path).data
    for field, wrong in {"name": " ", "is_active": False, "staff_id": 4711, "expires_at": "2001-01-01T00:00Z"}.items():
        answer = dora.patch(path, {field: wrong, "notes": "Changed"})
        assert (answer.status, answer.fields) == (422, [field])
    assert dora.get(path).data == before


def test_a_key_of_osticket_is_a_row_of_its_table(api: Api) -> None:
    made = _made(api, kind="osticket", networks=["127.0.0.1"], permissions=["tickets.create"], notes="<p>shop</p>")
    row = api.rows(select(t.api_key).where(t.api_key.c.id == made["id"]))[0]
    assert (row.apikey, row.ipaddr, row.notes) == (made["key"], "127.0.0.1", "<p>shop</p>")
    assert (row.can_create_tickets, row.can_exec_cron) == (True, False)
    assert _opens(api, made["key"]).status == 201
    path = f"/api-keys/{made['reference']}"
    assert api.staff("dora").patch(path, {"is_active": False}).data["is_active"] is False
    assert api.staff("dora").patch(path, {"networks": ["192.0.2.1"]}).status == 422
    assert api.staff("dora").post(f"{path}/rotate").status == 409
    assert api.staff("dora").delete(path).status == 204
    assert api.staff("dora").get(path).status == 404


@pytest.fixture
def with_column(api: Api) -> Iterator[None]:
    """A column that a plugin adds. Copies of the help desk share their tables, so that it is taken away again."""

    def alter(how: str) -> Any:
        return lambda tx: tx.connection.execute(text(f"ALTER TABLE {t.api_key.name} {how}"))

    api.write(alter("ADD COLUMN can_manage_subtickets TINYINT NOT NULL DEFAULT 0"))
    yield
    api.write(alter("DROP COLUMN can_manage_subtickets"))


def test_columns_that_a_plugin_added_are_kept_and_changed(api: Api, with_column: None) -> None:
    made = _made(api, kind="osticket", networks=["127.0.0.1"])
    path = f"/api-keys/{made['reference']}"
    assert made["permissions"] == ["subtickets.manage", "tickets.create"]
    assert api.staff("dora").patch(path, {"permissions": ["cron"]}).data["permissions"] == ["cron"]


def test_a_key_that_stands_for_an_administrator_is_none_unless_it_may(api: Api) -> None:
    dora = api.rows(select(t.staff.c.staff_id).where(t.staff.c.username == "dora"))[0].staff_id
    plain, full = _made(api, staff_id=dora), _made(api, staff_id=dora, permissions=["admin"])
    assert api.key(plain["key"]).get("/api-keys").status == 403
    assert api.key(full["key"]).get("/api-keys").status == 200


def test_a_key_makes_no_administrator_of_its_agent(api: Api) -> None:
    bob = api.rows(select(t.staff.c.staff_id).where(t.staff.c.username == "bob"))[0].staff_id
    made = _made(api, staff_id=bob, permissions=["admin", "settings.read"])
    assert api.key(made["key"]).get("/slas").status == 200
    assert api.key(made["key"]).get("/api-keys").status == 403


def test_a_key_without_a_name_in_addresses_is_not_found(api: Api) -> None:
    for reference in ("x", "other:1", "osticket:", "99999999999", "4711", "osticket:4711", "\u0663"):
        assert api.staff("dora").get(f"/api-keys/{reference}").status == 404


def test_a_key_has_a_rate_of_its_own(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, rate_limit_enabled=True) as api:
        key = _made(api, rate_limit=1, permissions=["tickets.create"])["key"]
        told = [_opens(api, key).status for _ in range(3)]
        assert told == [201, 429, 429], "the first request counts too"
        refused = api.client.post("/api/tickets.json", headers={"X-API-Key": key})
        assert (refused.status_code, refused.text[:17]) == (429, "Too many requests")
