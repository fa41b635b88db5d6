"""`python -m bench.streams`: what an open stream weighs, and how soon an event reaches all who listen.

STREAMS=10000, CALLERS=100 (sign-ins that share the streams), EVENTS=5, TICKETS=2000.
"""

import asyncio
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import httpx2

from bench.desk import DATABASE, Desk, standing
from bench.load import cpu_seconds, memory_bytes
from bench.measure import Process, server

_PASSWORD = "demo-help-desk"
_AT_ONCE = 8
_SECONDS_TO_HEAR = 60
_SPARE_FILES = 200
_NOTE = (
    "INSERT INTO ost_thread_entry (thread_id, staff_id, user_id, type, poster, source, title, body, format, "
    "ip_address, flags, created, updated) SELECT MAX(id), 1, 0, 'N', 'dora', '', '', 'x', 'html', '', 0, NOW(), NOW() "
    "FROM ost_thread WHERE object_type = 'T'"
)


@dataclass
class Listeners:
    """When each stream has heard an event, in seconds of one clock."""

    count: int
    heard: list[float] = field(default_factory=list)
    all_heard: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self) -> None:
        self.heard.append(time.monotonic())
        if len(self.heard) == self.count:
            self.all_heard.set()


class Client(asyncio.Protocol):
    """One open stream."""

    def __init__(self, listeners: Listeners, request: bytes) -> None:
        self._listeners = listeners
        self._request = request
        self.opened = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.opened.done() and (b"connected" in data or not data.startswith(b"HTTP/1.1 200 ")):
            self.opened.set_result(b"connected" in data)
        for _ in range(data.count(b"\ndata: ")):
            self._listeners.note()


def main() -> None:
    count, callers = _setting("STREAMS", 10_000), _setting("CALLERS", 100)
    _allow_files(count)
    with standing(_setting("TICKETS", 2000)) as desk, server(desk) as process:
        tokens = [_signed_in(process) for _ in range(callers)]
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")
        asyncio.run(_measure(desk, process, count, tokens))
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")


def _setting(name: str, usual: int) -> int:
    return int(os.environ.get(name, usual))


def _allow_files(count: int) -> None:
    """Raises: ValueError where the machine does not allow so many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + _SPARE_FILES), hard))


def _signed_in(process: Process) -> str:
    login = {"username": "dora", "password": _PASSWORD, "kind": "staff"}
    answer = httpx2.post(f"http://127.0.0.1:{process.port}/api/v2/auth/login", json=login, timeout=60)
    return str(answer.raise_for_status().json()["data"]["access_token"])


async def _measure(desk: Desk, process: Process, count: int, tokens: Sequence[str]) -> None:
    listeners = Listeners(count)
    warm = await _opened(process, Listeners(0), min(count, len(tokens)), tokens)
    before = memory_bytes(process.pid)
    clients = await _opened(process, listeners, count, tokens)
    print(
        f"{count} streams of {len(tokens)} sign-ins: {(memory_bytes(process.pid) - before) / count / 1024:.1f} KB each"
    )
    for client in warm:
        client.transport.close()
    print("| event | heard by | half s | all s | CPU s of the server |\n| --- | --- | --- | --- | --- |")
    for number in range(1, _setting("EVENTS", 5) + 1):
        print(f"| {number} | {await _told(desk, process, listeners)} |")
    print(f"afterwards: {(memory_bytes(process.pid) - before) / count / 1024:.1f} KB each")
    for client in clients:
        client.transport.close()


async def _opened(process: Process, listeners: Listeners, count: int, tokens: Sequence[str]) -> list[Client]:
    clients: list[Client] = []
    for start in range(0, count, _AT_ONCE):
        batch = [
            _open(process, listeners, tokens[each % len(tokens)]) for each in range(start, min(start + _AT_ONCE, count))
        ]
        clients += await asyncio.gather(*batch)
    return clients


async def _open(process: Process, listeners: Listeners, token: str) -> Client:
    request = f"GET /api/v2/stream?types=ticket.* HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    make = lambda: Client(listeners, request.encode())  # noqa: E731
    while True:
        _, client = await asyncio.get_running_loop().create_connection(make, "127.0.0.1", process.port)
        if await asyncio.wait_for(client.opened, _SECONDS_TO_HEAR):
            return client
        client.transport.close()  # The server was too busy: it answers 503, and is asked again.


async def _told(desk: Desk, process: Process, listeners: Listeners) -> str:
    """Write a note as PHP does, and wait until all have heard of it."""
    listeners.heard.clear()
    listeners.all_heard.clear()
    cpu = cpu_seconds(process.pid)
    await asyncio.to_thread(_write_note, desk)
    committed = time.monotonic()
    async with asyncio.timeout(_SECONDS_TO_HEAR):
        await listeners.all_heard.wait()
    late = sorted(moment - committed for moment in listeners.heard)
    spent = cpu_seconds(process.pid) - cpu
    return f"{len(late)} of {listeners.count} | {late[len(late) // 2]:.2f} | {late[-1]:.2f} | {spent:.2f}"


def _write_note(desk: Desk) -> None:
    with desk.server.connect() as connection, connection.cursor() as cursor:
        connection.autocommit(True)
        cursor.execute(f"USE `{DATABASE}`")
        cursor.execute(_NOTE)


if __name__ == "__main__":
    main()
