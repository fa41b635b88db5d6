"""The help desk's settings over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

PUBLIC = {"captcha", "features", "help_desk", "sign_in", "knowledge_base", "attachments"}


def stored(api: Api, key: str) -> str | None:
    rows = api.rows(select(t.config.c.value).where(t.config.c.namespace == "core", t.config.c.key == key))
    return rows[0].value if rows else None


def test_everybody_gets_what_is_their_business(api: Api) -> None:
    for caller in (api.anonymous(), api.user("uma")):
        assert caller.get("/settings").data.keys() == PUBLIC
    assert api.staff("bob").get("/settings").data.keys() == PUBLIC | {"tickets"}
    for_administrators = {"defaults", "administration", "auto_responses", "alerts", "mail"}
    assert api.staff("dora").get("/settings").data.keys() == PUBLIC | {"tickets"} | for_administrators


def test_a_page_to_sign_in_finds_what_it_needs(api: Api) -> None:
    settings = api.anonymous().get("/settings").data
    assert settings["help_desk"]["title"] == stored(api, "helpdesk_title")
    assert (settings["help_desk"]["language"], settings["help_desk"]["other_languages"]) == ("en_US", [])
    assert (settings["help_desk"]["date_formats"], settings["help_desk"]["date_format"]) == ("locale", "MM/dd/y")
    assert settings["sign_in"] == {
        "registration": "public",
        "requires_account": False,
        "verifies_email": True,
        "resets_passwords": True,
        "password_min_bytes": 6,
        "password_max_bytes": 128,
    }
    assert settings["knowledge_base"] == {"is_enabled": True, "requires_sign_in": False}
    assert settings["attachments"]["max_bytes"] == 1048576


def test_no_secret_leaves(api: Api) -> None:
    def add_secret(tx: Write) -> None:
        for key in ("schema_signature_2", "smtp_passwd", "plugin_key"):
            tx.insert(t.config, namespace="core", key=key, value="a-secret-thing", updated=tx.now)

    api.write(add_secret)
    assert b"a-secret-thing" not in api.staff("dora").get("/settings").content


def test_settings_are_changed_by_group(api: Api) -> None:
    dora = api.staff("dora")
    changed = dora.patch(
        "/settings",
        json={
            "help_desk": {"title": "Acme Help", "timezone": "Europe/Lisbon", "other_languages": ["de", "pt_BR"]},
            "sign_in": {"registration": "closed"},
            "knowledge_base": {"is_enabled": False},
            "tickets": {"max_open_per_user": 5, "locks": "never", "agents_add_collaborators": False},
            "defaults": {"sla_id": 2, "topic_id": 1},
            "attachments": {"max_bytes": 4096},
        },
    ).data
    assert (changed["help_desk"]["title"], changed["help_desk"]["other_languages"]) == ("Acme Help", ["de", "pt_BR"])
    assert (changed["sign_in"]["registration"], changed["knowledge_base"]["is_enabled"]) == ("closed", False)
    assert (changed["tickets"]["max_open_per_user"], changed["tickets"]["locks"]) == (5, "never")
    assert (changed["defaults"]["sla_id"], changed["attachments"]["max_bytes"]) == (2, 4096)
    assert [stored(api, key) for key in ("secondary_langs", "ticket_lock", "disable_agent_collabs", "enable_kb")] == [
        "de,pt_BR", "0", "1", "0",
    ]  # fmt: skip
    assert dora.get("/slas/2").data["is_default"] is True
    cleared = dora.patch("/settings", json={"tickets": {"max_open_per_user": None}, "defaults": {"sla_id": None}}).data
    assert (cleared["tickets"]["max_open_per_user"], cleared["defaults"]["sla_id"]) == (None, None)
    assert stored(api, "default_sla_id") == "0"


def test_only_what_changes_is_written(api: Api) -> None:
    dora = api.staff("dora")
    settings = dora.get("/settings").data
    body = {"tickets": settings["tickets"], "defaults": {"sla_id": settings["defaults"]["sla_id"]}}
    assert dora.patch("/settings?dry_run=true", json=body).data == {"effects": []}
    answer = dora.patch("/settings?dry_run=true", json={"tickets": {"claims_on_reply": False}})
    assert answer.data["effects"] == [{"kind": "setting", "key": "auto_claim_tickets", "changed": ["1", "0"]}]
    assert dora.get("/settings").data == settings


def test_settings_changed_since_they_were_read_stay(api: Api) -> None:
    dora = api.staff("dora")
    read = dora.get("/settings")
    body = {"knowledge_base": {"requires_sign_in": True}}
    assert dora.patch("/settings", json=body, headers={"If-Match": read.headers["etag"]}).status == 200
    assert dora.patch("/settings", json=body, headers={"If-Match": read.headers["etag"]}).status == 412
    assert dora.get("/settings", headers={"If-None-Match": read.headers["etag"]}).status == 200


def test_what_is_off_cannot_become_a_default(api: Api) -> None:
    def switch_off(tx: Write) -> None:
        tx.change(update(t.sla).where(t.sla.c.id == 2).values(flags=0))
        tx.change(update(t.department).where(t.department.c.id == 2).values(ispublic=False))
        tx.change(update(t.help_topic).where(t.help_topic.c.topic_id == 2).values(flags=0))

    api.write(switch_off)
    wrong = {"sla_id": 2, "department_id": 2, "topic_id": 2, "status_id": 3, "schedule_id": 4, "priority_id": 9}
    answer = api.staff("dora").patch("/settings", json={"defaults": wrong})
    assert (answer.status, set(answer.fields)) == (422, {f"defaults.{name}" for name in wrong})


@pytest.mark.parametrize(
    ("group", "body", "field"),
    [
        ("help_desk", {"title": ""}, "title"),
        ("help_desk", {"title": None}, "title"),
        ("help_desk", {"url": "javascript:alert(1)"}, "url"),
        ("help_desk", {"timezone": "Lisbon"}, "timezone"),
        ("help_desk", {"language": "English"}, "language"),
        ("help_desk", {"page_size": 1000}, "page_size"),
        ("help_desk", {"admin_password": "x"}, "admin_password"),
        ("sign_in", {"registration": "open"}, "registration"),
        ("tickets", {"number_format": "TKT"}, "number_format"),
        ("tickets", {"number_format": "\\#"}, "number_format"),
        ("tickets", {"number_format": "ACME-SUPPORT-2026-#"}, "number_format"),
        ("tickets", {"sequence_id": 99}, "sequence_id"),
        ("tickets", {"lock_minutes": None}, "lock_minutes"),
        ("administration", {"admin_email": "x@example.org"}, None),
        ("defaults", {"department_id": None}, "department_id"),
    ],
)
def test_what_is_no_setting_is_refused_by_field(api: Api, group: str, body: dict[str, Any], field: str | None) -> None:
    answer = api.staff("dora").patch("/settings", json={group: body})
    assert (answer.status, answer.fields) == (422, [f"{group}.{field}" if field else group])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("task_is_on", "task_alert_active"),
        ("task_to_administrator", "task_alert_admin"),
        ("task_to_department_members", "task_alert_dept_members"),
        ("task_activity_is_on", "task_activity_alert_active"),
        ("task_activity_to_last_respondent", "task_activity_alert_laststaff"),
        ("task_assignment_to_assignee", "task_assignment_alert_staff"),
        ("task_assignment_to_team_members", "task_assignment_alert_team_members"),
        ("task_transfer_to_assignee", "task_transfer_alert_assigned"),
    ],
)
def test_alerts_of_tasks_are_settings_of_osticket(api: Api, name: str, key: str) -> None:
    dora = api.staff("dora")
    for value in (True, False):
        changed = dora.patch("/settings", {"alerts": {name: value}})
        assert (changed.status, changed.data["alerts"][name]) == (200, value)
        assert (stored(api, key) or "0") == str(int(value))
