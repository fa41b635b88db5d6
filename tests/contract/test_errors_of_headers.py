"""Requests whose headers are wrong: credentials, preconditions, ranges, keys, ids."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from tests.contract.refusals import refused
from tests.fixtures.api import SIGNING_KEY, Api

pytestmark = [pytest.mark.usefixtures("unchanged"), pytest.mark.xdist_group("errors of headers")]

NOTE = "/tickets/26/note"


@pytest.mark.parametrize(
    "header",
    [b"", b"Bearer", b"Bearer ", b"Basic YWxpY2U6eA==", b"Bearer a.b.c", b"Bearer \xc3\xa9\xff",
     b"Bearer " + b"x" * 9000, b"Bearer null", b"Bearer ..", b"token"],
)  # fmt: skip
def test_a_malformed_authorization_is_unauthenticated(desk: Api, header: bytes) -> None:
    (fault,) = refused(desk.anonymous(), "GET", "/tickets", 401, headers={"Authorization": header})
    assert fault["code"] in ("unauthenticated", "token_invalid")


@pytest.mark.parametrize("key", [b"", b" ", b"x", b"\xc3\xa9", b"\xff\xfe", b"x" * 9000, b"' OR 1=1 --", b"%"])
def test_an_unknown_key_is_unauthenticated(desk: Api, key: bytes) -> None:
    refused(desk.anonymous(), "GET", "/tickets", 401, headers={"X-API-Key": key})


def test_a_bad_credential_is_refused_even_beside_a_good_one(desk: Api) -> None:
    refused(desk.staff("alice"), "GET", "/tickets", 401, headers={"X-API-Key": "unknown"})
    refused(desk.anonymous(), "GET", "//healthz", 401, headers={"Authorization": "Bearer x"})


def _token(*, key: str = SIGNING_KEY, algorithm: str = "HS256", without: str = "", **changed: Any) -> str:
    now = datetime.now(UTC)
    claims = {
        "iss": "osticket-api",
        "aud": "osticket-api",
        "sub": "staff:2",
        "sid": 0,
        "iat": now,
        "exp": now + timedelta(minutes=1),
        **changed,
    }
    claims.pop(without, None)
    return jwt.encode(claims, key if algorithm != "none" else "", algorithm=algorithm, headers={"typ": "at+jwt"})


def test_the_token_that_forgeries_are_made_of_is_good(desk: Api) -> None:
    assert desk.anonymous().get("/tickets", headers={"Authorization": f"Bearer {_token()}"}).status == 200


@pytest.mark.parametrize(
    ("forgery", "code"),
    [
        ({"algorithm": "none"}, "token_invalid"),
        ({"algorithm": "HS512"}, "token_invalid"),
        ({"key": SIGNING_KEY + "!"}, "token_invalid"),
        ({"aud": "another"}, "token_invalid"),
        ({"iss": "another"}, "token_invalid"),
        ({"without": "exp"}, "token_invalid"),
        ({"without": "sid"}, "token_invalid"),
        ({"without": "sub"}, "token_invalid"),
        ({"sub": 2}, "token_invalid"),
        ({"sid": "x"}, "token_invalid"),
        ({"sid": None}, "token_invalid"),
        ({"iat": "x"}, "token_invalid"),
        ({"exp": "x"}, "token_invalid"),
        ({"exp": 1}, "token_expired"),
        ({"nbf": 99999999999}, "token_invalid"),
        ({"sub": "staff:999"}, "signed_out"),
        ({"sub": "staff:"}, "token_invalid"),
        ({"sub": "staff:x"}, "token_invalid"),
        ({"sub": "staff:" + "9" * 30}, "token_invalid"),
        ({"sub": "root:1"}, "token_invalid"),
        ({"sid": 999}, "signed_out"),
        ({"sid": 2**70}, "token_invalid"),
    ],
)
@pytest.mark.filterwarnings("ignore:The HMAC key is")
def test_a_forged_or_outdated_token_is_unauthenticated(desk: Api, forgery: dict[str, Any], code: str) -> None:
    headers = {"Authorization": f"Bearer {_token(**forgery)}"}
    (fault,) = refused(desk.anonymous(), "GET", "/tickets", 401, headers=headers)
    assert fault["code"] == code


def test_an_outdated_token_is_told_apart(desk: Api) -> None:
    answer = desk.anonymous().get("/tickets", headers={"Authorization": f"Bearer {_token(exp=1)}"})
    assert answer.headers["www-authenticate"] == 'Bearer realm="osticket-api", error="invalid_token"'


@pytest.mark.parametrize("tag", [b"", b'""', b"x", b'W/"x"', b'"', b"a,b,,", b"\xc3\xa9", b"," * 5000, b'"*"'])
def test_a_precondition_that_names_no_present_state_is_stale(desk: Api, tag: bytes) -> None:
    alice, headers = desk.staff("alice"), {"If-Match": tag}
    (fault,) = refused(alice, "PATCH", "/tickets/26", 412, json={"source": "Other"}, headers=headers)
    assert (fault["code"], set(fault["detail"])) == ("stale", {"current"})
    refused(alice, "POST", NOTE, 412, json={"body": "x"}, headers=headers)
    assert alice.get("/tickets/26", headers={"If-None-Match": tag}).status == 200


@pytest.mark.parametrize("header", ["bytes=-0", "bytes=53-", "bytes=99999-", "bytes=1000000000000000000-"])
def test_a_range_without_a_byte_is_not_satisfiable(desk: Api, header: str) -> None:
    alice, headers = desk.staff("alice"), {"Range": header}
    (fault,) = refused(alice, "GET", "/tickets/9/attachments/1", 416, headers=headers)
    assert fault["code"] == "range_not_satisfiable"
    assert alice.get("/tickets/9/attachments/1", headers=headers).headers["content-range"] == "bytes */53"


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=-", "bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes = 0-1",
     "bytes=0-" + "9" * 5000, "bytes=" + "9" * 5000 + "-"],
)  # fmt: skip
def test_a_range_that_is_none_gets_the_whole(desk: Api, header: str) -> None:
    answer = desk.staff("alice").get("/tickets/9/attachments/1", headers={"Range": header})
    assert (answer.status, len(answer.content)) == (200, 53)


_MARKED = {"tickets": [26], "action": "mark", "parameters": {"as": "answered"}}


@pytest.mark.parametrize("key", [b"", b" ", b'""', b"x" * 256, b"\x7f", b"a\tb", b"\xc2\x80"])
@pytest.mark.parametrize("query", ["", "?dry_run=true"], ids=["done", "tried"])
def test_an_idempotency_key_that_is_none_is_malformed(desk: Api, key: bytes, query: str) -> None:
    headers = {"Idempotency-Key": key}
    for path, body in ((NOTE, {"body": "x"}), ("/tickets/bulk", _MARKED)):
        (fault,) = refused(desk.staff("alice"), "POST", path + query, 400, json=body, headers=headers)
        assert fault["code"] == "bad_request"


def test_a_refused_request_keeps_no_idempotency_key(desk: Api) -> None:
    headers = {"Idempotency-Key": "refused once"}
    refused(desk.staff("alice"), "POST", NOTE, 422, json={"title": "no body"}, headers=headers)
    refused(desk.staff("alice"), "POST", NOTE, 422, json={"body": "x", "status_id": 999}, headers=headers)


@pytest.mark.parametrize("identifier", ["a b", "../x", 'a"b', "x" * 65, "", "a\tb", "<x>", "\u00e9"])
def test_an_unsafe_request_id_is_replaced(desk: Api, identifier: str) -> None:
    answer = desk.anonymous().get("/auth/me", headers={"X-Request-ID": identifier.encode()})
    assert answer.headers["x-request-id"] == answer.meta["request_id"]
    assert len(answer.meta["request_id"]) == 32


@pytest.mark.parametrize("identifier", ["x" * 64, "7d0f0b0f-ba0c.4f5f:9a_55", "1"])
def test_a_safe_request_id_is_kept(desk: Api, identifier: str) -> None:
    answer = desk.anonymous().get("/auth/me", headers={"X-Request-ID": identifier})
    assert answer.headers["x-request-id"] == answer.meta["request_id"] == identifier


def test_a_token_that_was_good_expires_all_the_same(desk: Api) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    headers = {"Authorization": f"Bearer {_token(exp=int(soon.timestamp()))}"}
    assert desk.anonymous().get("/tickets", headers=headers).status == 200
    time.sleep(2)
    (fault,) = refused(desk.anonymous(), "GET", "/tickets", 401, headers=headers)
    assert fault["code"] == "token_expired"
