"""The server as a process: what it logs, and how it meets clients that do not keep to HTTP."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.fixtures.api import SIGNING_KEY
from tests.fixtures.process import Process, serving
from tests.fixtures.templates import Template

pytestmark = pytest.mark.xdist_group("process")

SECRETS = ("demo-help-desk", "wrong-password", "SECRETKEY", "secret-query", "secret-body", "secret-cookie", "eyJ")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("process")


@pytest.fixture(scope="module")
def process(demo_sqlite: Template, directory: Path) -> Iterator[Process]:
    environment = {
        "PATH": os.environ["PATH"],
        "DB_CONNECTION": "sqlite",
        "DB_DATABASE": str(demo_sqlite.copy().database),
        "JWT_SECRET": SIGNING_KEY,
        "DATA_DIR": str(directory),
        "MAX_BODY_BYTES": "65536",
        "PORT": "0",
    }
    with serving(environment, directory, is_cold=True) as process:
        yield process


def _lines(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (directory / "log").read_text().splitlines()]


def _wait_for_line(directory: Path, request_id: str) -> None:
    """A line may be written just after its answer has been read."""
    deadline = time.monotonic() + 10
    while not any(line.get("request_id") == request_id for line in _lines(directory)):
        assert time.monotonic() < deadline, "the log has no line for the last request"
        time.sleep(0.01)


def test_the_log_has_a_line_for_each_request_and_no_secrets(process: Process, directory: Path) -> None:
    with process.client("alice", "demo-help-desk") as alice:
        answers = [
            alice.get("/tickets?q=secret-query", headers={"Cookie": "OSTSESSID=secret-cookie"}),
            alice.post("/tickets/26/note", json={"body": "secret-body"}),
            alice.post("/tickets/26/note", json={"secret-body": "secret-body"}),
            alice.get("/tickets", headers={"X-API-Key": "SECRETKEY"}),
            alice.post("/auth/login", json={"username": "alice", "password": "wrong-password"}),
            alice.get("/no%0Awhere"),
        ]
    assert [answer.status_code for answer in answers] == [200, 201, 422, 401, 401, 404]
    _wait_for_line(directory, answers[-1].headers["x-request-id"])
    log = (directory / "log").read_text()
    assert not [secret for secret in SECRETS if secret in log]
    lines = {line["request_id"]: line for line in _lines(directory) if line["event"] == "request"}
    for answer in answers:
        line = lines.pop(answer.headers["x-request-id"])
        assert line["status"] == answer.status_code
        assert line["method"] == answer.request.method
        assert line["duration_ms"] > 0
        assert line["ip"] == "127.0.0.1"
        assert line["timestamp"].endswith("Z")
    assert line["path"] == "/api/v2/no\nwhere"
    assert all(other["path"] in ("/readyz", "/api/v2/auth/login") for other in lines.values())
    assert _lines(directory)[-6]["caller"] == "staff:2"


@contextmanager
def _connected(process: Process) -> Iterator[socket.socket]:
    place = urlsplit(process.address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        yield connection


def _answer(connection: socket.socket) -> bytes:
    """The first line and the body of what comes back."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
    return head.partition(b"\r\n")[0] + body


def _head(*headers: str) -> bytes:
    lines = ["POST /api/v2/auth/login HTTP/1.1", "Host: x", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_chunked_body_is_counted_as_it_comes(process: Process) -> None:
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    with _connected(process) as connection:
        connection.sendall(_head("Transfer-Encoding: chunked") + chunk * 5)
        answer = _answer(connection)
        assert answer.startswith(b"HTTP/1.1 413 "), answer
        assert b'"code":"too_large"' in answer
        connection.sendall(chunk * 50 + b"0\r\n\r\n" + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert _answer(connection).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_says_it_is_too_large_is_not_waited_for(process: Process) -> None:
    with _connected(process) as connection:
        connection.sendall(_head("Content-Length: 999999999"))
        assert _answer(connection).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_ends_early_harms_nobody(process: Process) -> None:
    with _connected(process) as connection:
        connection.sendall(_head("Content-Length: 100") + b'{"username":')
    assert httpx2.get(f"{process.address}/healthz").status_code == 200


@pytest.mark.parametrize("noise", [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
def test_noise_is_no_request(process: Process, noise: bytes) -> None:
    with _connected(process) as connection:
        connection.sendall(noise)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")
    assert httpx2.get(f"{process.address}/healthz").status_code == 200
