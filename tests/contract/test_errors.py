"""Requests that are wrong as such: where they go, how they are made, what their bodies are."""

from pathlib import Path

import pytest

from osticket_api.server.app import create_app
from osticket_api.web.route import HandlerRoute
from tests.contract.refusals import JSON, refused
from tests.fixtures.api import Api, settings_for_tests

pytestmark = [pytest.mark.usefixtures("unchanged"), pytest.mark.xdist_group("errors")]

NOTE = "/tickets/26/note"


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "//nowhere", "/tickets/", "/tickets/26/nowhere", "/tickets/1%2F2", "//docs/assets/none.js",
     "//docs/assets/%2e%2e/app.py", "//docs/assets/%00", "//problems/no_such_code"],
)  # fmt: skip
def test_an_unknown_place_is_not_found(desk: Api, path: str) -> None:
    (fault,) = refused(desk.staff("alice"), "GET", path, 404)
    assert fault["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/tickets", "GET, HEAD, POST"),
        ("PATCH", "/auth/login", "POST"),
        ("TRACE", "/auth/me", "GET, HEAD"),
        ("BREW", "/auth/me", "GET, HEAD"),
        ("POST", "//healthz", "GET, HEAD"),
        ("POST", "//docs", "GET, HEAD"),
        ("POST", "//openapi.json", "GET, HEAD"),
        ("POST", "//docs/assets/start.js", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(desk: Api, method: str, path: str, allowed: str) -> None:
    (fault,) = refused(desk.anonymous(), method, path, 405)
    assert fault["code"] == "method_not_allowed"
    assert desk.anonymous().request(method, path).headers["allow"] == allowed


def test_a_literal_path_has_the_methods_of_its_own_routes_alone(desk: Api, tmp_path: Path) -> None:
    settings = settings_for_tests(data_dir=tmp_path, db_database=str(tmp_path / "none.sqlite"))
    routes = [route for route in create_app(settings).routes if isinstance(route, HandlerRoute)]
    literal = {route.path for route in routes if "{" not in route.path and route.path.startswith("/api/v2/")}
    assert {"/api/v2/users/me", "/api/v2/staff/me"} <= literal
    for path in sorted(literal):
        own = {method for route in routes if route.path == path for method in route.methods or ()}
        short = path.removeprefix("/api/v2")
        answer = desk.anonymous().request("OPTIONS", short)
        assert (answer.status, answer.headers["allow"]) == (204, ", ".join(sorted(own))), path
        for method in {"DELETE", "PATCH", "POST", "PUT", "BREW"} - own:
            answer = desk.anonymous().request(method, short)
            assert (answer.status, answer.headers["allow"]) == (405, ", ".join(sorted(own))), (method, path)


def test_what_is_possible_somewhere_can_be_asked(desk: Api) -> None:
    answer = desk.anonymous().request("OPTIONS", "/tickets")
    assert (answer.status, answer.content, answer.headers["allow"]) == (204, b"", "GET, HEAD, POST")
    refused(desk.anonymous(), "OPTIONS", "/nowhere", 404)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b"  ", "malformed_json"),
        (b"hello", "malformed_json"),
        (b'{"body": ', "malformed_json"),
        (b'{"body": "x",}', "malformed_json"),
        (b'{"body": "x"} {}', "malformed_json"),
        (b"{'body': 'x'}", "malformed_json"),
        (b'{"body": "a\nb"}', "malformed_json"),
        (b'{"body": "\xff"}', "malformed_json"),
        (b"\xef\xbb\xbf", "malformed_json"),
        ('{"body": "x"}'.encode("utf-16"), "malformed_json"),
        (b"[]", "malformed_json"),
        (b"null", "malformed_json"),
        (b"7", "malformed_json"),
        (b'{"body": "x", "status_id": NaN}', "malformed_json"),
        (b'{"body": "x", "status_id": -Infinity}', "malformed_json"),
        (b'{"body": "x", "status_id": 1e999}', "malformed_json"),
        (b'{"body": "x", "status_id": 9223372036854775808}', "malformed_json"),
        (b'{"body": "x", "status_id": ' + b"9" * 5000 + b"}", "malformed_json"),
        (b'{"body": "x", "body": "y"}', "duplicate_key"),
        (b'{"body": "x", "attachments": [{"name": "a", "name": "b"}]}', "duplicate_key"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "too_deep"),
        (b'{"body":' + b"[" * 32 + b"]" * 32 + b"}", "too_deep"),
    ],
)
def test_a_body_that_is_no_strict_json_object_is_malformed(desk: Api, body: bytes, code: str) -> None:
    (fault,) = refused(desk.staff("alice"), "POST", NOTE, 400, content=body, headers=JSON)
    assert fault["code"] == code


