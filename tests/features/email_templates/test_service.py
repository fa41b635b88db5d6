"""Mail templates, pages and settings of mail over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.fixtures.api import Api, Caller

BODY = '<p>Hi %{recipient.name.first}, <a href="%{recipient.ticket_link}">see</a></p><div>%{message}</div>'


def template(dora: Caller, code_name: str) -> Any:
    (found,) = dora.get(f"/email-templates?code_name={code_name}&group_id=1").data
    return found


def test_a_template_is_changed_used_and_reset(api: Api) -> None:
    dora = api.staff("dora")
    before = template(dora, "ticket.alert")
    path = f"/email-templates/{before['id']}"
    changed = dora.patch(path, {"subject": "Got it: %{ticket.subject}", "body": BODY})
    assert changed.status == 200, changed.errors
    assert (changed.data["subject"], changed.data["body"]) == ("Got it: %{ticket.subject}", BODY)
    ticket = {"subject": "Door", "message": "<p>It is stuck.</p>", "topic_id": 1}
    effects = api.staff("alice").post("/tickets?dry_run=true", {**ticket, "user_id": 2}).data["effects"]
    assert "Got it: Door" in [each["subject"] for each in effects if each["kind"] == "mail"]
    again = dora.post(f"{path}/reset").data
    assert (again["subject"], again["body"]) == (before["subject"], before["body"])


def test_a_template_is_previewed_for_a_ticket_and_nothing_is_written(api: Api) -> None:
    dora = api.staff("dora")
    stored = template(dora, "ticket.reply")
    ticket = dora.get("/tickets?per_page=1").data[0]
    path = f"/email-templates/{stored['id']}/preview"
    filled = dora.post(path, {"ticket_id": ticket["id"]}).data
    assert str(ticket["number"]) in filled["subject"]
    assert "%{" not in filled["subject"] + filled["html"].replace("%{response}", "")
    tried = {"ticket_id": ticket["id"], "subject": "%{ticket.number} %{nothing.known}", "body": "<b>%{staff.email}</b>"}
    filled = dora.post(path, tried).data
    assert filled["subject"] == f"{ticket['number']} %{{nothing.known}}"
    assert "@" in filled["text"]
    assert template(dora, "ticket.reply") == stored
    assert dora.post(path, {"ticket_id": 4_000_000}).fields == ["ticket_id"]


def test_what_a_template_says_cannot_run_in_a_mail_program(api: Api) -> None:
    dora = api.staff("dora")
    path = f"/email-templates/{template(dora, 'ticket.reply')['id']}"
    assert "script" not in dora.patch(path, {"body": "<p>x</p><script>alert(1)</script>"}).data["body"]
    assert dora.patch(path, {"subject": "a\nBcc: x@y.z"}).fields == ["subject"]


def test_a_group_is_copied_chosen_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/email-template-groups", {"name": "Sales", "copy_of": 1})
    assert made.status == 201, made.errors
    path = f"/email-template-groups/{made.data['id']}"
    columns = (t.email_template.c.code_name, t.email_template.c.subject, t.email_template.c.body)
    rows = [
        api.rows(select(*columns).where(t.email_template.c.tpl_id == each).order_by(t.email_template.c.code_name))
        for each in (1, made.data["id"])
    ]
    assert rows[0] == rows[1] != []
    assert dora.post("/email-template-groups", {"name": "Sales", "copy_of": 1}).status == 409
    assert dora.post("/email-template-groups", {"name": "More", "copy_of": 99}).fields == ["copy_of"]
    assert dora.patch("/settings", {"defaults": {"template_group_id": made.data["id"]}}).status == 200
    assert dora.delete(path).errors[0]["code"] == "is_default"
    dora.patch("/settings", {"defaults": {"template_group_id": 1}})
    assert dora.patch(path, {"is_active": False}).data["is_active"] is False
    assert dora.delete(path).status == 204
    assert dora.get(f"/email-templates?group_id={made.data['id']}").data == []


def test_pages_are_set_up_and_those_in_use_stay(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/pages", {"type": "thank-you", "name": "Thanks!", "body": "<p>Thank you.</p>"})
    assert (made.status, made.data["is_used"]) == (201, False)
    path = f"/pages/{made.data['id']}"
    topic = dora.get("/topics").data[0]["id"]
    assert dora.patch(f"/topics/{topic}", {"thanks_page_id": made.data["id"]}).status in (200, 422)
    assert dora.patch(path, {"body": "<p>Many thanks.</p>"}).data["body"] == "<p>Many thanks.</p>"
    assert dora.post("/pages", {"type": "access-link", "name": "x", "body": "y"}).fields == ["type"]
    (link,) = dora.get("/pages?type=access-link").data
    assert link["is_used"]
    assert dora.delete(f"/pages/{link['id']}").errors[0]["code"] == "in_use"
    assert dora.patch(f"/pages/{link['id']}", {"name": "Your ticket"}).data["name"] == "Your ticket"


@pytest.mark.parametrize(
    ("group", "name", "key"),
    [
        ("alerts", "ticket_is_on", "ticket_alert_active"),
        ("alerts", "message_to_last_respondent", "message_alert_laststaff"),
        ("alerts", "assigned_to_team_lead", "assigned_alert_team_lead"),
        ("auto_responses", "to_new_tickets", "ticket_autoresponder"),
        ("mail", "sends_attachments", "email_attachments"),
    ],
)
def test_alerts_and_auto_responses_are_settings_of_administrators(api: Api, group: str, name: str, key: str) -> None:
    dora = api.staff("dora")
    before = dora.get("/settings").data[group][name]
    changed = dora.patch("/settings", {group: {name: not before}})
    assert (changed.status, changed.data[group][name]) == (200, not before)
    config = t.config.c
    (row,) = api.rows(select(config.value).where(config.namespace == "core", config.key == key))
    assert row.value == str(int(not before))
    assert group not in api.staff("bob").get("/settings").data
