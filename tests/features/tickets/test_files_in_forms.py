"""Files that come with the answers to a form, from somebody who cannot send files ahead."""

from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from osticket_api.kit import php_json
from tests.features.auth.test_service import set_config
from tests.features.threads.test_signed_urls import below
from tests.fixtures.api import Answer, Api

NEW = {"subject": "A laptop", "message": "<p>Please.</p>", "email": "gina@example.net", "name": "Gina", "topic_id": 1}
AGENTS = FieldFlag.ENABLED | FieldFlag.AGENT_VIEW | FieldFlag.AGENT_EDIT
EVERYBODY = AGENTS | FieldFlag.CLIENT_VIEW | FieldFlag.CLIENT_EDIT


def sent(name: str = "plan.txt", content: bytes = b"Two desks.", **more: Any) -> dict[str, Any]:
    return {"name": name, "content": b64encode(content).decode(), **more}


def add_field(api: Api, *, flags: FieldFlag = EVERYBODY, **configuration: Any) -> None:
    def add(tx: Any) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == "T"))
        tx.insert(
            t.form_field, form_id=form_id, flags=flags, type="files", label="Plans", name="plans", sort=9,
            configuration=php_json.encode(configuration), created=tx.now, updated=tx.now,
        )  # fmt: skip

    api.write(add)


def configure_messages(api: Api, **configuration: Any) -> None:
    def change(tx: Any) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == "T"))
        ours = (t.form_field.c.form_id == form_id) & (t.form_field.c.name == "message")
        tx.change(t.form_field.update().where(ours).values(configuration=php_json.encode(configuration)))

    api.write(change)


def open_ticket(api: Api, *files: Any, **more: Any) -> Answer:
    return api.anonymous().post("/tickets", {**NEW, "custom_fields": {"plans": list(files)}, **more})


def test_a_guest_sends_files_in_a_field(api: Api) -> None:
    add_field(api)
    answer = open_ticket(api, sent(), sent("map.txt", b"This way."))
    assert answer.status == 201, answer.content
    ticket = api.staff("alice").get(f"/tickets/{answer.data['id']}").data
    files = ticket["custom_fields"]["plans"]
    assert [file["name"] for file in files] == ["plan.txt", "map.txt"]
    kinds = api.rows(select(t.attachment.c.type).where(t.attachment.c.file_id.in_([file["id"] for file in files])))
    assert [row.type for row in kinds] == ["E", "E"]  # In no message: only in the field.


def test_the_same_content_keeps_the_name_that_its_sender_gave(api: Api) -> None:
    add_field(api)
    first, second = open_ticket(api, sent("a.txt")).data, open_ticket(api, sent("b.txt")).data
    names = [
        api.staff("alice").get(f"/tickets/{each['id']}").data["custom_fields"]["plans"] for each in (first, second)
    ]
    assert [[file["name"] for file in each] for each in names] == [["a.txt"], ["b.txt"]]


def test_who_sees_the_field_fetches_its_files(api: Api) -> None:
    add_field(api)
    ticket = open_ticket(api, sent(), email="uma@acme.example", name=None).data["id"]
    alice, uma = api.staff("alice"), api.user("uma")
    url = alice.get(f"/tickets/{ticket}").data["custom_fields"]["plans"][0]["url"]
    listed = alice.get("/tickets?sort=-created_at&per_page=1").data[0]
    assert listed["custom_fields"]["plans"][0]["url"] == url
    for who in (alice, uma):
        assert who.get(f"/{url}").content == b"Two desks."
    signed = uma.get(f"/tickets/{ticket}?urls=signed").data["custom_fields"]["plans"][0]["url"]
    assert api.anonymous().get(below(signed)).content == b"Two desks."
    assert (api.anonymous().get(f"/{url}").status, api.user("ulf").get(f"/{url}").status) == (401, 404)
    assert alice.get(f"/{url}".replace(f"/{ticket}/", "/26/")).status == 404
    api.write(lambda tx: tx.change(t.form_field.update().where(t.form_field.c.name == "plans").values(flags=AGENTS)))
    assert (alice.get(f"/{url}").status, uma.get(f"/{url}").status) == (200, 404)


