"""FORCE_HTTPS, and who is believed about the scheme of a request."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from osticket_api.settings import ConfigurationError, load
from tests.fixtures.api import Answer, Api, running_api

HTTPS = {"X-Forwarded-Proto": "https"}


Start = Callable[..., AbstractContextManager[Api]]


@pytest.fixture
def started(demo_sqlite_url: URL, tmp_path: Path) -> Start:
    """Starts the application with these settings."""
    return partial(running_api, demo_sqlite_url, tmp_path)


@pytest.fixture
def forced(started: Start) -> Iterator[Api]:
    with started(force_https=True, trusted_proxies="127.0.0.1") as api:
        api.client.follow_redirects = False
        yield api


def clear(api: Api, method: str, path: str, **options: Any) -> Answer:
    return Answer(api.client.request(method, path, **options))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/console", "/docs", "/api/v2/topics?fields=id&sort=-id", "/nowhere", "/a%20b/%3Fc", "//evil.example/x"]
)
def test_reading_is_sent_on_to_the_same_address(forced: Api, method: str, path: str) -> None:
    answer = clear(forced, method, f"http://testserver{path}")
    assert (answer.status, answer.content) == (308, b"")
    assert answer.headers["location"] == f"https://testserver{path}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("host", ["desk.example.com:8080", "[2001:db8::1]:8080"])
def test_port_of_http_is_left_out(forced: Api, host: str) -> None:
    answer = clear(forced, "GET", "/docs", headers={"Host": host})
    assert answer.headers["location"] == f"https://{host.rpartition(':')[0]}/docs"


def test_host_that_is_none_is_no_destination(forced: Api) -> None:
    answer = clear(forced, "GET", "/docs", headers={"Host": "evil.example\\@x"})
    assert answer.headers["location"] == "https://testserver/docs"


def test_address_of_the_settings_counts_more_than_the_host(started: Start) -> None:
    with started(force_https=True, trusted_proxies="127.0.0.1", app_url="https://desk.example.com/help") as api:
        answer = clear(api, "GET", "/docs", headers={"Host": "evil.example"}, follow_redirects=False)
        assert answer.headers["location"] == "https://desk.example.com/help/docs"


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "OPTIONS"])
def test_everything_else_is_refused(forced: Api, method: str) -> None:
    answer = clear(forced, method, "/api/v2/auth/login", json={"username": "alice", "password": "secret"})
    assert (answer.status, answer.errors[0]["code"]) == (403, "https_required")
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{"X-API-Key": "a"}, {"Authorization": "Bearer a"}, {"Cookie": "osticket-session=a"}, {"authorization": "Basic a"}],
)
def test_credential_in_clear_is_refused_and_not_sent_on(forced: Api, headers: dict[str, str]) -> None:
    answer = clear(forced, "GET", "/api/v2/tickets", headers=headers)
    assert (answer.status, answer.errors[0]["code"]) == (403, "https_required")
    assert "without encryption" in answer.errors[0]["message"]


@pytest.mark.parametrize("query", ["signature=a", "ticket=a"])
def test_credential_in_the_address_is_one_too(forced: Api, query: str) -> None:
    assert clear(forced, "GET", f"/api/v2/stream?{query}").status == 403


def test_old_endpoints_refuse_in_their_own_way(forced: Api) -> None:
    answer = clear(forced, "POST", "/api/tickets.json", headers={"X-API-Key": "a"}, json={})
    assert answer.status == 403
    assert b"https://" in answer.content


def test_over_https_all_is_as_ever_and_browsers_keep_to_it(forced: Api) -> None:
    answer = forced.staff("alice").get("/auth/me", headers=HTTPS)
    assert answer.status == 200
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert forced.anonymous().get("/nowhere", headers=HTTPS).headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_come_without_https(forced: Api, path: str) -> None:
    assert clear(forced, "GET", path).status == 200


def test_only_a_known_proxy_says_that_it_was_https(started: Start) -> None:
    with started(force_https=True, trusted_proxies="10.0.0.1") as api:
        for headers in (HTTPS, {"Forwarded": "proto=https"}, {"X-Forwarded-Ssl": "on"}, {"X-Url-Scheme": "https"}):
            assert api.staff("alice").get("/auth/me", headers=headers).status == 403
    with started() as api:
        assert "strict-transport-security" not in api.staff("alice").get("/auth/me", headers=HTTPS).headers


def test_without_a_proxy_https_cannot_be_demanded() -> None:
    with pytest.raises(ConfigurationError, match="FORCE_HTTPS needs TRUSTED_PROXIES"):
        load(_env_file=None, force_https=True)


def test_answers_that_are_no_pages_let_a_browser_do_nothing(started: Start) -> None:
    with started() as api:
        policies = {
            path: api.staff("alice").get(path).headers["content-security-policy"]
            for path in ("/tickets", "/nowhere", "//openapi.json", "//healthz", "//docs", "//console", "//portal")
        }
    assert all(policies[path].startswith("default-src 'none'; frame-ancestors") for path in list(policies)[:4])
    assert policies["//docs"].startswith("default-src 'self'; script-src 'self'")
    assert all("script-src 'self'" in policies[path] for path in ("//console", "//portal"))
    assert all("frame-ancestors 'none'" in policy and ", " not in policy for policy in policies.values())


def test_pages_of_other_origins_are_let_in_nowhere_by_default(started: Start) -> None:
    origin = {"Origin": "https://evil.example"}
    preflight = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    with started() as api:
        for path in ("/tickets", "/auth/login", "/files", "/stream", "//api/tickets.json"):
            for method, headers in (("GET", origin), ("POST", origin), ("OPTIONS", preflight)):
                answer = api.anonymous().request(method, path, headers=headers)
                assert not [name for name in answer.headers if name.startswith("access-control-")], (method, path)
    with started(cors_origins="https://desk.example.com") as api:
        answer = api.staff("alice").get("/auth/me", headers={"Origin": "https://desk.example.com"})
        assert "access-control-allow-credentials" not in answer.headers
