"""What is new asks, what can be changed of what is there, and answers with their labels."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from tests.features.field_permissions.narrowing import narrow
from tests.features.forms.test_answer_files import ORGANIZATION, RECORDS, TASK, TICKET, USER, Record
from tests.features.tickets.test_files_in_forms import AGENTS, EVERYBODY
from tests.fixtures.api import Api

OF_ALL = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.resource)
NEW = {USER: {"email", "name", "phone", "notes"}, TASK: {"title", "description"}, ORGANIZATION: {"name", "website"}}
GIVEN: dict[Record, dict[str, Any]] = {
    USER: {"email": "zoe@example.net", "name": "Zoe Zulu"},
    TASK: {"title": "Look", "description": "<p>Look.</p>", "department_id": 1},
    ORGANIZATION: {"name": "Beta Ltd"},
}
CHOICES = '{"choices":"red:Red\\nblue:Blue"}'


def add_choice(api: Api, record: Record, flags: FieldFlag = EVERYBODY) -> None:
    """A field `colour` at the end of the form."""

    def add(tx: Any) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == record.form))
        tx.insert(
            t.form_field, form_id=form_id, flags=flags, type="choices", label="Colour", name="colour", sort=9,
            configuration=CHOICES, created=tx.now, updated=tx.now,
        )  # fmt: skip

    api.write(add)


def form(api: Api, path: str, who: str = "alice") -> dict[str, Any]:
    answer = api.named(who).get(f"{path}/form")
    assert answer.status == 200, answer.errors
    found: dict[str, Any] = answer.data
    return found


@OF_ALL
def test_what_the_form_offers_is_taken_and_shown_with_its_label(api: Api, record: Record) -> None:
    add_choice(api, record)
    colour = form(api, record.path)["properties"]["colour"]
    assert (colour["title"], colour["oneOf"][1]) == ("Colour", {"const": "blue", "title": "Blue"})
    alice = api.staff("alice")
    assert alice.patch(record.path, {"custom_fields": {"colour": colour["oneOf"][1]["const"]}}).status == 200
    shown = alice.get(f"{record.path}?include=custom_fields").data["named_fields"]
    last = shown[-1]
    assert (last["name"], last["label"], last["type"]) == ("colour", "Colour", "choices")
    assert last["value"] == {"key": "blue", "label": "Blue"}
    assert {each["name"] for each in shown} == set(alice.get(record.path).data["custom_fields"])


@OF_ALL
def test_labels_are_there_when_asked_for_and_make_no_other_state(api: Api, record: Record) -> None:
    alice = api.staff("alice")
    plain, named = alice.get(record.path), alice.get(f"{record.path}?include=custom_fields")
    assert "named_fields" not in plain.data
    assert plain.data.items() <= named.data.items()
    changed = alice.patch(record.path, {"custom_fields": {}}, headers={"If-Match": named.headers["etag"]})
    assert changed.status != 412
    assert alice.get(f"{record.path}?include=custom_field").status == 422


@OF_ALL
def test_what_is_hidden_is_absent_and_what_is_frozen_cannot_be_set(api: Api, record: Record) -> None:
    add_choice(api, record)
    api.staff("alice").patch(record.path, {"custom_fields": {"colour": "red"}})
    rule = narrow(api, record.resource, "custom_fields.colour", "freeze", applies_to="agents")
    assert form(api, record.path)["properties"]["colour"]["readOnly"] is True
    assert "readOnly" not in form(api, record.path, "dora")["properties"]["colour"]
    assert api.staff("dora").patch(f"/field-permissions/{rule}", {"effect": "hide"}).status == 200
    assert "colour" not in form(api, record.path)["properties"]
    named = api.staff("alice").get(f"{record.path}?include=custom_fields").data["named_fields"]
    assert "colour" not in {each["name"] for each in named}


@pytest.mark.parametrize("record", NEW, ids=lambda record: record.resource)
def test_what_is_new_asks_what_it_takes(api: Api, record: Record) -> None:
    add_choice(api, record, AGENTS | FieldFlag.AGENT_REQUIRED)
    asked = form(api, record.collection)
    assert NEW[record] | {"colour"} <= set(asked["properties"])
    assert "colour" in asked["required"]
    alice, given = api.staff("alice"), GIVEN[record]
    assert alice.post(record.collection, given).fields == ["custom_fields.colour"]
    assert alice.post(record.collection, {**given, "custom_fields": {"colour": "red"}}).status == 201


def test_a_phone_number_is_frozen_and_hidden_by_its_own_name(api: Api) -> None:
    assert form(api, USER.path)["properties"]["phone"]["x-type"] == "phone"
    narrow(api, "user", "custom_fields", "hide", applies_to="agents")
    narrow(api, "user", "phone", "freeze", applies_to="agents")
    shown = form(api, USER.path)["properties"]
    assert shown["phone"]["readOnly"] is True
    assert "notes" not in shown


def test_the_role_in_the_department_limits_a_new_task(api: Api) -> None:
    add_choice(api, TASK)
    role = api.staff("alice").get("/staff/me").data["role"]["id"]
    narrow(api, "task", "custom_fields.colour", "freeze", applies_to="role", role_id=role)
    for path in ("/tasks/form?department_id=1", "/tasks/form"):
        assert api.staff("alice").get(path).data["properties"]["colour"]["readOnly"] is True
    assert "readOnly" not in api.staff("bob").get("/tasks/form?department_id=1").data["properties"]["colour"]


def test_a_description_is_asked_once(api: Api) -> None:
    assert "description" in form(api, "/tasks")["properties"]
    assert "description" not in form(api, TASK.path)["properties"]
    assert "message" not in form(api, TICKET.path)["properties"]


def test_users_are_asked_what_they_may_fill_in(api: Api) -> None:
    add_choice(api, USER, EVERYBODY & ~FieldFlag.CLIENT_EDIT)
    for path in ("/users", "/users/me"):
        asked = form(api, path, "uma")["properties"]
        assert "phone" in asked
        assert not {"notes", "colour"} & set(asked)
    assert api.anonymous().get("/users/form").data == form(api, "/users", "uma")
    uma = api.user("uma")
    api.staff("alice").patch("/users/1", {"custom_fields": {"colour": "red", "notes": "Knows a lot."}})
    shown = uma.get("/users/me?include=custom_fields").data["named_fields"]
    assert [(each["label"], each["value"]["label"]) for each in shown] == [("Colour", "Red")]


def test_visitors_are_asked_nothing_where_they_may_not_come_in(api: Api) -> None:
    def close(tx: Any) -> None:
        config = t.config.c
        tx.change(update(t.config).where(config.namespace == "core", config.key == "clients_only").values(value="1"))

    api.write(close)
    if not api.rows(select(t.config.c.id).where(t.config.c.key == "clients_only")):
        api.write(lambda tx: tx.insert(t.config, namespace="core", key="clients_only", value="1", updated=tx.now))
    api.database.caches.clear()
    assert api.anonymous().get("/users/form").status == 401
    assert api.user("uma").get("/users/form").status == 200


def test_a_user_without_a_form_is_asked_that_of_users(api: Api) -> None:
    entry, value = t.form_entry.c, t.form_entry_values.c
    of_user = select(entry.id).where(entry.object_type == "U", entry.object_id == 2)
    api.write(lambda tx: tx.change(delete(t.form_entry_values).where(value.entry_id.in_(of_user))))
    api.write(lambda tx: tx.change(delete(t.form_entry).where(entry.object_type == "U", entry.object_id == 2)))
    assert "notes" in form(api, USER.path)["properties"]
    assert api.staff("alice").patch(USER.path, {"custom_fields": {"notes": "Called."}}).status == 200


def test_a_ticket_keeps_the_forms_that_it_was_asked(api: Api) -> None:
    dora = api.staff("dora")
    given = {"email": "uma@acme.example", "subject": "A laptop", "message": "<p>Please.</p>", "topic_id": 12}
    made = dora.post("/tickets", {**given, "custom_fields": {"asset_tag": "A-17"}})
    assert made.status == 201, made.errors
    path = f"/tickets/{made.data['id']}"
    assert dora.patch(path, {"topic_id": 1}).status == 200
    assert form(api, path, "dora")["properties"]["asset_tag"]["title"] == "Asset tag"
    assert dora.patch(path, {"custom_fields": {"asset_tag": "A-18"}}).status == 200


def add_field(api: Api, record: Record, kind: str, name: str, configuration: str = "{}") -> None:
    def add(tx: Any) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == record.form))
        tx.insert(
            t.form_field, form_id=form_id, flags=EVERYBODY, type=kind, label=name.title(), name=name, sort=9,
            configuration=configuration, created=tx.now, updated=tx.now,
        )  # fmt: skip

    api.write(add)


def test_agents_and_teams_are_offered_as_far_as_the_caller_sees_them(api: Api) -> None:
    add_field(api, USER, "assignee", "keeper")

    def offered(who: str) -> dict[str, str]:
        choices = form(api, USER.path if who != "uma" else "/users/me", who)["properties"]["keeper"]["oneOf"]
        return {each["const"]: each["title"] for each in choices}

    def keep(who: str, code: str) -> Any:
        return api.named(who).patch(USER.path, {"custom_fields": {"keeper": code}})

    everybody = offered("dora")
    assert set(everybody.values()) >= {"Alice Archer", "Charlie Carter"}
    assert [code[0] for code in everybody] == sorted(code[0] for code in everybody)
    assert offered("uma") == everybody
    (charlie,) = (code for code, name in everybody.items() if name.startswith("Charlie"))
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "alice").values(permissions=_KEEPER)))
    api.database.caches.clear()
    seen = offered("alice")
    assert "Alice Archer" in seen.values()
    assert charlie not in seen
    assert keep("alice", charlie).fields == ["custom_fields.keeper"]
    assert keep("dora", charlie).status == 200


_KEEPER = '{"user.dir": 1, "user.edit": 1}'


def test_a_phone_number_is_written_as_osticket_shows_it(api: Api) -> None:
    add_field(api, USER, "phone", "desk", '{"format":""}')
    alice, given = api.staff("alice"), "555-012-3456 x12"
    answers = {"phone": given, "custom_fields": {"desk": given}}
    assert alice.patch(USER.path, answers).status == 200
    shown = alice.get(f"{USER.path}?include=custom_fields").data
    assert (shown["phone"], shown["phone_text"]) == ("5550123456X12", "(555) 012-3456 x12")
    desk = next(each for each in shown["named_fields"] if each["name"] == "desk")
    assert (desk["value"], desk["text"]) == ("5550123456X12", "5550123456 x12")
    assert alice.patch(USER.path, {"phone": shown["phone_text"]}).data["phone"] == shown["phone"]
    narrow(api, "user", "phone", "hide", applies_to="agents")
    hidden = alice.get(f"{USER.path}?include=custom_fields").data
    assert not {"phone", "phone_text"} & set(hidden)
