"""Setting up ticket filters over HTTP, and trying them."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from tests.fixtures.api import Api

RULE = {"field": "subject", "operator": "contains", "value": "urgent"}
URGENT: dict[str, Any] = {
    "name": "Urgent",
    "order": 5,
    "match": "all",
    "stops_on_match": True,
    "rules": [RULE, {"field": "email", "operator": "ends_with", "value": "@example.org"}],
    "actions": [{"type": "priority", "id": 3}, {"type": "no_auto_response"}],
}
SAMPLE = {"email": "wes@example.org", "subject": "URGENT: door"}


def test_a_filter_is_added_read_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/filters", URGENT)
    assert made.status == 201, made.errors
    path = f"/filters/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    assert {key: made.data[key] for key in URGENT} == URGENT
    assert (made.data["is_active"], made.data["target"], made.data["email"]) == (True, "any", None)
    assert [each["name"] for each in dora.get("/filters").data] == ["Urgent"]
    changed = dora.patch(path, {"rules": [RULE], "target": "email", "email_id": 1, "actions": [{"type": "reject"}]})
    assert (changed.data["rules"], changed.data["email"]["id"]) == ([RULE], 1)
    assert changed.data["actions"] == [{"type": "reject"}]
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404
    for table in (t.filter_rule, t.filter_action):
        assert api.rows(select(table).where(table.c.filter_id == made.data["id"])) == []


def test_a_filter_does_to_a_new_ticket_what_it_says(api: Api) -> None:
    assert api.staff("dora").post("/filters", URGENT).status == 201
    ticket = {**SAMPLE, "name": "Wes", "message": "Help", "topic_id": 1}
    assert api.staff("alice").post("/tickets", ticket).data["priority"]["id"] == 3


def test_rules_that_stay_keep_their_rows(api: Api) -> None:
    dora = api.staff("dora")
    filter_id = dora.post("/filters", URGENT).data["id"]
    rule = t.filter_rule.c
    rows = select(rule.id, rule.val).where(rule.filter_id == filter_id).order_by(rule.id)
    before = api.rows(rows)
    dora.patch(f"/filters/{filter_id}", {"rules": [RULE, {**RULE, "value": "asap"}]})
    after = api.rows(rows)
    assert after[0] == before[0]
    assert [row.val for row in after] == ["urgent", "asap"]


def test_a_mail_that_a_filter_sends_is_read_as_it_was_given(api: Api) -> None:
    mail = {
        "type": "send_email",
        "from_email_id": 1,
        "recipients": "%{user}, ops@example.org",
        "subject": "Seen/überall",
        "message": "<p>Hi %{user.name}</p>",
    }
    made = api.staff("dora").post("/filters", {**URGENT, "actions": [mail]})
    assert made.data["actions"] == [mail]
    tried = api.staff("dora").post("/filters/test", {"sample": SAMPLE}).data["outcome"]
    assert tried["mails"] == [{"filter_name": "Urgent", "recipients": mail["recipients"], "subject": "Seen/überall"}]


def test_a_trial_tells_rule_by_rule_and_writes_nothing(api: Api) -> None:
    dora = api.staff("dora")
    dora.post("/filters", URGENT)
    dora.post("/filters", {**URGENT, "name": "Later", "order": 6, "rules": [RULE]})
    tickets = len(api.rows(select(t.ticket.c.ticket_id)))
    tried = dora.post("/filters/test", {"sample": SAMPLE}).data
    assert [(each["name"], each["matches"], each["is_reached"]) for each in tried["filters"]] == [
        ("Urgent", True, True),
        ("Later", True, False),
    ]
    assert [rule["holds"] for rule in tried["filters"][0]["rules"]] == [True, True]
    assert (tried["outcome"]["priority_id"], tried["outcome"]["sends_auto_response"]) == (3, False)
    other = dora.post("/filters/test", {"sample": {**SAMPLE, "email": "wes@example.net"}}).data
    assert [rule["holds"] for rule in other["filters"][0]["rules"]] == [True, False]
    assert len(api.rows(select(t.ticket.c.ticket_id))) == tickets


def test_a_ticket_that_is_there_can_be_tried(api: Api) -> None:
    dora = api.staff("dora")
    ticket = dora.get("/tickets?per_page=1").data[0]
    rule = {"field": "subject", "operator": "equals", "value": ticket["subject"]}
    dora.post("/filters", {**URGENT, "match": "any", "rules": [rule]})
    assert dora.post("/filters/test", {"ticket_id": ticket["id"]}).data["filters"][0]["matches"]
    assert dora.post("/filters/test", {"ticket_id": 4_000_000}).fields == ["ticket_id"]
    assert dora.post("/filters/test", {}).status == 422


def test_the_ban_list_is_not_a_filter_here(api: Api) -> None:
    dora = api.staff("dora")
    dora.post("/ban-list", {"email": "bad@example.org"})
    ban_list = api.rows(select(t.filter_.c.id).where(t.filter_.c.name == "SYSTEM BAN LIST"))[0].id
    assert dora.get("/filters").data == []
    assert dora.delete(f"/filters/{ban_list}").status == 404
    assert dora.post("/filters", {**URGENT, "name": "System Ban List"}).errors[0]["code"] == "name_taken"
    tried = dora.post("/filters/test", {"sample": {**SAMPLE, "email": "bad@example.org"}}).data
    assert tried["outcome"]["rejected_by"] == "SYSTEM BAN LIST"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rules": []}, "rules"),
        ({"actions": []}, "actions"),
        ({"rules": [RULE, {**RULE, "value": "Urgent"}]}, "rules"),
        ({"rules": [{**RULE, "field": "field.99999"}]}, "rules.0.field"),
        ({"rules": [{**RULE, "field": "colour"}]}, "rules.0.field"),
        ({"rules": [{**RULE, "operator": "like"}]}, "rules.0.operator"),
        ({"rules": [{**RULE, "operator": "matches"}]}, "rules.0"),
        ({"rules": [{**RULE, "value": ""}]}, "rules.0.value"),
        ({"actions": [{"type": "department"}]}, "actions.0"),
        ({"actions": [{"type": "reject", "id": 1}]}, "actions.0"),
        ({"actions": [{"type": "department", "id": 99}]}, "actions.0.id"),
        ({"actions": [{"type": "status", "id": 99}]}, "actions.0.id"),
        ({"actions": [{"type": "send_email", "subject": "x"}]}, "actions.0"),
        ({"email_id": 1}, "email_id"),
        ({"email_id": 99, "target": "email"}, "email_id"),
        ({"order": 0}, "order"),
        ({"name": "x" * 33}, "name"),
    ],
)
def test_what_is_not_a_filter_is_refused_by_field(api: Api, change: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").post("/filters", {**URGENT, **change})
    assert (answer.status, answer.fields) == (422, [field])


def test_a_name_is_given_once(api: Api) -> None:
    dora = api.staff("dora")
    dora.post("/filters", URGENT)
    assert dora.post("/filters", URGENT).errors[0]["code"] == "name_taken"
