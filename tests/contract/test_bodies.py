"""What a body may be: its bytes, its size, the types of what is in it."""

import gzip
import json
from typing import Any

import pytest

from tests.contract.refusals import assert_envelope, refused, row_counts
from tests.fixtures.api import Api

NOTE = "/tickets/26/note"
JSON = {"Content-Type": "application/json"}
TICKET = {"subject": "One", "message": "x", "topic_id": 1}


def test_a_byte_order_mark_before_json_is_passed_over(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post(NOTE, content=b'\xef\xbb\xbf{"body": "x"}', headers=JSON).data["body"] == "x"
    payload = {"payload": b'\xef\xbb\xbf{"body": "y"}'}
    assert alice.post(NOTE, data=payload, files={"file": ("a.txt", b"x")}).data["body"] == "y"
    refused(alice, "POST", NOTE, 400, content=b'\xef\xbb\xbf\xef\xbb\xbf{"body": "x"}', headers=JSON)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x-unheard-of", "identity, gzip", "GZIP"])
@pytest.mark.parametrize("path", ["/api/v2/tickets/26/note", "/api/v2/files?name=a", "/api/tickets.json"])
def test_an_encoded_body_is_refused(api: Api, path: str, encoding: str) -> None:
    body = gzip.compress(b'{"body": "x"}')
    headers = {**JSON, "Content-Encoding": encoding}
    answer = api.staff("alice").post("/" + path, content=body, headers=headers)
    assert (answer.status, answer.headers["accept-encoding"]) == (415, "identity")


def test_a_body_that_says_it_is_plain_is_taken(api: Api) -> None:
    for encoding in ("identity", " Identity ", ""):
        headers = {**JSON, "Content-Encoding": encoding}
        assert api.staff("alice").post(NOTE, content=b'{"body": "x"}', headers=headers).status == 201


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/tickets", {**TICKET, "topic_id": "1"}, "topic_id"),
        ("POST", "/tickets", {**TICKET, "topic_id": 1.5}, "topic_id"),
        ("POST", "/tickets", {**TICKET, "topic_id": True}, "topic_id"),
        ("POST", "/tickets", {**TICKET, "topic_id": " 1 "}, "topic_id"),
        ("POST", "/tickets", {**TICKET, "user_id": "2"}, "user_id"),
        ("POST", "/tickets", {**TICKET, "collaborators": ["2"]}, "collaborators.0"),
        ("POST", "/tickets", {**TICKET, "subject": 5}, "subject"),
        ("POST", "/tickets", {**TICKET, "due_at": 1_900_000_000}, "due_at"),
        ("PATCH", "/tickets/26", {"topic_id": "1"}, "topic_id"),
        ("PATCH", "/departments/1", {"is_public": 0}, "is_public"),
        ("PATCH", "/departments/1", {"is_public": "false"}, "is_public"),
        ("PATCH", "/topics/1", {"is_active": 0}, "is_active"),
        ("PATCH", "/topics/1", {"is_active": "no"}, "is_active"),
        ("PATCH", "/topics/1", {"department_id": "1"}, "department_id"),
        ("PATCH", "/staff/2", {"is_active": 1}, "is_active"),
        ("PATCH", "/slas/1", {"grace_period": "18"}, "grace_period"),
        ("PATCH", "/teams/1", {"is_active": "1"}, "is_active"),
    ],
)
def test_only_the_right_type_is_taken(api: Api, method: str, path: str, body: Any, field: str) -> None:
    dora, before = api.staff("dora"), row_counts(api)
    faults = refused(dora, method, path, 422, json=body)
    assert [fault["field"] for fault in faults] == [field]
    assert row_counts(api) == before


def test_what_is_neither_of_two_kinds_is_named_as_it_was_sent(api: Api) -> None:
    body = {"name": "Door access", "forms": [{"disabled_field_ids": [20]}]}
    faults = refused(api.staff("dora"), "POST", "/topics", 422, json=body)
    assert [fault["field"] for fault in faults] == ["forms.0", "forms.0.id"]