def test_a_body_may_be_as_deep_as_is_said(desk: Api) -> None:
    body = b'{"body":' + b"[" * 31 + b"]" * 31 + b"}"
    (fault,) = refused(desk.staff("alice"), "POST", NOTE, 422, content=body, headers=JSON)
    assert fault["field"] == "body"


def test_an_endless_number_of_keys_is_refused(desk: Api) -> None:
    body = {str(number): 0 for number in range(1001)}
    (fault,) = refused(desk.staff("alice"), "POST", NOTE, 400, json=body)
    assert fault["code"] == "too_many_keys"
    body.pop("0")
    faults = refused(desk.staff("alice"), "POST", NOTE, 422, json=body)
    assert len(faults) == 100


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_unsupported(desk: Api, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    (fault,) = refused(desk.staff("alice"), "POST", NOTE, 415, content=b'{"body": "x"}', headers=headers)
    assert fault["code"] == "unsupported_media_type"


def test_a_form_is_unsupported_where_no_files_are_taken(desk: Api) -> None:
    refused(desk.staff("alice"), "PATCH", "/tickets/26", 415, files={"file": b"x"})


def _form(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + end


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"--b\r\n\r\nno disposition\r\n--b--\r\n",
        _form(b'name="body"\r\n\r\ncut off', end=b""),
        _form(b'name="body"\r\n\r\nwhole', b'name="file"; filename="a.txt"\r\n\r\ncut off', end=b""),
        _form(b'name="body"\r\n\r\nnot \xff UTF-8'),
        _form(b'name="body"\r\n\r\nx', b'name="file"; filename="\xff.txt"\r\n\r\nx'),
    ],
)
def test_a_broken_form_is_malformed(desk: Api, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    (fault,) = refused(desk.staff("alice"), "POST", NOTE, 400, content=body, headers=headers)
    assert fault["code"] == "malformed_form"


@pytest.mark.parametrize(
    "parameters", ["", "; boundary=", "; boundary=" + "b" * 5000, "; boundary=x; charset=utf-7", "; charset=hex"]
)
def test_a_form_that_does_not_fit_its_header_is_malformed(desk: Api, parameters: str) -> None:
    headers = {"Content-Type": "multipart/form-data" + parameters}
    (fault,) = refused(desk.staff("alice"), "POST", NOTE, 400, content=_form(b'name="body"\r\n\r\nx'), headers=headers)
    assert fault["code"] == "malformed_form"


def test_a_form_has_a_limited_number_of_parts(desk: Api) -> None:
    alice = desk.staff("alice")
    files = [("attachments", (f"{number}.txt", b"x")) for number in range(51)]
    (fault,) = refused(alice, "POST", NOTE, 400, data={"body": "x"}, files=files)
    assert "50" in fault["message"]
    fields = {f"field{number}": "x" for number in range(201)}
    (fault,) = refused(alice, "POST", NOTE, 400, data=fields, files=files[:1])
    assert "200" in fault["message"]


def test_the_fields_of_a_form_are_checked_as_those_of_json(desk: Api) -> None:
    alice, one_file = desk.staff("alice"), {"file": ("a.txt", b"x")}
    (fault,) = refused(alice, "POST", NOTE, 422, data={"body": "x", "titel": "y"}, files=one_file)
    assert (fault["code"], fault["field"]) == ("unknown_field", "titel")
    (fault,) = refused(alice, "POST", NOTE, 422, data={"body": "a\0b"}, files=one_file)
    assert fault["field"] == "body"
    (fault,) = refused(alice, "POST", NOTE, 422, data={"payload": '{"body": "x"}', "title": "y"}, files=one_file)
    assert fault["field"] == "title"
    (fault,) = refused(alice, "POST", NOTE, 400, data={"payload": "[]"}, files=one_file)
    assert fault["code"] == "malformed_json"
    twice = [("body", (None, "x")), ("body", (None, "y"))]
    (fault,) = refused(alice, "POST", NOTE, 400, files=twice)
    assert fault["code"] == "duplicate_key"
    form = _form(b'name="body"\r\n\r\nx', b'name="file"; filename="a\0.txt"\r\n\r\nx')
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    (fault,) = refused(alice, "POST", NOTE, 422, content=form, headers=headers)
    assert fault["code"] == "invalid"
