"""TERM: no new connection is taken, and what is under way is answered."""

import os
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.fixtures.api import SIGNING_KEY
from tests.fixtures.process import Process, serving
from tests.fixtures.templates import demo_on_sqlite

_LONG = 60


@pytest.mark.parametrize("command", ["serve", "serve --workers 2"])
def test_a_request_under_way_is_answered_and_no_other_is_taken(tmp_path: Path, command: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DB_DATABASE": str(demo_on_sqlite(tmp_path).copy().database),
        "JWT_SECRET": SIGNING_KEY,
        "DATA_DIR": str(tmp_path),
        "LOG_LEVEL": "error",
        "PORT": "0",
    }
    with serving(environment, tmp_path, command) as process, _begun_upload(process) as upload:
        os.kill(process.pid, signal.SIGTERM)
        _wait_until_refused(process)
        upload.sendall(b"second half")
        answer = b"".join(iter(lambda: upload.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 201 "), answer
    assert b"connection: close" in answer.lower()


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
