"""`python -m bench.beside_mails`: what mail costs the requests of a process that makes and sends it too.

On a private MariaDB. What counts is the CPU time of the one thread that does both: that of a reply with and without
mail, and all that passes between a request and its answer, beside a queue of MAILS mails and beside none.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

from starlette.applications import Starlette
from tests.fixtures.api import SIGNING_KEYS, settings_for_tests
from tests.fixtures.mariadb import Server, running

from bench.mails import prepare, sink
from osticket_api.access import tokens
from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.embedded import NewDesk, add_demo, create
from osticket_api.features.files.api import read_all
from osticket_api.kit.clock import system_clock
from osticket_api.mail.delivery import MailWorker
from osticket_api.server.app import create_app
from osticket_api.settings import Settings

_DATABASE = "mails"
_SECONDS = 5.0
_REPLIES, _ROUNDS = 20, 30
_PAUSES = {"at once": 0.0, "20 times a second": 0.05}


def main() -> None:
    count = int(os.environ.get("MAILS", "600"))
    with running() as server, sink() as port, TemporaryDirectory() as directory:
        asyncio.run(_measure(server, port, count, Path(directory)))


async def _measure(server: Server, port: int, count: int, directory: Path) -> None:
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE `{_DATABASE}` CHARACTER SET utf8mb3")
    t.use_prefix("ost_")
    database = Database(server.url(_DATABASE))
    await create(database, NewDesk())
    await add_demo(database)
    await database.write(own.migrate)
    settings = settings_for_tests(data_dir=directory, mail="send")
    app = create_app(settings, database, runs_jobs=False)
    async with app.router.lifespan_context(app):
        await _compare_replies(app, database)
        await database.write(prepare, port, 0)
        await MailWorker(database, settings, read_all).step()
        for name, pause in _PAUSES.items():
            await _compare_beside(app, database, settings, port, count, name, pause)
    await database.close()


async def _compare_replies(app: Starlette, database: Database) -> None:
    """Replies in turns with mail and without; of each, the faster half."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for number in range(_ROUNDS):
        for keeps in (True, False) if number % 2 else (False, True):
            database.keeps_mail = keeps
            began = time.thread_time()
            for _ in range(_REPLIES):
                await ask(app, "POST", "/tickets/26/reply", {"body": "<p>Soon.</p>"})
            found[keeps].append((time.thread_time() - began) / _REPLIES)
    database.keeps_mail = True
    with_mail, without = (mean(sorted(found[keeps])[: _ROUNDS // 2]) for keeps in (True, False))
    print(
        f"a reply: {with_mail * 1000:.2f} ms with mail, {without * 1000:.2f} ms without: {with_mail / without - 1:+.1%}"
    )


async def _compare_beside(
    app: Starlette, database: Database, settings: Settings, port: int, count: int, name: str, pause: float
) -> None:
    idle = await _read_for(app, _SECONDS, pause)
    await database.write(prepare, port, count, account=False)
    began = time.monotonic()
    task = asyncio.create_task(MailWorker(database, settings, read_all).step())
    beside = await _read_until(app, task.done, pause)
    await task
    took = f"{count:,} mails in {time.monotonic() - began:.1f} s"
    idle += await _read_for(app, _SECONDS, pause)
    slower = mean(beside) / mean(idle) - 1
    print(f"{name}: {mean(idle) * 1000:.2f} ms idle, {mean(beside) * 1000:.2f} ms beside {took}: {slower:+.0%}")


async def _read_for(app: Starlette, seconds: float, pause: float) -> list[float]:
    end = time.monotonic() + seconds
    return await _read_until(app, lambda: time.monotonic() > end, pause)


async def _read_until(app: Starlette, is_over: Callable[[], bool], pause: float) -> list[float]:
    """The CPU time of the event loop between each request and its answer, whoever has used it."""
    times = []
    while not is_over():
        began = time.thread_time()
        await ask(app, "GET", "/tickets/26")
        times.append(time.thread_time() - began)
        await asyncio.sleep(pause)
    return times


async def ask(app: Starlette, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
    """One request, handed to the application itself."""
    token = tokens.issue(SIGNING_KEYS, tokens.AccessToken("staff:1", 0), now=system_clock(), ttl_seconds=600)
    content = json.dumps(body).encode() if body is not None else b""
    headers = {"host": "127.0.0.1", "authorization": f"Bearer {token}", "content-type": "application/json"}
    headers["content-length"] = str(len(content))
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": f"/api/v2{path}", "raw_path": f"/api/v2{path}".encode(), "query_string": b"", "root_path": "",
        "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    arriving = [{"type": "http.request", "body": content, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if arriving:
            return arriving.pop()
        return await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if sent[0]["status"] >= 300:
        raise RuntimeError(f"{method} {path}: {sent[0]['status']}")


if __name__ == "__main__":
    main()
