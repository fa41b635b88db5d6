"""`python -m bench.beside_mails`: how requests fare beside a full queue of mails that the same process sends.

MAILS=10000 takes more, SQLITE=1 the embedded help desk. The first client asks again at once, the second after a pause.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, func, select
from tests.fixtures.mariadb import running

from bench.desk import SIGNING_KEY
from bench.load import Load, ask_for
from bench.mails import prepare, sink
from bench.measure import Process, process_of
from osticket_api.access import tokens
from osticket_api.access.signing import SigningKeys
from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.tables.own_mail import api_mail_occasion, api_outgoing_mail
from osticket_api.db.unit import Read
from osticket_api.embedded import NewDesk, add_demo, create
from osticket_api.kit.clock import system_clock

_DATABASE = "mails"
_SECONDS = 5.0
_PACE = 0.1


def main() -> None:
    count = int(os.environ.get("MAILS", "3000"))
    with TemporaryDirectory() as directory, _place(Path(directory)) as (url, environment), sink() as port:
        asyncio.run(_make_desk(url, port))
        settings = {**environment, "MAIL": "send", "JWT_SECRET": SIGNING_KEY, "RATE_LIMIT_ENABLED": "false"}
        settings |= {"LOG_LEVEL": "error", "DATA_DIR": directory}
        with process_of(settings) as server:
            for name, pace in (("at once", 0.0), ("paced", _PACE)):
                _measure(url, server, port, count, name, pace)


@contextmanager
def _place(directory: Path) -> Iterator[tuple[URL, dict[str, str]]]:
    """Where the help desk is, and how the server is told."""
    if os.environ.get("SQLITE"):
        path = directory / "desk.sqlite"
        yield URL.create("sqlite", database=str(path)), {"DB_CONNECTION": "sqlite", "DB_DATABASE": str(path)}
        return
    with running() as server:
        with server.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE `{_DATABASE}` CHARACTER SET utf8mb3")
        told = {"DB_CONNECTION": "mariadb", "DB_SOCKET": str(server.socket), "DB_USERNAME": "root"}
        yield server.url(_DATABASE), {**told, "DB_DATABASE": _DATABASE}


async def _make_desk(url: URL, port: int) -> None:
    t.use_prefix("ost_")
    database = Database(url)
    try:
        await create(database, NewDesk())
        await add_demo(database)
        await database.write(own.migrate)
        database.has_own_tables = True
        await database.write(prepare, port, 0)
    finally:
        await database.close()


def _measure(url: URL, server: Process, port: int, count: int, name: str, pace: float) -> None:
    requests = [_asks(path) for path in ("/tickets/26", "/tickets?per_page=25", "/tickets/26/thread")]
    ask_for(1.0, server.port, requests, clients=1)
    before = _ask(server, requests, pace, _SECONDS)
    asyncio.run(_fill(url, port, count))
    began, beside = time.perf_counter(), Load([], 0)
    while asyncio.run(_left(url)):
        more = _ask(server, requests, pace, 1.0)
        beside = Load([*beside.durations, *more.durations], beside.elapsed + more.elapsed)
    after = _ask(server, requests, pace, _SECONDS)
    idle = Load([*before.durations, *after.durations], before.elapsed + after.elapsed)
    _tell(f"{name}, idle", idle)
    _tell(f"{name}, {count:,} mails in {time.perf_counter() - began:.1f} s", beside)
    slower = beside.percentile(50) / idle.percentile(50) - 1
    print(f"  half of the requests are slower by {slower:.0%}, all by {_mean(beside) / _mean(idle) - 1:.0%}")


def _ask(server: Process, requests: list[bytes], pace: float, seconds: float) -> Load:
    return ask_for(seconds, server.port, requests, clients=1, pause=pace)


def _mean(load: Load) -> float:
    return sum(load.durations) / len(load.durations)


def _tell(name: str, load: Load) -> None:
    times = (
        f"mean {_mean(load) * 1000:.1f} ms, p50 {load.percentile(50) * 1000:.1f}, p95 {load.percentile(95) * 1000:.1f}"
    )
    print(f"{name}: {times}, {len(load.durations)} requests")


def _asks(path: str) -> bytes:
    claims = tokens.AccessToken("staff:1", 0)
    token = tokens.issue(SigningKeys((SIGNING_KEY,)), claims, now=system_clock(), ttl_seconds=7200)
    return f"GET /api/v2{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


async def _fill(url: URL, port: int, count: int) -> None:
    database = Database(url)
    try:
        await database.write(prepare, port, count, account=False)
    finally:
        await database.close()


async def _left(url: URL) -> int:
    database = Database(url)
    try:
        return await database.read(_waiting)
    finally:
        await database.close()


def _waiting(tx: Read) -> int:
    queued = select(func.count()).select_from(api_outgoing_mail).where(api_outgoing_mail.c.state == "queued")
    return int(tx.scalar(select(func.count()).select_from(api_mail_occasion))) + int(tx.scalar(queued))


if __name__ == "__main__":
    main()
