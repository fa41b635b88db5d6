"""TERM: no new connection is taken, and what is under way is answered."""

import os
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.fixtures.api import SIGNING_KEY
from tests.fixtures.process import Process, serving, wait_until
from tests.fixtures.templates import demo_on_sqlite

_LONG = 60
_COMMANDS = ["serve", "serve --workers 2"]


def _environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DB_DATABASE": str(demo_on_sqlite(folder).copy().database),
        "JWT_SECRET": SIGNING_KEY,
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "error",
        "PORT": "0",
        **more,
    }


@pytest.mark.parametrize("command", _COMMANDS)
def test_a_request_under_way_is_answered_and_no_other_is_taken(tmp_path: Path, command: str) -> None:
    """After a second's notice, which ends by itself."""
    environment = _environment(tmp_path, DRAIN_SECONDS="1")
    with serving(environment, tmp_path, command, is_cold=True) as process, _begun_upload(process) as upload:
        os.kill(process.pid, signal.SIGTERM)
        _wait_until_refused(process)
        answer = _finished(upload)
    assert answer.startswith(b"HTTP/1.1 201 "), answer
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("command", _COMMANDS)
def test_a_balancer_is_given_notice_until_a_second_term(tmp_path: Path, command: str) -> None:
    with serving(_environment(tmp_path, DRAIN_SECONDS="600"), tmp_path, command, is_cold=True) as process:
        os.kill(process.pid, signal.SIGTERM)
        wait_until(lambda: all(_readiness(process) == (503, "stopping") for _ in range(20)))
        with _begun_upload(process) as upload:
            os.kill(process.pid, signal.SIGTERM)
            _wait_until_refused(process)
            assert _finished(upload).startswith(b"HTTP/1.1 201 ")


def _readiness(process: Process) -> tuple[int, str]:
    answer = httpx2.get(f"{process.address}/readyz", timeout=_LONG)
    return answer.status_code, "" if answer.is_success else answer.json()["errors"][0]["code"]


def _finished(upload: socket.socket) -> bytes:
    """The answer to an upload whose second half is sent now."""
    upload.sendall(b"second half")
    return b"".join(iter(lambda: upload.recv(65536), b""))


def _begun_upload(process: Process) -> socket.socket:
    """A connection with half of an upload, whose body the server has begun to read."""
    with process.client("alice", "demo-help-desk") as alice:
        credential = alice.headers["Authorization"]
    upload = _connected(process)
    head = (
        "POST /api/v2/files?name=a.txt HTTP/1.1",
        "Host: desk",
        f"Authorization: {credential}",
        "Content-Type: text/plain",
        "Content-Length: 21",
        "Expect: 100-continue",
    )
    upload.sendall("\r\n".join((*head, "", "")).encode())
    assert upload.recv(65536).startswith(b"HTTP/1.1 100 ")
    upload.sendall(b"first half")
    return upload


def _connected(process: Process) -> socket.socket:
    address = urlsplit(process.address)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=_LONG)


def _wait_until_refused(process: Process) -> None:
    deadline = time.monotonic() + _LONG
    while True:
        try:
            _connected(process).close()
        except ConnectionError:
            return
        assert time.monotonic() < deadline, "connections are still taken"
        time.sleep(0.05)
