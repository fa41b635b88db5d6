"""Fields of tickets that are hidden or frozen for agents."""

from typing import Any

from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.field_permissions.narrowing import TICKET, VIEW_ONLY, narrow
from tests.fixtures.api import Api, Caller

OTHER_DEPARTMENT = 3
"""Alice has no role in Maintenance."""


def role_of(api: Api, username: str) -> int:
    return int(api.staff(username).get("/staff/me").data["role"]["id"])


def add_field(api: Api, name: str, answer: str) -> str:
    """Ask one more question in the form of tickets, and answer it for the ticket. Returns its name."""

    def add(tx: Write) -> None:
        entry = t.form_entry.c
        found = select(entry.id, entry.form_id).where(entry.object_type == "T", entry.object_id == TICKET)
        row = tx.rows(found.order_by(entry.id))[0]
        values = {"type": "text", "label": "Serial", "name": name, "configuration": "{}", "sort": 9, "flags": 0x3301}
        field_id = tx.insert(t.form_field, form_id=row.form_id, created=tx.now, updated=tx.now, **values)
        tx.insert(t.form_entry_values, entry_id=row.id, field_id=field_id, value=answer)

    api.write(add)
    return name


def test_a_hidden_field_is_absent_and_cannot_be_set(api: Api) -> None:
    narrow(api, "ticket", "priority", "hide", applies_to="agents")
    alice = api.staff("alice")
    detail = alice.get(f"/tickets/{TICKET}").data
    assert "priority" not in detail
    assert detail["subject"]
    listed = alice.get("/tickets?per_page=100").data
    assert listed
    assert not [each for each in listed if "priority" in each]
    assert "priority" in api.staff("dora").get(f"/tickets/{TICKET}").data
    refused = alice.patch(f"/tickets/{TICKET}", {"priority_id": 1})
    assert (refused.status, refused.fields) == (403, ["priority"])
    assert alice.patch(f"/tickets/{TICKET}", {"subject": "Renamed"}).status == 200


def test_a_frozen_field_is_shown_and_may_be_sent_back_as_it_is(api: Api) -> None:
    for field in ("priority", "sla", "department"):
        narrow(api, "ticket", field, "freeze", applies_to="agents")
    alice, path = api.staff("alice"), f"/tickets/{TICKET}"
    ticket = alice.get(path).data
    same = {"priority_id": ticket["priority"]["id"], "department_id": ticket["department"]["id"], "subject": "Renamed"}
    assert alice.patch(path, same).status == 200
    other = {"priority_id": 1 if same["priority_id"] != 1 else 2, "sla_id": 99, "department_id": 3}
    for name, told in (("priority_id", "priority"), ("sla_id", "sla_id"), ("department_id", "department_id")):
        refused = alice.patch(path, {name: other[name]})
        assert (refused.status, refused.fields) == (403, [told])


ACTIONS: list[tuple[str, str, dict[str, Any], str]] = [
    ("staff", "assign", {"staff_id": 3}, "staff_id"),
    ("team", "assign", {"team_id": 1}, "team_id"),
    ("staff", "release", {}, "staff_id"),
    ("department", "transfer", {"department_id": 3}, "department_id"),
    ("status", "status", {"status_id": 3}, "status_id"),
    ("status", "note", {"body": "So", "status_id": 3}, "status_id"),
    ("status", "reply", {"body": "So", "status_id": 3}, "status_id"),
    ("user", "owner", {"user_id": 2}, "user_id"),
    ("is_answered", "mark", {"as": "answered"}, "is_answered"),
]


def test_actions_do_not_set_what_is_frozen(api: Api) -> None:
    for field in sorted({field for field, *_ in ACTIONS}):
        narrow(api, "ticket", field, "freeze", applies_to="agents")
    alice = api.staff("alice")
    for _, verb, body, told in ACTIONS:
        refused = alice.post(f"/tickets/{TICKET}/{verb}", body)
        assert (refused.status, refused.fields) == (403, [told]), verb
        if verb not in ("note", "reply"):
            many = alice.post("/tickets/bulk", {"tickets": [TICKET], "action": verb, "parameters": body})
            assert [each["status"] for each in many.data] == [403]


def test_new_tickets_take_no_frozen_field(api: Api) -> None:
    narrow(api, "ticket", "priority", "freeze", applies_to="agents")
    alice, new = api.staff("alice"), {"subject": "New", "message": "New", "user_id": 1}
    refused = alice.post("/tickets", {**new, "priority_id": 1})
    assert (refused.status, refused.fields) == (403, ["priority_id"])
    assert alice.post("/tickets", new).status == 201


