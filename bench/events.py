"""`python -m bench.events`: how soon a change by PHP reaches a stream and a webhook, and what an open stream weighs.

RATE=20 (changes a second), SECONDS=20, STREAMS=1000, TICKETS=500000.
"""

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from tests.webhooks.receiving import receiving

from bench.desk import Desk, standing
from bench.load import memory_bytes
from bench.measure import Process, server

_TYPE = "ticket.note_added"
_PASSWORD = "demo-help-desk"
_NOTE = (
    "INSERT INTO ost_thread_entry (thread_id, staff_id, user_id, type, poster, source, title, body, format, "
    "ip_address, flags, created, updated) VALUES (%s, 1, 0, 'N', 'dora', '', '', 'x', 'html', '', 0, NOW(), NOW())"
)


@dataclass
class Times:
    """When each entry was committed, and when it was heard of: in seconds, by its id."""

    committed: dict[int, float] = field(default_factory=dict)
    heard: dict[str, dict[int, float]] = field(default_factory=lambda: {"stream": {}, "webhook": {}})

    def note(self, where: str, event: Any) -> None:
        self.heard[where].setdefault(event["details"]["entry_id"], time.monotonic())

    def row(self, where: str) -> str:
        heard = self.heard[where]
        late = sorted(heard[id] - at for id, at in self.committed.items() if id in heard)
        cells = [f"{late[int((len(late) - 1) * percent / 100)] * 1000:.0f}" for percent in (50, 90, 99, 100)]
        return f"| {where} | {len(late)} of {len(self.committed)} | {' | '.join(cells)} |"


def main() -> None:
    rate, seconds, streams = _setting("RATE", 20), _setting("SECONDS", 20), _setting("STREAMS", 1000)
    os.environ["WEBHOOK_ALLOWED_NETWORKS"] = "127.0.0.1"
    with standing(_setting("TICKETS", 500_000)) as desk, server(desk) as process, receiving() as receiver:
        times = Times()
        api = f"http://127.0.0.1:{process.port}/api/v2"
        headers = _signed_in(api)
        added = httpx2.post(f"{api}/webhooks", json={"url": receiver.url, "types": [_TYPE]}, headers=headers)
        webhook = added.raise_for_status().json()["data"]["id"]
        desk.wait_for_feed()
        with _listening(api, headers, times):
            _change(desk, times, rate, seconds)
            time.sleep(5)
        for received in receiver.got:
            event = received.json["data"]
            times.heard["webhook"][event["details"]["entry_id"]] = received.at
        print("| change to | heard | p50 ms | p90 | p99 | most |\n| --- | --- | --- | --- | --- | --- |")
        print(times.row("stream"), times.row("webhook"), sep="\n")
        httpx2.delete(f"{api}/webhooks/{webhook}", headers=headers).raise_for_status()  # The help desk is kept.
        print(f"an open stream: {asyncio.run(_weigh(process, headers, streams)) / 1024:.1f} KB")


def _setting(name: str, usual: int) -> int:
    return int(os.environ.get(name, usual))


def _signed_in(api: str) -> dict[str, str]:
    login = {"username": "dora", "password": _PASSWORD, "kind": "staff"}
    answer = httpx2.post(f"{api}/auth/login", json=login, timeout=60).raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}


def _change(desk: Desk, times: Times, rate: int, seconds: int) -> None:
    """Write notes as PHP does, each committed by itself, evenly."""
    with desk.server.connect() as connection, connection.cursor() as cursor:
        connection.autocommit(True)
        cursor.execute(f"USE `{desk.environment['DB_DATABASE']}`")
        cursor.execute("SELECT id FROM ost_thread WHERE object_type = 'T' ORDER BY id DESC LIMIT 500")
        threads = [row[0] for row in cursor.fetchall()]
        begun = time.monotonic()
        for number in range(rate * seconds):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            cursor.execute(_NOTE, (threads[number % len(threads)],))
            times.committed[cursor.lastrowid] = time.monotonic()


@contextmanager
def _listening(api: str, headers: dict[str, str], times: Times) -> Iterator[None]:
    """An open stream whose events are noted as they come."""
    is_open = threading.Event()

    def listen() -> None:
        with httpx2.stream("GET", f"{api}/stream?types={_TYPE}", headers=headers, timeout=None) as response:
            for line in response.iter_lines():
                is_open.set()
                if line.startswith("data: "):
                    times.note("stream", json.loads(line.removeprefix("data: ")))

    threading.Thread(target=listen, daemon=True).start()
    is_open.wait(30)
    yield


async def _weigh(process: Process, headers: dict[str, str], count: int) -> float:
    """By how many bytes the process grows with each open stream."""
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "localhost", **headers}.items())
    before = memory_bytes(process.pid)
    writers = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
        writer.write(f"GET /api/v2/stream HTTP/1.1\r\n{head}\r\n".encode())
        await reader.readuntil(b"connected")
        writers.append(writer)
    grown = memory_bytes(process.pid) - before
    for writer in writers:
        writer.close()
    return grown / count


if __name__ == "__main__":
    main()
