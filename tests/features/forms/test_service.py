"""Setting up forms and their fields over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

TICKET, USER, LIST_FORM, EQUIPMENT = 2, 1, 7, 8
SUBJECT, PRIORITY = 20, 22

DOORS = {
    "title": "Doors <b>and windows</b>",
    "instructions": "<p>Look at the frame<script>x</script></p>",
    "fields": [
        {"label": "Which door", "name": "door", "is_required_of_users": True, "hint": "On the frame"},
        {
            "label": "State",
            "name": "state_of_it",
            "type": "choices",
            "configuration": {"choices": {"open": "Stands open", "shut": "Is shut"}, "multiselect": False},
        },
        {"label": "Costs", "name": "costs", "is_visible_to_users": False, "is_editable_by_users": False},
    ],
}


def field_rows(api: Api, form_id: int) -> list[Any]:
    field = t.form_field.c
    return api.rows(select(t.form_field).where(field.form_id == form_id).order_by(field.sort))


def made(api: Api, **more: object) -> Any:
    answer = api.staff("dora").post("/forms", json={**DOORS, **more})
    assert answer.status == 201, answer.errors
    return answer.data


def field_of(form: Any, name: str) -> Any:
    return next(field for field in form["fields"] if field["name"] == name)


def test_a_form_is_added_with_its_fields(api: Api) -> None:
    answer = api.staff("dora").post("/forms", json=DOORS)
    form = answer.data
    assert answer.headers["location"] == f"/api/v2/forms/{form['id']}"
    assert (form["type"], form["title"], form["instructions"]) == (
        "custom",
        "Doors and windows",
        "<p>Look at the frame</p>",
    )
    assert [(field["name"], field["position"]) for field in form["fields"]] == [
        ("door", 1),
        ("state_of_it", 2),
        ("costs", 3),
    ]
    assert field_of(form, "state_of_it")["configuration"]["choices"] == {"open": "Stands open", "shut": "Is shut"}
    rows = field_rows(api, form["id"])
    assert [row.flags for row in rows] == [0x3701, 0x3301, 0x3001]
    assert rows[1].configuration == '{"choices":"open:Stands open\\nshut:Is shut","multiselect":false}'
    assert rows[0].configuration is None
    assert api.staff("bob").get(f"/forms/{form['id']}").data == form


def test_tickets_of_a_topic_answer_the_new_form(api: Api) -> None:
    dora, uma = api.staff("dora"), api.user("uma")
    form = made(api)
    topic = dora.post("/topics", json={"name": "Door access", "forms": [form["id"]]}).data
    asked = uma.get(f"/topics/{topic['id']}/form").data
    assert "door" in asked["required"]
    assert "costs" not in asked["properties"]
    body = {"topic_id": topic["id"], "subject": "The door", "message": "It is shut"}
    assert uma.post("/tickets", body).fields == ["custom_fields.door"]
    answers = {"door": "The blue one", "state_of_it": "shut"}
    ticket = uma.post("/tickets", {**body, "custom_fields": answers})
    assert ticket.status == 201, ticket.errors
    shown = dora.get(f"/tickets/{ticket.data['id']}").data["custom_fields"]
    assert shown["door"] == "The blue one"
    assert shown["state_of_it"]["key"] == "shut"
    assert dora.delete(f"/forms/{form['id']}").status == 204
    assert dora.get(f"/topics/{topic['id']}").data["form_ids"] == [TICKET]
    kept = dora.get(f"/tickets/{ticket.data['id']}").data["custom_fields"]
    assert kept["door"] == "The blue one", "what was answered stays"


def test_all_that_is_wrong_in_a_form_is_told_at_once(api: Api) -> None:
    fields = [
        {"label": "One", "name": "door", "is_visible_to_users": False},
        {"label": "Two", "name": "DOOR"},
        {"label": "Three", "type": "list-99"},
        {"label": "Four", "type": "memo", "configuration": {"rowz": 3}},
        {"label": "Five", "configuration": {"validator": "maybe"}},
        {"label": "Six", "type": "choices", "configuration": {"choices": {"a:b": "x"}}},
        {"label": "Seven", "is_required_of_agents": True, "is_editable_by_agents": False},
    ]
    answer = api.staff("dora").post("/forms", json={"title": "Doors", "fields": [{"label": "Fine", "name": "door"}]})
    assert answer.status == 201
    answer = api.staff("dora").post(
        "/forms", json={"title": "Doors", "fields": [{"label": "x", "name": "door"}, *fields]}
    )
    assert (answer.status, answer.fields) == (
        422,
        [
            "fields.1.is_visible_to_users",
            "fields.1.name",
            "fields.2.name",
            "fields.3.type",
            "fields.4.configuration",
            "fields.5.configuration",
            "fields.6.configuration",
            "fields.7.is_required_of_agents",
        ],
    )
    assert "rows" in answer.errors[4]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"label": " "}, "label"),
        ({"label": "Door", "name": "9door"}, "name"),
        ({"label": "Door", "name": "do or"}, "name"),
        ({"label": "Door", "type": "thread"}, "type"),
        ({"label": "Door", "type": "list-x"}, "type"),
        ({"label": "Door", "type": "list-9999999999"}, "type"),
        ({"label": "😀" * 60}, "label"),
        ({"label": "Door", "hint": "😀" * 100}, "hint"),
        ({"label": "Door", "hint": "x" * 513}, "hint"),
        ({"label": "Door", "colour": "red"}, "colour"),
        ({}, "label"),
    ],
)
def test_what_is_no_field_is_refused_by_field(api: Api, body: dict[str, object], field: str) -> None:
    answer = api.staff("dora").post(f"/forms/{EQUIPMENT}/fields", json=body)
    assert (answer.status, answer.fields) == (422, [field])


def test_a_field_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    last = field_rows(api, EQUIPMENT)[-1].sort
    answer = dora.post(f"/forms/{EQUIPMENT}/fields", json={"label": "Room", "type": "list-2"})
    room = answer.data
    path = f"/forms/{EQUIPMENT}/fields/{room['id']}"
    assert answer.headers["location"] == f"/api/v2{path}"
    assert (room["name"], room["position"], room["configuration"]) == (f"field_{room['id']}", last + 1, {})
    changed = dora.patch(path, {"name": "room", "is_required_to_close": True, "configuration": {"prompt": "Where?"}})
    assert (changed.data["name"], changed.data["is_required_to_close"]) == ("room", True)
    changed = dora.patch(path, {"configuration": {"multiselect": True, "prompt": None}, "label": "Rooms"})
    assert (changed.data["configuration"], changed.data["label"]) == ({"multiselect": True}, "Rooms")
    changed = dora.patch(path, {"type": "text", "configuration": {"length": 30}})
    assert changed.data["configuration"] == {"length": 30}, "settings of another type go"
    assert dora.patch(path, {"type": "text"}, headers={"If-Match": answer.headers["etag"]}).status == 412
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_what_was_read_of_a_field_can_be_sent_back(api: Api) -> None:
    dora = api.staff("dora")
    before = field_rows(api, EQUIPMENT)
    for field in dora.get(f"/forms/{EQUIPMENT}").data["fields"]:
        path = f"/forms/{EQUIPMENT}/fields/{field.pop('id')}"
        answer = dora.patch(path, field)
        assert answer.status == 200, answer.errors
    assert field_rows(api, EQUIPMENT) == before


def test_a_field_that_was_answered_keeps_its_type_and_its_row(api: Api) -> None:
    dora = api.staff("dora")
    value = t.form_entry_values.c
    field_id = api.rows(
        select(value.field_id)
        .join(t.form_field, t.form_field.c.id == value.field_id)
        .where(t.form_field.c.form_id == EQUIPMENT, t.form_field.c.type == "text", value.value.is_not(None))
    )[0].field_id
    path = f"/forms/{EQUIPMENT}/fields/{field_id}"
    answer = dora.patch(path, {"type": "memo"})
    assert (answer.status, answer.fields, answer.errors[0]["code"]) == (409, ["type"], "in_use")
    assert answer.errors[0]["detail"]["answers"] >= 1
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404
    assert api.rows(select(t.form_field.c.form_id).where(t.form_field.c.id == field_id))[0].form_id is None


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (f"/forms/{TICKET}/fields/{SUBJECT}", {"name": "topic_line"}, "name"),
        (f"/forms/{TICKET}/fields/{SUBJECT}", {"type": "memo"}, "type"),
        (f"/forms/{USER}/fields/1", {"is_enabled": False}, "is_enabled"),
        (f"/forms/{TICKET}/fields/{SUBJECT}", {"is_required_of_users": False}, "is_required_of_users"),
    ],
)
def test_osticket_keeps_what_it_needs_of_built_in_fields(api: Api, path: str, body: Any, field: str) -> None:
    answer = api.staff("dora").patch(path, body)
    assert (answer.status, answer.fields, answer.errors[0]["code"]) == (409, [field], "fixed")


def test_built_in_fields_are_called_and_explained_as_one_likes(api: Api) -> None:
    answer = api.staff("dora").patch(f"/forms/{TICKET}/fields/{SUBJECT}", {"label": "What is it?", "hint": "Briefly"})
    assert (answer.data["label"], answer.data["hint"]) == ("What is it?", "Briefly")
    priority = api.staff("dora").patch(f"/forms/{TICKET}/fields/{PRIORITY}", {"hint": "How urgent"})
    assert priority.status == 200


def test_forms_with_a_table_get_and_lose_no_fields(api: Api) -> None:
    dora = api.staff("dora")
    for form_id in (TICKET, USER):
        answer = dora.post(f"/forms/{form_id}/fields", json={"label": "Room"})
        assert (answer.status, answer.errors[0]["code"]) == (409, "fixed")
    assert dora.delete(f"/forms/{TICKET}/fields/{SUBJECT}").status == 409
    phone = next(field for field in dora.get(f"/forms/{USER}").data["fields"] if field["name"] == "phone")
    assert dora.delete(f"/forms/{USER}/fields/{phone['id']}").status == 409
    assert dora.patch(f"/forms/{USER}/fields/{phone['id']}", {"name": "telephone"}).status == 409
    assert dora.post(f"/forms/{LIST_FORM}/fields", json={"label": "Floor", "name": "floor"}).status == 201


def test_only_forms_of_ones_own_are_deleted(api: Api) -> None:
    dora = api.staff("dora")
    for form_id in (TICKET, USER, LIST_FORM):
        assert dora.delete(f"/forms/{form_id}").errors[0]["code"] == "fixed"
    assert dora.delete(f"/forms/{EQUIPMENT}").status == 204
    assert dora.delete(f"/forms/{EQUIPMENT}").status == 404
    assert dora.post(f"/forms/{EQUIPMENT}/fields", json={"label": "Room"}).status == 404
    assert api.rows(select(t.form.c.flags).where(t.form.c.id == EQUIPMENT))[0].flags == 0x3


def test_a_form_is_called_otherwise(api: Api) -> None:
    dora = api.staff("dora")
    tag = dora.get(f"/forms/{EQUIPMENT}").headers["etag"]
    changed = dora.patch(f"/forms/{EQUIPMENT}", {"title": "Things", "instructions": None}, headers={"If-Match": tag})
    assert (changed.data["title"], changed.data["instructions"]) == ("Things", None)
    assert dora.patch(f"/forms/{EQUIPMENT}", {"title": "Stuff"}, headers={"If-Match": tag}).status == 412
    assert dora.patch(f"/forms/{EQUIPMENT}", {"title": None}).fields == ["title"]


def test_a_field_belongs_to_its_form(api: Api) -> None:
    dora = api.staff("dora")
    assert dora.get(f"/forms/{EQUIPMENT}/fields/{SUBJECT}").status == 404
    assert dora.patch(f"/forms/{EQUIPMENT}/fields/{SUBJECT}", {"label": "x"}).status == 404
    assert dora.delete(f"/forms/{EQUIPMENT}/fields/{SUBJECT}").status == 404


def test_a_dry_run_adds_no_form(api: Api) -> None:
    dora = api.staff("dora")
    effects = dora.post("/forms?dry_run=true", json=DOORS).data["effects"]
    assert [effect["kind"] for effect in effects] == ["form", "field", "field", "field"]
    assert "Doors and windows" not in {form["title"] for form in dora.get("/forms?per_page=100").data}


def test_forms_are_set_up_by_administrators(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/forms", json=DOORS).status == 403
    assert alice.post(f"/forms/{EQUIPMENT}/fields", json={"label": "Room"}).status == 403
    assert alice.delete(f"/forms/{EQUIPMENT}").status == 403


def test_settings_that_php_wrote_are_kept(api: Api) -> None:
    def unit(tx: Write) -> None:
        kept = '{"size":"16","length":"30","validator":null,"regex":"","validator-error":"","placeholder":""}'
        tx.change(update(t.form_field).where(t.form_field.c.id == SUBJECT).values(configuration=kept))

    api.write(unit)
    answer = api.staff("dora").patch(f"/forms/{TICKET}/fields/{SUBJECT}", {"configuration": {"length": 40}})
    stored = api.rows(select(t.form_field.c.configuration).where(t.form_field.c.id == SUBJECT))[0].configuration
    assert answer.data["configuration"]["length"] == 40
    assert stored == '{"size":"16","length":40,"regex":"","validator-error":"","placeholder":""}'


@pytest.mark.parametrize(
    ("off", "bits"),
    [
        (["is_required_of_agents"], 0x4000),
        (["is_editable_by_agents", "is_required_of_agents"], 0x6000),
        (["is_visible_to_users", "is_editable_by_users", "is_required_of_users"], 0x700),
    ],
)
def test_switching_options_off_leaves_every_other_bit_of_a_field(api: Api, off: list[str], bits: int) -> None:
    """Built-in fields have bits that say what is fixed, and a newer osTicket may have more."""
    built_in, newer = 0x430B1, 0x100000
    before = built_in | newer | 0x4700
    api.write(lambda tx: tx.change(update(t.form_field).where(t.form_field.c.id == PRIORITY).values(flags=before)))
    answer = api.staff("dora").patch(f"/forms/{TICKET}/fields/{PRIORITY}", dict.fromkeys(off, False))
    assert answer.status == 200, answer.errors
    (row,) = (row for row in field_rows(api, TICKET) if row.id == PRIORITY)
    assert row.flags == before & ~bits
