"""What stands on the wire before the application: headers without end, requests that never end."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.fixtures.process import Process, embedded


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    directory = tmp_path_factory.mktemp("wire")
    timeouts = {"HEADER_TIMEOUT": "1", "BODY_TIMEOUT": "1", "KEEP_ALIVE_TIMEOUT": "2"}
    with embedded(directory, RATE_LIMIT_ENABLED="false", **timeouts) as process:
        yield process


def _connected(server: Process) -> socket.socket:
    address = urlsplit(server.address)
    return socket.create_connection((str(address.hostname), address.port or 80), timeout=60)


def _answer(server: Process, *blocks: bytes, pause: float = 0) -> tuple[int, bytes]:
    """What comes back, until the server closes the connection."""
    with closing(_connected(server)) as connection:
        for block in blocks:
            time.sleep(pause)
            try:
                connection.sendall(block)
            except (BrokenPipeError, ConnectionResetError):
                break
        received = b""
        try:
            while block := connection.recv(65_536):
                received += block
        except ConnectionResetError:
            pass
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]) if head else 0, body


def _code(body: bytes) -> str:
    told = json.loads(body)
    assert told["meta"].keys() == {"request_id"}
    (fault,) = told["errors"]
    return str(fault["code"])


_START = b"GET /healthz HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n"
_POST = b"POST /api/v2/auth/login HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"


def test_usual_headers_are_taken(server: Process) -> None:
    many = b"".join(b"X-H%d: %s\r\n" % (number, b"x" * 100) for number in range(90))
    assert _answer(server, _START + many + b"\r\n")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        b"X-Long: " + b"x" * 40_000 + b"\r\n\r\n",
        b"X-" + b"x" * 40_000 + b": 1\r\n\r\n",
        b"".join(b"X-H%d: 1\r\n" % number for number in range(200)) + b"\r\n",
        b"".join(b"X-H%d: %s\r\n" % (number, b"x" * 1000) for number in range(50)) + b"\r\n",
        b"X-Endless: " + b"x" * 3_000_000,
    ],
    ids=["long value", "long name", "many", "many long", "endless"],
)
def test_headers_beyond_the_limits_are_refused(server: Process, headers: bytes) -> None:
    status, body = _answer(server, _START + headers)
    assert (status, _code(body)) == (431, "headers_too_large")


@pytest.mark.parametrize("pause", [0, 0.1])
def test_headers_that_are_too_large_come_in_blocks_too(server: Process, pause: float) -> None:
    long = [b"X-Long: " + b"x" * 30_000, b"x" * 30_000, b"x" * 30_000]
    status, body = _answer(server, _START, *long, pause=pause)
    assert (status, _code(body)) == (431, "headers_too_large")


def test_trailers_without_end_are_refused(server: Process) -> None:
    chunked = _POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Trailer: "
    assert _answer(server, chunked, *[b"x" * 100_000] * 20)[0] in (0, 422, 431)
    assert _answer(server, _START + b"\r\n")[0] == 200


def test_a_long_address_is_refused(server: Process) -> None:
    status, body = _answer(server, b"GET /api/v2/tickets?q=" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: desk\r\n\r\n")
    assert (status, _code(body)) == (414, "uri_too_long")


def test_what_is_not_http_is_refused_in_the_envelope(server: Process) -> None:
    status, body = _answer(server, b"HELO mail.example.com\r\n\r\n")
    assert (status, _code(body)) == (400, "bad_request")


def test_headers_that_never_end_are_not_waited_for(server: Process) -> None:
    status, body = _answer(server, _START)
    assert (status, _code(body)) == (408, "request_timeout")
    trickle = [b"X-H%d: 1\r\n" % number for number in range(8)]
    status, body = _answer(server, _START, *trickle, pause=0.3)
    assert status in (0, 408)


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"\r\n\r\n"])
def test_a_connection_that_asks_nothing_is_closed(server: Process, sent: bytes) -> None:
    started = time.monotonic()
    status, _ = _answer(server, sent)
    assert status in (0, 408)
    assert time.monotonic() - started < 30


def test_a_body_that_never_ends_is_not_waited_for(server: Process) -> None:
    for encoding in (b"Content-Length: 1000\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"):
        started = time.monotonic()
        status, body = _answer(server, _POST + encoding)
        assert (status, _code(body)) == (408, "request_timeout")
        assert time.monotonic() - started < 30


def test_a_body_that_trickles_is_not_waited_for(server: Process) -> None:
    status, _ = _answer(server, _POST + b"Content-Length: 1000\r\n\r\n", *[b" "] * 20, pause=0.2)
    assert status in (0, 408)


def test_a_body_that_is_answered_before_its_end_is_not_waited_for(server: Process) -> None:
    started = time.monotonic()
    post = b"POST /nowhere HTTP/1.1\r\nHost: desk\r\nContent-Length: 1000\r\n\r\n{"
    assert _answer(server, post)[0] == 404
    assert time.monotonic() - started < 40


def test_half_sent_requests_hinder_nobody_and_end(server: Process) -> None:
    with ExitStack() as stack:
        half_sent = [stack.enter_context(closing(_connected(server))) for _ in range(200)]
        for number, connection in enumerate(half_sent):
            connection.sendall(_START if number % 2 else _POST + b"Content-Length: 9\r\n\r\n{")
        assert _answer(server, _START + b"\r\n")[0] == 200
        for connection in half_sent:
            assert b" 408 " in connection.recv(65_536)


def test_an_idle_connection_is_kept_as_long_as_is_set(server: Process) -> None:
    client = HTTPConnection(urlsplit(server.address).netloc, timeout=10)
    with closing(client):
        client.connect()
        first = client.sock
        for pause in (0, 1, 1):
            time.sleep(pause)
            client.request("GET", "/healthz")
            assert client.getresponse().read()
            assert client.sock is first
        started = time.monotonic()
        assert first.recv(10) == b""
        assert 1 < time.monotonic() - started < 30
