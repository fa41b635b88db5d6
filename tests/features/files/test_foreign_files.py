"""A file that somebody else uploaded, or that is attached out of the caller's sight, goes nowhere by its id."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from tests.fixtures.api import Answer, Api

TICKET, TASK = 26, 4
NOWHERE = 987_654
AGENTS_ONLY = FieldFlag.ENABLED | FieldFlag.AGENT_VIEW | FieldFlag.AGENT_EDIT
EVERYBODY = AGENTS_ONLY | FieldFlag.CLIENT_VIEW | FieldFlag.CLIENT_EDIT

Door = tuple[str, str, str, dict[str, Any]]
WRITTEN = {"body": "<p>See.</p>"}
OPENED = {"subject": "s", "message": "<p>m</p>", "topic_id": 1}

ATTACHMENTS: list[Door] = [
    ("staff", "POST", f"/tickets/{TICKET}/reply", WRITTEN),
    ("staff", "POST", f"/tickets/{TICKET}/note", WRITTEN),
    ("user", "POST", f"/tickets/{TICKET}/message", WRITTEN),
    ("staff", "POST", "/tickets", OPENED | {"email": "uma@acme.example"}),
    ("user", "POST", "/tickets", OPENED),
    ("staff", "POST", "/tasks", {"title": "t", "description": "d", "department_id": 1}),
    ("staff", "POST", "/tasks/{task}/reply", WRITTEN),
    ("staff", "POST", "/tasks/{task}/note", WRITTEN),
    ("staff", "POST", "/canned-responses", {"title": "New", "response": "<p>x</p>"}),
    ("staff", "PATCH", "/canned-responses/{canned}", {}),
    ("staff", "POST", "/faqs", {"question": "New?", "answer": "<p>x</p>", "category_id": 1}),
    ("staff", "PATCH", "/faqs/{faq}", {}),
]
FIELDS: list[Door] = [
    ("staff", "POST", "/tickets", OPENED | {"email": "uma@acme.example"}),
    ("user", "POST", "/tickets", OPENED),
    ("staff", "PATCH", f"/tickets/{TICKET}", {}),
    ("user", "PATCH", f"/tickets/{TICKET}", {}),
    ("staff", "POST", "/tasks", {"title": "t", "description": "d", "department_id": 1}),
    ("staff", "PATCH", "/tasks/{task}", {}),
    ("staff", "POST", "/users", {"email": "new@acme.example", "name": "New"}),
    ("staff", "PATCH", "/users/{user}", {}),
    ("user", "PATCH", "/users/me", {}),
    ("staff", "POST", "/organizations", {"name": "New Ltd"}),
    ("staff", "PATCH", "/organizations/{organization}", {}),
]


def name_of(door: Door) -> str:
    return " ".join(door[:3])


def add_field(api: Api, *, form: str, flags: FieldFlag = EVERYBODY, name: str = "photo") -> None:
    def add(tx: Any) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == form))
        tx.insert(
            t.form_field, form_id=form_id, flags=flags, type="files", label=name, name=name, sort=9,
            created=tx.now, updated=tx.now,
        )  # fmt: skip

    api.write(add)


def call(api: Api, door: Door, given: dict[str, Any]) -> Answer:
    who, method, path, body = door
    places = {
        "task": t.task.c.id,
        "canned": t.canned_response.c.canned_id,
        "faq": t.faq.c.faq_id,
        "organization": t.organization.c.id,
        "user": t.user.c.id,
    }
    for place, column in places.items():
        if f"{{{place}}}" in path:
            path = path.replace(f"{{{place}}}", str(api.rows(select(column).order_by(column).limit(1))[0][0]))
    caller = api.staff("alice") if who == "staff" else api.user("uma")
    return caller.request(method, path, json=body | given)


def said(answer: Answer) -> list[tuple[Any, ...]]:
    """What the refusal tells, but for the id."""
    return [(each["code"], each["field"], "".join(filter(str.isalpha, each["message"]))) for each in answer.errors]


def uploaded(api: Api, who: str = "dora", content: bytes = b"a secret of dora") -> int:
    return int(api.named(who).post("/files?name=secret.txt", content=content).data["id"])


@pytest.mark.parametrize("door", ATTACHMENTS, ids=name_of)
def test_somebody_elses_upload_cannot_be_attached(api: Api, door: Door) -> None:
    refused = call(api, door, {"attachments": [{"file_id": uploaded(api)}]})
    unknown = call(api, door, {"attachments": [{"file_id": NOWHERE}]})
    assert (refused.status, unknown.status) == (422, 422), refused.content
    assert said(refused) == said(unknown)
    own = uploaded(api, "alice" if door[0] == "staff" else "uma", b"its own")
    taken = call(api, door, {"attachments": [{"file_id": own}]})
    assert taken.status in (200, 201), taken.content


@pytest.mark.parametrize("door", FIELDS, ids=name_of)
def test_somebody_elses_upload_cannot_be_put_into_a_field(api: Api, door: Door) -> None:
    for form in "TUOA":
        add_field(api, form=form)
    refused = call(api, door, {"custom_fields": {"photo": [uploaded(api)]}})
    unknown = call(api, door, {"custom_fields": {"photo": [NOWHERE]}})
    assert (refused.status, unknown.status) == (422, 422), refused.content
    assert refused.fields == ["custom_fields.photo"]
    assert said(refused) == said(unknown)
    own = uploaded(api, "alice" if door[0] == "staff" else "uma", b"its own")
    taken = call(api, door, {"custom_fields": {"photo": [own]}})
    assert taken.status in (200, 201), taken.content


@pytest.mark.parametrize("given", [[{"id": 0, "name": "x"}], ["0"], "0", 0], ids=str)
def test_no_spelling_of_an_id_gets_around_it(api: Api, given: Any) -> None:
    add_field(api, form="T")
    foreign = uploaded(api)
    spelled = {str: str(foreign), int: foreign}.get(type(given))
    if isinstance(given, list):
        spelled = [{"id": foreign, "name": "x"}] if isinstance(given[0], dict) else [str(foreign)]
    answer = api.staff("alice").patch(f"/tickets/{TICKET}", {"custom_fields": {"photo": spelled}})
    assert answer.status == 422


def test_a_visitor_and_a_key_have_no_files(api: Api) -> None:
    add_field(api, form="T")
    add_field(api, form="U", name="portrait")
    foreign = uploaded(api)
    opened = OPENED | {"email": "vera@new.example", "name": "Vera", "custom_fields": {"photo": [foreign]}}
    assert api.anonymous().post("/tickets", opened).status == 422
    account = {"email": "vera@new.example", "name": "Vera", "password": "long-enough-1", "portrait": [foreign]}
    fields = {"custom_fields": {"portrait": account.pop("portrait")}}
    assert api.anonymous().post("/auth/register", account | fields).status == 422


def test_what_a_user_cannot_see_on_their_own_ticket_they_cannot_take_into_sight(api: Api) -> None:
    add_field(api, form="T", flags=AGENTS_ONLY, name="internal")
    add_field(api, form="T", name="photo")
    alice, uma = api.staff("alice"), api.user("uma")
    secret = uploaded(api, "alice", b"a secret of alice")
    assert alice.patch(f"/tickets/{TICKET}", {"custom_fields": {"internal": [secret]}}).status == 200
    noted = uploaded(api, "alice", b"a noted secret")
    alice.post(f"/tickets/{TICKET}/note", WRITTEN | {"attachments": [{"file_id": noted}]})
    for file_id in (secret, noted):
        assert uma.patch(f"/tickets/{TICKET}", {"custom_fields": {"photo": [file_id]}}).status == 422
        answer = uma.post(f"/tickets/{TICKET}/message", WRITTEN | {"attachments": [{"file_id": file_id}]})
        assert answer.status == 422


def test_what_one_sees_on_something_one_may_attach_elsewhere(api: Api) -> None:
    alice, uma = api.staff("alice"), api.user("uma")
    sent = uploaded(api, "alice", b"for uma to see")
    alice.post(f"/tickets/{TICKET}/reply", WRITTEN | {"attachments": [{"file_id": sent}]})
    again = uma.post(f"/tickets/{TICKET}/message", WRITTEN | {"attachments": [{"file_id": sent}]})
    assert again.status == 201, again.content
    stranger = api.user("ulf").post("/tickets", OPENED | {"attachments": [{"file_id": sent}]})
    assert stranger.status == 422


@pytest.mark.parametrize("spelled", ["photo", "attachments"])
def test_the_old_door_takes_no_file_by_its_id(api: Api, spelled: str) -> None:
    add_field(api, form="T")
    foreign = uploaded(api)
    key = {"apikey": "OLD00000000000000000000000000001", "ipaddr": "127.0.0.1", "isactive": True}
    api.write(lambda tx: tx.insert(t.api_key, **key, can_create_tickets=True, created=tx.now))
    ticket = {"name": "Nia", "email": "nia@fresh.example", "subject": "s", "message": "m"}
    given = {"photo": [foreign], "attachments": [{"file_id": foreign}]}[spelled]
    api.key(str(key["apikey"])).post("//api/tickets.json", ticket | {spelled: given})
    assert not api.rows(select(t.attachment.c.id).where(t.attachment.c.file_id == foreign))