def test_the_fields_of_a_form_are_texts(api: Api) -> None:
    form = {"subject": "One", "message": "x", "topic_id": "1", "email": "new@example.net", "name": "New"}
    assert api.staff("alice").post("/tickets", data=form, files={"file": ("a.txt", b"x")}).status == 201
    as_json = {"payload": json.dumps({**form, "topic_id": "1"})}
    faults = refused(api.staff("alice"), "POST", "/tickets", 422, data=as_json, files={"file": ("a.txt", b"x")})
    assert [fault["field"] for fault in faults] == ["topic_id"]


@pytest.mark.parametrize(
    ("who", "path", "kilobytes"),
    [
        ("anonymous", "/auth/login", 17),
        ("anonymous", "/auth/refresh", 17),
        ("dora", "/topics", 1100),
        ("dora", "/staff", 1100),
        ("alice", "/tickets/26/transfer", 1100),
    ],
)
@pytest.mark.parametrize("is_declared", [True, False])
def test_a_body_is_as_small_as_its_route_needs(
    api: Api, who: str, path: str, kilobytes: int, is_declared: bool
) -> None:
    block = b'{"a": "' + b"x" * kilobytes * 1024 + b'"}'
    content: Any = block if is_declared else (block[at : at + 10_000] for at in range(0, len(block), 10_000))
    (fault,) = assert_envelope(api.named(who).post(path, content=content, headers=JSON), 413)
    assert fault["code"] == "too_large"


def test_bodies_with_attachments_may_be_large(api: Api) -> None:
    attachment = {"name": "a.txt", "content": "aGlp" * 300_000}
    assert api.staff("alice").post(NOTE, {"body": "x", "attachments": [attachment]}).status == 201
    refused(api.staff("alice"), "POST", NOTE, 422, json={"body": "x" * 500_001})
    picture = f'<img src="data:image/gif;base64,{"R0lGODlhAQABAAAAACw=" * 30_000}">'
    assert api.staff("alice").post(NOTE, {"body": picture}).status == 201


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\u2028", "\u0085", "\v", "\f", "\t", "\n\n\n"])
def test_one_line_fields_hold_one_line(api: Api, break_: str) -> None:
    dora, text = api.staff("dora"), f"One{break_}two"
    ticket = dora.post("/tickets", {**TICKET, "subject": text, "email": "n@example.net", "name": text}).data
    assert (ticket["subject"], ticket["user"]["name"]) == ("One two", "One two")
    path = f"/tickets/{ticket['id']}"
    assert dora.patch(path, {"subject": f"Three{break_}four"}).data["subject"] == "Three four"
    assert dora.post(f"{path}/note", {"title": text, "body": "x"}).data["title"] == "One two"
    assert dora.post("/departments", {"name": text}).data["name"] == "One two"
    assert dora.post("/organizations", {"name": text}).data["name"] == "One two"
    assert dora.post("/users", {"name": text, "email": "m@example.net"}).data["name"] == "One two"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("filename*=UTF-8''na%C3%AFve%20plan.txt", "naïve plan.txt"),
        ("filename=\"plan.txt\"; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
        ("filename*=UTF-8'en'plan.txt; filename=\"other.txt\"", "plan.txt"),
        ("filename*=ISO-8859-1''na%EFve.txt", "naïve.txt"),
        ("filename*=utf-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        ('filename="naïve.txt"', "naïve.txt"),
        ("filename=\"a; filename*=UTF-8''b.txt\"", "a; filename*=UTF-8''b.txt"),
        ("filename*=UTF-8''%FF%FE; filename=\"plan.txt\"", "plan.txt"),
        ("filename*=x-none''plan; filename=\"plan.txt\"", "plan.txt"),
        ("filename*=unicode-escape''%5Cud800; filename=\"plan.txt\"", "plan.txt"),
        ("filename*=utf-7''%2B2AA-; filename=\"plan.txt\"", "plan.txt"),
        ('filename*=nonsense; filename="plan.txt"', "plan.txt"),
    ],
)
def test_file_names_of_forms_may_be_encoded(api: Api, disposition: str, name: str) -> None:
    form = (
        f'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nx\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; {disposition}\r\n\r\nhello\r\n--b--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    entry = api.staff("alice").post(NOTE, content=form.encode(), headers=headers).data
    assert [file["name"] for file in entry["attachments"]] == [name]
