"""The files in what tickets, tasks, users and organizations have answered: who sees the answer fetches them."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from tests.events.listening import Listening
from tests.features.auth.test_ticket_access import SALT, guest, token_for
from tests.features.field_permissions.narrowing import key_of, narrow
from tests.features.threads.test_signed_urls import below
from tests.features.tickets.test_files_in_forms import AGENTS, EVERYBODY, sent
from tests.fixtures.api import Api, Caller

TEXT = b"Two desks."


@dataclass(frozen=True)
class Record:
    """Something that answers a form, and another one of its kind."""

    resource: str
    form: str
    path: str
    other: str
    stranger: str
    """An agent or a user who does not see it."""

    @property
    def collection(self) -> str:
        return self.path.rpartition("/")[0]


TICKET = Record("ticket", "T", "/tickets/26", "/tickets/9", "charlie")
TASK = Record("task", "A", "/tasks/1", "/tasks/2", "charlie")
USER = Record("user", "U", "/users/2", "/users/1", "ulf")
ORGANIZATION = Record("organization", "O", "/organizations/1", "/organizations/2", "ulf")
RECORDS = (TICKET, TASK, USER, ORGANIZATION)
PEOPLE = (USER, ORGANIZATION)


@pytest.fixture(params=RECORDS, ids=lambda record: record.resource)
def record(request: pytest.FixtureRequest) -> Record:
    found: Record = request.param
    return found


def add_field(api: Api, record: Record, name: str = "plans", flags: FieldFlag = EVERYBODY) -> None:
    def add(tx: Any) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == record.form))
        tx.insert(
            t.form_field, form_id=form_id, flags=flags, type="files", label=name.title(), name=name, sort=9,
            configuration="{}", created=tx.now, updated=tx.now,
        )  # fmt: skip

    api.write(add)


def answer_with(api: Api, record: Record, name: str = "plans") -> dict[str, Any]:
    """The file that an agent has put into the field, as it is shown."""
    answer = api.staff("alice").patch(record.path, {"custom_fields": {name: [sent(f"{name}.txt", TEXT)]}})
    assert answer.status == 200, answer.content
    file: dict[str, Any] = answer.data["custom_fields"][name][0]
    return file


def shown_in(data: Any, name: str = "plans") -> str:
    address: str = data["custom_fields"][name][0]["url"]
    return address


def path_of(record: Record, file: dict[str, Any]) -> str:
    return f"{record.path}/files/{file['id']}"


def test_who_sees_the_record_fetches_its_files(api: Api, record: Record) -> None:
    add_field(api, record)
    file = answer_with(api, record)
    assert file == {"id": file["id"], "name": "plans.txt", "url": f"/api/v2{path_of(record, file)}"}
    alice = api.staff("alice")
    fetched = alice.get(f"/{file['url']}")
    assert (fetched.status, fetched.content) == (200, TEXT)
    assert "plans.txt" in fetched.headers["content-disposition"]
    assert shown_in(alice.get(record.path).data) == file["url"]


def test_lists_and_the_feed_have_the_addresses_too(api: Api, record: Record) -> None:
    add_field(api, record)
    alice, record_id = api.staff("alice"), int(record.path.rpartition("/")[2])
    heard_by, since = Listening(api), alice.get("/changes").meta["next_cursor"]
    file = answer_with(api, record)
    heard_by.settle()
    listed = alice.get(f"{record.collection}?per_page=100").data
    heard = [each["data"] for each in alice.get(f"/changes?since={since}&kinds={record.resource}s").data]
    for shown in (listed, heard):
        assert [shown_in(each) for each in shown if each["id"] == record_id] == [file["url"]]


def test_nobody_else_fetches_them(api: Api, record: Record) -> None:
    add_field(api, record)
    path = path_of(record, answer_with(api, record))
    assert api.anonymous().get(path).status == 401
    refused = api.named(record.stranger).get(path)
    assert refused.status == 404
    assert refused.errors == api.named(record.stranger).get(f"{record.path}/files/999").errors


def test_a_file_of_another_record_is_not_there(api: Api, record: Record) -> None:
    add_field(api, record)
    file = answer_with(api, record)
    dora = api.staff("dora")
    other = record.other
    if record is ORGANIZATION:  # The sample help desk has but one.
        other = f"/organizations/{dora.post('/organizations', {'name': 'Beta Ltd'}).data['id']}"
    assert (dora.get(other).status, dora.get(path_of(record, file)).status) == (200, 200)
    assert dora.get(f"{other}/files/{file['id']}").status == 404
    uploaded = dora.post("/files?name=a.txt", content=b"Nobody's yet.").data["id"]
    assert dora.get(f"{record.path}/files/{uploaded}").status == 404
    assert dora.get(f"{record.path}/files/0").status == 404


def test_a_file_that_is_taken_out_of_the_answer_is_not_there(api: Api, record: Record) -> None:
    add_field(api, record)
    path, alice = path_of(record, answer_with(api, record)), api.staff("alice")
    assert alice.patch(record.path, {"custom_fields": {"plans": None}}).status == 200
    assert alice.get(path).status == 404


def test_what_was_read_can_be_sent_back(api: Api, record: Record) -> None:
    add_field(api, record)
    file, alice = answer_with(api, record), api.staff("alice")
    held = alice.get(f"{record.path}?urls=signed").data["custom_fields"]["plans"]
    changed = alice.patch(record.path, {"custom_fields": {"plans": [*held, sent("more.txt", b"More.")]}})
    assert [each["name"] for each in changed.data["custom_fields"]["plans"]] == ["plans.txt", "more.txt"]
    assert changed.data["custom_fields"]["plans"][0] == file


def test_a_signed_address_needs_no_header(api: Api, record: Record) -> None:
    add_field(api, record)
    file, alice = answer_with(api, record), api.staff("alice")
    plain, signed = alice.get(record.path), alice.get(f"{record.path}?urls=signed")
    address = below(shown_in(signed.data))
    assert api.anonymous().get(address).content == TEXT
    assert address.startswith(f"/{file['url']}?signature=")
    for wrong in (f"{address}x", address.replace(record.path, record.other)):
        assert api.anonymous().get(wrong).status == 401
    assert alice.get(f"{record.path}?urls=other").fields == ["urls"]
    # The ETag of either is good for a change.
    for tag in (plain.headers["etag"], signed.headers["etag"]):
        assert alice.patch(record.path, {"custom_fields": {}}, headers={"If-Match": tag}).status == 200


def test_a_signed_address_ends_with_the_sign_in(api: Api, record: Record) -> None:
    add_field(api, record)
    answer_with(api, record)
    signed_in = api.anonymous().post("/auth/login", {"username": "alice", "password": "demo-help-desk"}).data
    alice = Caller(api, {"Authorization": f"Bearer {signed_in['access_token']}"})
    address = below(shown_in(alice.get(f"{record.path}?urls=signed").data))
    assert api.anonymous().get(address).status == 200
    assert alice.post("/auth/logout", {"refresh_token": signed_in["refresh_token"]}).status in (200, 204)
    assert api.anonymous().get(address).status == 401


@pytest.mark.parametrize("hidden", ["custom_fields.plans", "custom_fields"])
def test_a_hidden_field_serves_no_file(api: Api, record: Record, hidden: str) -> None:
    add_field(api, record)
    file, alice = answer_with(api, record), api.staff("alice")
    address = below(shown_in(alice.get(f"{record.path}?urls=signed").data))
    narrow(api, record.resource, hidden, "hide", applies_to="agents")
    shown = alice.get(f"{record.path}?urls=signed").data
    assert "plans" not in shown.get("custom_fields", {})
    assert alice.get(path_of(record, file)).status == 404
    assert api.anonymous().get(address).status == 404
    assert api.staff("dora").get(path_of(record, file)).status == 200


def test_a_file_in_a_hidden_field_cannot_be_put_into_another_one(api: Api, record: Record) -> None:
    add_field(api, record)
    add_field(api, record, "secret")
    file, alice = answer_with(api, record, "secret"), api.staff("alice")
    narrow(api, record.resource, "custom_fields.secret", "hide", applies_to="agents")
    refused = alice.patch(record.path, {"custom_fields": {"plans": [file["id"]]}})
    assert (refused.status, refused.fields) == (422, ["custom_fields.plans"])
    missing = alice.patch(record.path, {"custom_fields": {"plans": [999_999]}})
    assert refused.errors[0]["message"].replace(str(file["id"]), "999999") == missing.errors[0]["message"]


def test_a_file_that_users_do_not_see_cannot_be_put_where_they_do(api: Api) -> None:
    add_field(api, USER)
    add_field(api, USER, "unseen", AGENTS | FieldFlag.CLIENT_EDIT)
    file, ugo = answer_with(api, USER, "unseen"), api.user("ugo")
    refused = ugo.patch("/users/me", {"custom_fields": {"plans": [file["id"]]}})
    assert (refused.status, refused.fields) == (422, ["custom_fields.plans"])


@pytest.mark.parametrize("record", PEOPLE, ids=lambda record: record.resource)
def test_users_fetch_what_they_are_shown_of_themselves_and_their_organization(api: Api, record: Record) -> None:
    add_field(api, record)
    add_field(api, record, "internal", AGENTS)
    file, internal = answer_with(api, record), answer_with(api, record, "internal")
    uma = api.user("uma")
    shown = uma.get(f"{record.path}?urls=signed").data
    assert set(shown["custom_fields"]) >= {"plans"}
    assert "internal" not in shown["custom_fields"]
    assert uma.get(path_of(record, file)).content == TEXT
    assert api.anonymous().get(below(shown_in(shown))).content == TEXT
    assert uma.get(path_of(record, internal)).status == 404
    # A member who is no primary contact sees themselves alone.
    assert api.user("ugo").get(path_of(record, file)).status == (200 if record is USER else 404)


def test_users_have_signed_addresses_in_their_own_profile(api: Api) -> None:
    add_field(api, USER)
    changed = api.user("ugo").patch("/users/me", {"custom_fields": {"plans": [sent("me.txt", TEXT)]}})
    assert changed.status == 200, changed.content
    assert shown_in(changed.data).startswith("/api/v2/users/2/files/")
    signed = below(shown_in(api.user("ugo").get("/users/me?urls=signed").data))
    assert api.anonymous().get(signed).content == TEXT
    assert api.user("ulf").get(shown_in(changed.data).removeprefix("/api/v2")).status == 404


@pytest.mark.parametrize("record", [TASK, *PEOPLE], ids=lambda record: record.resource)
def test_neither_guests_nor_keys_that_do_not_see_the_record_fetch_its_files(
    api: Api, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_field(api, record)
    path = path_of(record, answer_with(api, record))
    monkeypatch.setattr(api.database, "secret_salt", SALT)
    assert guest(api, token_for(api, 26, 1)).get(path).status == 403
    reads_nothing, _ = key_of(api, "stats.read", staff_id=2)
    of_nobody, _ = key_of(api, "tickets.read", "users.read")
    reads_both, _ = key_of(api, "tickets.read", "users.read", staff_id=2)
    assert [each.get(path).status for each in (reads_nothing, of_nobody, reads_both)] == [403, 403, 200]
    assert reads_both.get(f"{record.path}?urls=signed").fields == ["urls"]
