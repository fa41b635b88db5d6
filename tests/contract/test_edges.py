"""What stands between the network and the features: body sizes, origins, proxies, rates, headers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, func, select

from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from tests.contract.refusals import assert_envelope, refused, row_counts
from tests.fixtures.api import Answer, Api, running_api
from tests.legacy.client import client

ORIGIN = "https://desk.example.com"
KEY = "EDGEKEY0000000000000000000000001"
CLIENT = "203.0.113.9"


@pytest.fixture
def started(demo_sqlite_url: URL, tmp_path: Path) -> Any:
    """Start the application with other settings."""

    @contextmanager
    def start(**settings: Any) -> Iterator[Api]:
        with running_api(demo_sqlite_url, tmp_path, **settings) as api:
            yield api

    return start


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_body_that_is_too_large_is_refused(started: Any, is_declared: bool) -> None:
    with started(max_body_bytes=2048) as api:
        alice, before = api.staff("alice"), row_counts(api)
        block = b'{"body": "' + b"x" * 3000 + b'"}'
        headers = {"Content-Type": "application/json"}
        answer = alice.post(
            "/tickets/26/note", content=block if is_declared else (each for each in (block[:1500], block[1500:])),
            headers=headers,
        )  # fmt: skip
        (fault,) = assert_envelope(answer, 413)
        assert fault["code"] == "too_large"
        (fault,) = refused(alice, "POST", "/tickets/26/note", 413, data={"body": "x"}, files={"file": b"x" * 3000})
        assert row_counts(api) == before
        assert alice.post("/tickets/26/note", {"body": "x" * 1500}).status == 201


def test_an_upload_has_a_limit_of_its_own(started: Any) -> None:
    with started(max_body_bytes=2048, max_upload_bytes=4096) as api:
        alice = api.staff("alice")
        assert alice.post("/files?name=a.txt", content=b"x" * 3000).status == 201
        refused(alice, "POST", "/files?name=a.txt", 413, content=b"x" * 5000)


def test_pages_of_allowed_origins_may_call(started: Any) -> None:
    with started(cors_origins=ORIGIN, rate_limit_enabled=True) as api:
        preflight = {
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization, if-match",
        }
        answer = api.anonymous().request("OPTIONS", "/tickets/26", headers=preflight)
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, ORIGIN)
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        answer = api.staff("alice").get("/tickets/26", headers={"Origin": ORIGIN})
        exposed = {name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")}
        assert {"etag", "link", "location", "ratelimit", "retry-after", "x-request-id"} <= exposed
        answer = api.anonymous().get("/tickets", headers={"Origin": ORIGIN})
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (401, ORIGIN)


def test_pages_of_other_origins_may_not(started: Any) -> None:
    with started(cors_origins=ORIGIN) as api:
        answer = api.staff("alice").get("/tickets", headers={"Origin": "https://evil.example.com"})
        assert "access-control-allow-origin" not in answer.headers
        preflight = {"Origin": "https://evil.example.com", "Access-Control-Request-Method": "GET"}
        assert api.anonymous().request("OPTIONS", "/tickets", headers=preflight).status == 400
    with started() as api:
        answer = api.staff("alice").get("/tickets", headers={"Origin": ORIGIN})
        assert "access-control-allow-origin" not in answer.headers


def test_rates_are_limited_for_each_credential(started: Any) -> None:
    with started(rate_limit_enabled=True, rate_limit_requests=4, rate_limit_window=86_400) as api:
        alice, bob = api.staff("alice"), api.staff("bob")
        assert [alice.get("/auth/me").status for _ in range(6)] == [200] * 4 + [429] * 2
        assert [bob.get("/auth/me").status for _ in range(2)] == [200] * 2
        (fault,) = refused(alice, "GET", "/auth/me", 429)
        assert fault["code"] == "too_many_requests"
        answer = alice.get("/auth/me")
        assert 0 < int(answer.headers["retry-after"]) <= 86_400
        assert answer.headers["ratelimit-policy"] == '"default";q=4;w=86400'
        assert answer.headers["ratelimit"].startswith('"default";r=0;t=')
        assert (answer.headers["x-ratelimit-limit"], answer.headers["x-ratelimit-remaining"]) == ("4", "0")
        assert 0 < int(answer.headers["x-ratelimit-reset"]) - time.time() <= 86_400
        assert api.anonymous().get("//healthz").status == 200


def test_nobody_gains_by_new_bad_credentials(started: Any) -> None:
    with started(rate_limit_enabled=True, rate_limit_requests=4, rate_limit_window=86_400) as api:
        nobody = api.anonymous()
        tried = [nobody.get("/auth/me", headers={"Authorization": f"Bearer {number}"}).status for number in range(6)]
        assert tried == [401] * 4 + [429] * 2
        assert nobody.get("/nowhere", headers={"X-API-Key": "another"}).status == 429


def test_a_person_has_one_limit_for_all_their_tokens(started: Any) -> None:
    with started(rate_limit_enabled=True, rate_limit_requests=6, rate_limit_window=86_400) as api:
        tokens = [api.staff("alice") for _ in range(5)]
        answers = [each.get("/auth/me").status for _ in range(3) for each in tokens]
        assert answers.count(200) == 6
        assert api.staff("bob").get("/auth/me").status == 200


@pytest.mark.parametrize("path", ["//api/tickets-statuses.php", "//api/tickets.json"])
def test_a_key_is_counted_whatever_else_comes_with_it(started: Any, path: str) -> None:
    method = "GET" if "php" in path else "POST"
    with started(rate_limit_enabled=True, rate_limit_requests=1000, rate_limit_window=86_400) as api:
        legacy = client(api)
        api.write(lambda tx: tx.change(own.api_credential.update().values(rate_limit=3)))
        junk = [{"Authorization": f"Bearer {number}"} for number in range(4)] + [{"Cookie": "a=b"}, {}]
        statuses = [api.key(legacy.key).request(method, path, headers=each).status for each in junk]
        assert [status == 429 for status in statuses] == [False] * 3 + [True] * 3
        assert api.rows(select(func.count()).select_from(t.syslog).where(t.syslog.c.title.contains("429"))) == [(0,)]


def test_sign_ins_have_a_limit_of_their_own(started: Any) -> None:
    with started(rate_limit_enabled=True, rate_limit_sign_ins=3, rate_limit_window=86_400) as api:
        nobody = api.anonymous()
        tried = [nobody.post("/auth/login", {"username": f"u{number}", "password": "x"}) for number in range(5)]
        assert [answer.status for answer in tried] == [401] * 3 + [429] * 2
        assert tried[-1].headers["ratelimit-policy"] == '"sign-in";q=3;w=86400'
        assert nobody.get("/auth/me").status == 401


def test_an_ipv6_network_is_one_address(started: Any) -> None:
    with started(rate_limit_enabled=True, rate_limit_requests=4, trusted_proxies="127.0.0.1") as api:

        def call(address: str) -> int:
            return int(api.anonymous().get("/auth/me", headers={"X-Forwarded-For": address}).status)

        assert [call(f"2001:db8::{number}") for number in range(6)] == [401] * 4 + [429] * 2
        assert call("2001:db8:0:1::1") == 401


def test_a_counter_that_is_away_stops_nobody(started: Any) -> None:
    with started(rate_limit_enabled=True, rate_limit_requests=1, redis_url="redis://127.0.0.1:1/0") as api:
        assert [api.staff("alice").get("/auth/me").status for _ in range(3)] == [200] * 3


def _add_keys(tx: Write) -> None:
    tx.insert(t.api_key, apikey=KEY, ipaddr=CLIENT, isactive=True, can_create_tickets=True, created=tx.now)


@pytest.mark.parametrize(
    ("forwarded", "is_believed"),
    [
        ([CLIENT], True),
        ([f" {CLIENT} "], True),
        ([f"{CLIENT}:4711"], True),
        ([f"::ffff:{CLIENT}"], True),
        ([f"[::ffff:{CLIENT}]:4711"], True),
        ([f"198.51.100.1, {CLIENT}"], True),
        (["198.51.100.1", CLIENT], True),
        ([f"{CLIENT}, 10.0.0.2"], True),
        ([f"rubbish, {CLIENT}, 10.0.0.2"], True),
        ([f"{CLIENT}, 198.51.100.1"], False),
        ([CLIENT, "198.51.100.1"], False),
        ([f"{CLIENT}, unknown"], False),
        ([f"{CLIENT}, 10.0.0.2, rubbish"], False),
        ([f"{CLIENT},"], False),
        ([""], False),
        ([f"{CLIENT}%eth0"], False),
    ],
)
def test_only_known_proxies_are_believed(started: Any, forwarded: list[str], is_believed: bool) -> None:
    with started(trusted_proxies="127.0.0.1, 10.0.0.0/8") as api:
        api.write(_add_keys)
        headers = [("X-API-Key", KEY), *(("X-Forwarded-For", value) for value in forwarded)]
        status = api.client.get("/api/v2/auth/me", headers=headers).status_code
        assert status == (403 if is_believed else 401)


def test_without_known_proxies_nobody_is_believed(started: Any) -> None:
    with started() as api:
        api.write(_add_keys)
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP"):
            value = f"for={CLIENT}" if name == "Forwarded" else CLIENT
            refused(api.key(KEY), "GET", "/auth/me", 401, headers={name: value})


def test_addresses_in_answers_are_those_of_the_settings(started: Any) -> None:
    with started(app_url="https://api.example.com") as api:
        answer = api.staff("alice").get("/tickets?per_page=2", headers={"Host": "evil.example.com"})
        assert all(link.strip().startswith("<https://api.example.com/api/v2/tickets?") for link in _links(answer))
        assert api.client.get("/openapi.json").json()["servers"] == [{"url": "https://api.example.com"}]
    with started(trusted_proxies="127.0.0.1") as api:
        answer = api.staff("alice").get("/tickets?per_page=2", headers={"X-Forwarded-Proto": "https"})
        assert all(link.strip().startswith("<https://testserver/") for link in _links(answer))


@pytest.mark.parametrize(
    "host",
    [
        'a"><b',
        "a, b",
        "a>; rel=evil",
        "a b",
        "a/b",
        "a@b",
        "a\\b",
        "a%22",
        "",
        "a:port",
        "[::1",
        "-a",
        "a?b",
        "a#b",
        "é",
    ],
)
def test_a_host_that_is_none_stands_in_no_link(started: Any, host: str) -> None:
    with started() as api:
        headers = {"Host": host.encode(), **api.staff("alice").headers}
        for path in ("/tickets?per_page=2", "/tickets/9/thread?per_page=1"):
            answer = Answer(api.client.get("/api/v2" + path, headers=headers))
            assert all(link.startswith("<http://testserver:80/") for link in answer.headers["link"].split(", ")), path
        problem = api.client.get("/api/v2/nowhere", headers={**headers, "Accept": "application/problem+json"})
        assert problem.json()["type"].startswith("http://testserver:80/problems/")


@pytest.mark.parametrize("host", ["desk.example.com", "desk.example.com:8443", "10.0.0.1:80", "[2001:db8::1]:8080"])
def test_the_host_that_the_caller_names_stands_in_links(started: Any, host: str) -> None:
    with started() as api:
        answer = api.staff("alice").get("/tickets?per_page=2", headers={"Host": host})
        assert all(link.startswith(f"<http://{host}/") for link in _links(answer))


def test_the_host_that_a_known_proxy_names_stands_in_links(started: Any) -> None:
    forwarded = {"X-Forwarded-Host": "evil.example.com, desk.example.com", "X-Forwarded-Proto": "http, https"}
    with started(trusted_proxies="127.0.0.1") as api:
        answer = api.staff("alice").get("/tickets?per_page=2", headers=forwarded)
        assert all(link.startswith("<https://desk.example.com/") for link in _links(answer))
        answer = api.staff("alice").get("/tickets?per_page=2", headers={"X-Forwarded-Host": 'a"><b'})
        assert all(link.startswith("<http://testserver/") for link in _links(answer))
    with started() as api:
        answer = api.staff("alice").get("/tickets?per_page=2", headers=forwarded)
        assert all(link.startswith("<http://testserver/") for link in _links(answer))


def _links(answer: Any) -> list[str]:
    links: list[str] = answer.headers["link"].split(", ")
    assert len(links) >= 2
    return links


def test_every_answer_has_the_headers_that_protect_it(started: Any) -> None:
    with started() as api:
        alice = api.staff("alice")
        for path in ("/tickets", "/nowhere", "//docs", "//openapi.json", "//healthz", "/tickets/9/attachments/1",
                     "//docs/assets/start.js", "//problems/not_found"):  # fmt: skip
            headers = alice.get(path).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["x-frame-options"] == "DENY", path
            assert headers["referrer-policy"] == "no-referrer", path
            assert headers["x-request-id"], path
            assert "server" not in headers
            assert "x-powered-by" not in headers
        for path in ("//docs", "//problems/not_found", "/tickets/9/attachments/1"):
            assert "default-src" in alice.get(path).headers["content-security-policy"], path
        assert alice.get("/tickets").headers["cache-control"] == "private, no-cache"


def test_files_leave_as_downloads_under_harmless_names(started: Any) -> None:
    with started() as api:
        alice = api.staff("alice")

        def rename(tx: Write) -> None:
            tx.change(
                t.file.update().where(t.file.c.id == 1).values(name='a"\r\nX-Evil: 1\u202e\u00e9.html', type="a\r\nb")
            )
            tx.change(t.attachment.update().where(t.attachment.c.file_id == 1).values(name=None))

        api.write(rename)
        headers = alice.get("/tickets/9/attachments/1").headers
        assert "x-evil" not in headers
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"].startswith('attachment; filename="a___X-Evil: 1__.html"; filename*=UTF-8')
        assert headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_number_of_tickets_is_unchanged_by_head(started: Any) -> None:
    with started() as api:
        before = api.rows(select(func.count()).select_from(t.ticket))
        for path in ("/tickets", "/tickets/26", "/tickets/9/attachments/1", "//healthz"):
            answer = api.staff("alice").request("HEAD", path)
            assert (answer.status, answer.content) == (200, b""), path
        assert api.rows(select(func.count()).select_from(t.ticket)) == before
