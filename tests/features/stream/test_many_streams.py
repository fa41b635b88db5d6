"""Open streams on a real server: what one weighs, and that nothing is left of those who leave."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.fixtures.process import Process, embedded_environment, serving

STREAMS, MOST_BYTES = 200, 14 * 1024
TICKET = 26


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server whose memory is its own from the start."""
    directory = tmp_path_factory.mktemp("streams")
    with serving(
        embedded_environment(directory, RATE_LIMIT_ENABLED="false"), directory, "demo", is_cold=True
    ) as process:
        yield process


@pytest.fixture(scope="module")
def dora(server: Process) -> Iterator[httpx2.Client]:
    with server.client("dora", "demo-help-desk") as client:
        yield client


def opened(server: Process, dora: httpx2.Client) -> socket.socket:
    """A client that has opened a stream, and has read that it is connected."""
    address = urlsplit(server.address)
    client = socket.create_connection((str(address.hostname), address.port or 80), timeout=30)
    path, token = "/api/v2/stream?types=ticket.note_added", dora.headers["Authorization"]
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: desk\r\nAuthorization: {token}\r\n\r\n".encode())
    received = b""
    while b"connected" not in received:
        received += client.recv(65_536)
    return client


def heard_by(client: socket.socket) -> bytes:
    """The first event that comes."""
    received = b""
    while (found := re.search(rb"data: (.+)\n\n", received)) is None:
        received += client.recv(65_536)
    return found[1]


def open_streams(server: Process) -> int:
    shown = httpx2.get(f"{server.address}/metrics").text
    return int(float(re.search(r"^osticket_api_open_streams (\S+)$", shown, re.MULTILINE)[1]))  # type: ignore[index]


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_open_stream_weighs_little_and_all_hear_alike(server: Process, dora: httpx2.Client) -> None:
    with ExitStack() as stack:
        for _ in range(20):  # What is made once is made before.
            stack.enter_context(closing(opened(server, dora)))
        clients, weights = [], []
        for _ in range(2):  # Jobs of a server that has just started need memory besides, once.
            before = server.memory_bytes
            clients += [stack.enter_context(closing(opened(server, dora))) for _ in range(STREAMS)]
            weights.append((server.memory_bytes - before) / STREAMS)
        assert min(weights) < MOST_BYTES
        assert open_streams(server) == 2 * STREAMS + 20
        dora.post(f"/tickets/{TICKET}/note", json={"body": "<p>x</p>"}).raise_for_status()
        heard = {heard_by(client) for client in clients}
    assert len(heard) == 1
    assert b'"type":"ticket.note_added"' in heard.pop()
    wait_until(lambda: open_streams(server) == 0)
