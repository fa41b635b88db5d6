"""`python -m bench.beside_worker`: what a worker that sends mails costs the requests of a server on the same machine.

On a private MariaDB, in turns: nothing beside, a worker of usual priority, a worker as `osticket-api worker` runs it.
What counts is how long requests take on the clock: worker and server share the cores, not a thread.
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

from sqlalchemy import URL
from starlette.applications import Starlette
from tests.fixtures.api import settings_for_tests
from tests.fixtures.mariadb import Server, running

from bench.beside_mails import ask
from bench.mails import prepare, sink
from osticket_api.cli.worker import NICE
from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.embedded import NewDesk, add_demo, create
from osticket_api.features.files.api import read_all
from osticket_api.kit.vault import Vault
from osticket_api.mail.delivery import MailWorker
from osticket_api.server.app import create_app
from osticket_api.settings import Settings

_DATABASE = "mails"
_WAYS = {"nothing": None, "usual priority": 0, "lower priority": NICE}


def main() -> None:
    count, rounds = int(os.environ.get("MAILS", "600")), int(os.environ.get("ROUNDS", "3"))
    with running() as server, sink() as port, TemporaryDirectory() as directory:
        asyncio.run(_measure(server, port, count, rounds, Path(directory)))


async def _measure(server: Server, port: int, count: int, rounds: int, directory: Path) -> None:
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE `{_DATABASE}` CHARACTER SET utf8mb3")
    t.use_prefix("ost_")
    url = server.url(_DATABASE)
    database = Database(url)
    await create(database, NewDesk())
    await add_demo(database)
    await database.write(own.migrate)
    settings = settings_for_tests(data_dir=directory, mail="send")
    app = create_app(settings, database, runs_jobs=False)
    found: dict[str, list[float]] = {name: [] for name in _WAYS}
    async with app.router.lifespan_context(app):
        await database.write(prepare, port, 0)
        for number in range(rounds):
            for name, nice in _WAYS.items():
                took, times = await _round(app, database, url, settings, port, count, nice)
                found[name] += times
                print(f"round {number}, {name}: {mean(times) * 1000:.2f} ms, {took:.1f} s", flush=True)
    await database.close()
    for name, times in found.items():
        slower = mean(times) / mean(found["nothing"]) - 1
        print(f"{name}: mean {mean(times) * 1000:.2f} ms, median {median(times) * 1000:.2f} ms: {slower:+.0%}")


async def _round(
    app: Starlette, database: Database, url: URL, settings: Settings, port: int, count: int, nice: int | None
) -> tuple[float, list[float]]:
    """How long one round took, and each request in it."""
    began = time.monotonic()
    if nice is None:
        times = await _ask_until(app, lambda: time.monotonic() - began > 5)
        return time.monotonic() - began, times
    await database.write(prepare, port, count, account=False)
    worker = multiprocessing.get_context("spawn").Process(target=_send, args=(url, settings, nice), daemon=True)
    began = time.monotonic()
    worker.start()
    times = await _ask_until(app, lambda: not worker.is_alive())
    return time.monotonic() - began, times


async def _ask_until(app: Starlette, is_over: Callable[[], bool]) -> list[float]:
    times = []
    while not is_over():
        began = time.perf_counter()
        await ask(app, "GET", "/tickets/26")
        times.append(time.perf_counter() - began)
    return times


def _send(url: URL, settings: Settings, nice: int) -> None:
    os.nice(nice)
    t.use_prefix("ost_")

    async def send() -> None:
        database = Database(url)
        await database.write(own.migrate)
        database.has_own_tables = database.keeps_mail = True
        database.vault = Vault(settings.secrets_keys())
        await MailWorker(database, settings, read_all).step()
        await database.close()

    asyncio.run(send())


if __name__ == "__main__":
    main()