def test_a_hidden_value_cannot_be_found_by_sending_it(api: Api) -> None:
    alice, path = api.staff("alice"), f"/tickets/{TICKET}"
    priority_id = alice.get(path).data["priority"]["id"]
    narrow(api, "ticket", "priority", "hide", applies_to="agents")
    assert {alice.patch(path, {"priority_id": each}).status for each in (1, 2, 3, 4, priority_id)} == {403}


def test_the_role_in_the_department_of_the_ticket_counts(api: Api) -> None:
    role_id = role_of(api, "alice")
    narrow(api, "ticket", "due_at", "hide", applies_to="role", role_id=role_id)
    assert "due_at" not in api.staff("alice").get(f"/tickets/{TICKET}").data
    assert role_of(api, "bob") != role_id
    assert "due_at" in api.staff("bob").get(f"/tickets/{TICKET}").data


def test_in_each_department_another_role_may_count(api: Api) -> None:
    def join(tx: Write) -> None:
        tx.insert(t.staff_dept_access, staff_id=2, dept_id=OTHER_DEPARTMENT, role_id=VIEW_ONLY, flags=1)
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == TICKET).values(dept_id=OTHER_DEPARTMENT))

    api.write(join)
    narrow(api, "ticket", "source", "hide", applies_to="role", role_id=VIEW_ONLY)
    alice = api.staff("alice")
    assert role_of(api, "alice") != VIEW_ONLY
    listed = {each["id"]: each for each in alice.get("/tickets?per_page=100").data}
    assert "source" not in listed[TICKET]
    assert {each["id"] for each in listed.values() if "source" not in each} == {
        each["id"] for each in listed.values() if each["department"]["id"] == OTHER_DEPARTMENT
    }
    assert alice.get("/tickets?source=Web").status == 403


def test_answers_to_forms_are_hidden_and_frozen_by_name(api: Api) -> None:
    alice, path = api.staff("alice"), f"/tickets/{TICKET}"
    name = add_field(api, "serial", "SN4711")
    before = alice.get(path).data["custom_fields"]
    assert before[name] == "SN4711"
    assert [each["id"] for each in alice.get(f"/tickets?field.{name}=SN4711").data] == [TICKET]
    rule_id = narrow(api, "ticket", f"custom_fields.{name}", "freeze", applies_to="agents")
    assert alice.patch(path, {"custom_fields": {name: "SN4711"}, "subject": "Renamed"}).status == 200
    refused = alice.patch(path, {"custom_fields": {name: "SN1"}})
    assert (refused.status, refused.fields) == (403, [f"custom_fields.{name}"])
    api.staff("dora").patch(f"/field-permissions/{rule_id}", {"effect": "hide"})
    assert alice.get(path).data["custom_fields"] == {key: value for key, value in before.items() if key != name}
    asked = alice.get(f"/tickets?field.{name}=SN4711")
    assert (asked.status, asked.fields) == (403, [f"field.{name}"])
    assert alice.patch(path, {"custom_fields": {name: "SN4711"}}).status == 403


def test_what_is_frozen_is_not_among_what_is_allowed(api: Api) -> None:
    def allowed(caller: Caller) -> set[str]:
        told = caller.get(f"/tickets/{TICKET}?include=allowed").data["allowed"]
        return {action for action, may in told.items() if may}

    alice = api.staff("alice")
    before = allowed(alice)
    for field in ("status", "department", "staff"):
        narrow(api, "ticket", field, "freeze", applies_to="agents")
    assert before - allowed(alice) == {"close", "reopen", "transfer"}


def test_etags_tell_callers_apart_and_stay_good(api: Api) -> None:
    alice, dora, path = api.staff("alice"), api.staff("dora"), f"/tickets/{TICKET}"
    assert alice.get(path).headers["ETag"] == dora.get(path).headers["ETag"]
    narrow(api, "ticket", "priority", "hide", applies_to="agents")
    tag = alice.get(path).headers["ETag"]
    assert tag != dora.get(path).headers["ETag"]
    assert alice.get(path, headers={"If-None-Match": tag}).status == 304
    assert alice.patch(path, {"subject": "Renamed"}, headers={"If-Match": tag}).status == 200
    assert alice.patch(path, {"subject": "Again"}, headers={"If-Match": tag}).status == 412


def test_selected_fields_and_exports_lack_it_too(api: Api) -> None:
    narrow(api, "ticket", "priority", "hide", applies_to="agents")
    alice = api.staff("alice")
    assert "priority" not in alice.get(f"/tickets/{TICKET}?fields=id,priority").data
    for kind in ("text/csv", "application/jsonl"):
        assert b"riority" not in alice.get("/tickets", headers={"Accept": kind}).content
        assert b"riority" in api.staff("dora").get("/tickets", headers={"Accept": kind}).content