def test_nobody_else_reads_what_a_guest_sent(api: Api) -> None:
    add_field(api)
    ticket = open_ticket(api, sent()).data
    file_id = api.staff("alice").get(f"/tickets/{ticket['id']}").data["custom_fields"]["plans"][0]["id"]
    assert api.anonymous().get(f"/files/{file_id}").status == 401
    assert api.user("uma").get(f"/files/{file_id}").status == 404
    again = open_ticket(api, file_id)
    assert (again.status, again.fields) == (422, ["custom_fields.plans"])


@pytest.mark.parametrize(
    ("configuration", "files", "message"),
    [
        ({"max": 1}, [sent(), sent("b.txt")], "at most 1"),
        ({"size": 5}, [sent()], "5 bytes"),
        ({"extensions": ".pdf"}, [sent()], "not allowed"),
        ({}, [sent(content=b"")], "empty"),
        ({}, [sent() | {"content": "%%%"}], "base64"),
        ({}, [sent() | {"content": 7}], "base64"),
        ({}, [sent(" ")], "a name"),
        ({}, [sent(key="x")], "a name"),
        ({}, [sent(str(number)) for number in range(51)], "at most 50"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_field_takes_no_more_than_osticket_lets_it(api: Api, configuration: Any, files: Any, message: str) -> None:
    add_field(api, **configuration)
    refused = open_ticket(api, *files)
    assert (refused.status, refused.fields) == (422, ["custom_fields.plans"])
    assert message in refused.errors[0]["message"]
    assert api.rows(select(t.file.c.id).where(t.file.c.name == "plan.txt")) == []


def test_a_required_field_is_answered_by_a_file_that_is_sent(api: Api) -> None:
    add_field(api, flags=EVERYBODY | FieldFlag.CLIENT_REQUIRED)
    assert open_ticket(api).errors[0]["code"] == "required"
    assert open_ticket(api, sent()).status == 201


def test_an_agent_adds_a_file_to_those_that_are_there(api: Api) -> None:
    add_field(api)
    ticket = open_ticket(api, sent()).data["id"]
    alice = api.staff("alice")
    held = alice.get(f"/tickets/{ticket}").data["custom_fields"]["plans"]
    changed = alice.patch(f"/tickets/{ticket}", {"custom_fields": {"plans": [*held, sent("b.txt", b"More.")]}})
    assert [file["name"] for file in changed.data["custom_fields"]["plans"]] == ["plan.txt", "b.txt"]


def test_a_dry_run_keeps_no_file(api: Api) -> None:
    add_field(api)
    assert api.anonymous().post("/tickets?dry_run=true", {**NEW, "custom_fields": {"plans": [sent()]}}).status == 200
    assert api.rows(select(t.file.c.id).where(t.file.c.name == "plan.txt")) == []


def test_messages_of_the_portal_take_as_many_files_as_their_field(api: Api) -> None:
    configure_messages(api, attachments=True, max=1)
    two = [sent(), sent("b.txt", b"b")]
    for who in (api.anonymous(), api.user("uma")):
        given = NEW if who.headers == {} else {"subject": "s", "message": "m"}
        refused = who.post("/tickets", {**given, "attachments": two})
        assert (refused.status, refused.errors[0]["code"]) == (422, "too_many_files"), refused.content
        assert refused.errors[0]["detail"]["max_files"] == 1
        assert who.post("/tickets", {**given, "attachments": two[:1]}).status == 201
    assert api.staff("alice").post("/tickets/26/reply", {"body": "x", "attachments": two}).status == 201


def test_the_form_says_what_can_be_attached(api: Api) -> None:
    set_config(api, "max_file_size", "2048")
    add_field(api, max=2, extensions=".pdf")
    configure_messages(api, attachments=False)
    asked = api.anonymous().get("/topics/1/form").data["properties"]
    expected = {"is_enabled": True, "max_bytes": 2048, "max_files": 2, "types": [], "extensions": ["pdf"]}
    assert asked["plans"]["x-attachments"] == expected
    assert asked["message"]["x-attachments"]["is_enabled"] is False
    assert api.staff("alice").get("/topics/1/form").data["properties"]["message"]["x-attachments"]["is_enabled"]
