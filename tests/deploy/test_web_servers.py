"""nginx and Apache, each with the files of `deploy/`, hand what is ours to us and everything else to osTicket."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.routing import Mount, Route

from osticket_api.server.app import create_app
from tests.fixtures.api import settings_for_tests
from tests.fixtures.process import Process, answer_of, embedded, wait_until
from tests.fixtures.web_servers import WebServer, web_server

NOT_HANDED_ON = r"/(mail(/.*)?|metrics|[a-z]+\.php|scp/[a-z]+\.php)?"
"""What stays on this machine, and the addresses that osTicket answers itself where it runs."""
OF_OSTICKET = (
    "/",
    "/index.php",
    "/scp/index.php?a=1",
    "/api/cron.php",
    "/api/http.php/auth/oauth2",
    "/api/tickets-other.php/1.json",
    "/consoles",
    "/docs.php",
    "/readyz2",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    settings = {"TRUSTED_PROXIES": "127.0.0.1", "FORCE_HTTPS": "true", "LOG_LEVEL": "info", "LEGACY_PEOPLE": "text"}
    with embedded(tmp_path_factory.mktemp("desk"), RATE_LIMIT_ENABLED="false", **settings) as process:
        yield process


@pytest.fixture(scope="module", params=["nginx", "apache"])
def front(request: pytest.FixtureRequest, desk: Process) -> Iterator[WebServer]:
    with web_server(request.param, _port(desk)) as server:
        yield server


def _port(desk: Process) -> int:
    return int(desk.address.rpartition(":")[2])


def _ours(folder: Path) -> set[str]:
    """One address of each of our routes."""
    app = create_app(settings_for_tests(db_database=str(folder / "none.sqlite"), data_dir=folder))
    routes = (route for route in app.routes if isinstance(route, Route | Mount))
    paths = {f"{route.path}/scalar.js" if isinstance(route, Mount) else route.path for route in routes}
    asked = {re.sub(r"\{rest:path\}", "/1.json", path) for path in paths}
    return {re.sub(r"\{[^}]*\}", "1", path) for path in asked if not re.fullmatch(NOT_HANDED_ON, path)}


def test_what_is_ours_reaches_us(front: WebServer, tmp_path: Path) -> None:
    paths = _ours(tmp_path) | {"/api/http.php/tickets.json", "/api/http.php/tasks/cron", "/api/v2/none", "/docs/none"}
    assert {
        "/api/tickets.json",
        "/api/tickets-get.php/1.json",
        "/console",
        "/portal",
        "/docs/assets/scalar.js",
    } <= paths
    with front.client() as client:
        elsewhere = {path for path in paths if "x-request-id" not in client.get(path).headers}
    assert not elsewhere


def test_everything_else_reaches_osticket(front: WebServer) -> None:
    with front.client() as client:
        answers = {path: client.get(path) for path in OF_OSTICKET}
    assert {path for path, answer in answers.items() if not answer.text.startswith("osTicket ")} == set()


def test_the_address_of_a_caller_is_known_and_cannot_be_forged(front: WebServer, desk: Process, tmp_path: Path) -> None:
    given = {"X-Request-ID": f"forged-{front.https[-5:]}", "X-Forwarded-For": "203.0.113.9"}
    with front.client() as client:
        assert client.get("/readyz", headers=given).status_code == 200
    line = wait_until(lambda: _logged(desk, given["X-Request-ID"]))
    assert line["ip"] == "127.0.0.2"


def _logged(desk: Process, request_id: str) -> dict[str, Any] | None:
    """The line of a request in the log, which is written after the answer."""
    lines = (json.loads(line) for line in desk.log.read_text().splitlines() if line.endswith("}"))
    return next((line for line in lines if line.get("request_id") == request_id), None)


def test_https_is_known_from_http(front: WebServer) -> None:
    with front.client() as client:
        assert "strict-transport-security" in client.get("/docs", headers={"X-Forwarded-Proto": "http"}).headers
    sent_on = httpx2.get(f"{front.http}/docs", headers={"X-Forwarded-Proto": "https"})
    assert (sent_on.status_code, sent_on.headers["location"]) == (308, "https://127.0.0.1/docs")


@contextmanager
def signed_in(front: WebServer, username: str) -> Iterator[httpx2.Client]:
    with front.client() as client:
        login = {"username": username, "password": "demo-help-desk", "kind": "staff"}
        token = answer_of(client.post("/api/v2/auth/login", json=login))["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def test_events_arrive_when_they_happen(front: WebServer) -> None:
    note = {"body": "<p>Seen at once</p>"}
    wanted = {"types": "ticket.note_added"}
    with signed_in(front, "alice") as alice, alice.stream("GET", "/api/v2/stream", params=wanted) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(": connected")
        assert alice.post("/api/v2/tickets/25/note", json=note).status_code == 201
        assert any(line.startswith("event: ticket.note_added") for line in lines)


def test_large_uploads_go_through(front: WebServer) -> None:
    content = b"0123456789abcdef" * 200_000
    with signed_in(front, "dora") as dora:
        answer_of(dora.patch("/api/v2/settings", json={"attachments": {"max_bytes": len(content)}}))
        sent = answer_of(dora.post("/api/v2/files", params={"name": "a.txt"}, content=content))
    assert sent["size"] == len(content)


def test_connections_to_us_are_kept(front: WebServer, desk: Process) -> None:
    with front.client() as client:
        client.get("/healthz")
        before = _connections_to(_port(desk))
        for _ in range(20):
            client.get("/healthz")
    assert len(_connections_to(_port(desk)) - before) <= 1


def _connections_to(port: int) -> set[str]:
    """The connections to a port of this machine, those that ended within the last minute included."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    pairs = [line.split()[1:3] for line in lines]
    return {
        ours if theirs.endswith(f":{port:04X}") else theirs for ours, theirs in pairs if _ends_at(port, ours, theirs)
    }


def _ends_at(port: int, *ends: str) -> bool:
    return any(end.endswith(f":{port:04X}") for end in ends)
