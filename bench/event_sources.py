"""`python -m bench.event_sources`: how soon a change by PHP is in the feed, by the tables and by the binary log.

TIMES=200 (changes of each kind), REST=30 (seconds at rest), DEEP=20000 (users beside those of the sample help desk),
SOURCES=tables,binlog.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable

from tests.events.logged import logging_server
from tests.fixtures.api import settings_for_tests
from tests.fixtures.mariadb import Server
from tests.fixtures.templates import demo_on_mariadb

from osticket_api.db.connect import open_database, prepare
from osticket_api.server.jobs import jobs_for, running

_NOTE = (
    "INSERT INTO ost_thread_entry (thread_id, staff_id, user_id, type, poster, source, title, body, format, "
    "ip_address, flags, created, updated) VALUES (10, 1, 0, 'N', 'dora', '', '', 'x', 'html', '', 0, NOW(), NOW())"
)
_MOVE = "UPDATE ost_ticket SET dept_id = 3 - dept_id, updated = NOW() WHERE ticket_id = 26"
_MOVED = (
    "INSERT INTO ost_thread_event (thread_id, thread_type, event_id, staff_id, team_id, dept_id, topic_id, data, "
    "username, uid, uid_type, annulled, timestamp) SELECT t.id, 'T', e.id, 0, 0, 1, 0, '{}', 'dora', 1, 'S', 0, NOW() "
    "FROM ost_thread t, ost_event e WHERE t.object_id = 26 AND t.object_type = 'T' AND e.name = 'transferred'"
)
_RENAME = "UPDATE ost_user SET name = CONCAT('Renamed ', RAND()) WHERE id = 2"
_DEEP = (
    "INSERT INTO ost_user (org_id, default_email_id, status, name, created, updated) "
    "SELECT 0, 0, 0, CONCAT('U', seq), NOW(), NOW() FROM seq_1_to_{count}"
)
KINDS = {"a note": [_NOTE], "a transfer: row, then event": [_MOVE, _MOVED], "a user, silently": [_RENAME]}


def main() -> None:
    times, rest, deep = _setting("TIMES", 200), _setting("REST", 30), _setting("DEEP", 20_000)
    with logging_server() as server:
        template = demo_on_mariadb(server)
        print("| source | change | changes | p50 | p99 | most, ms |\n| --- | --- | --- | --- | --- | --- |")
        for source in os.environ.get("SOURCES", "tables,binlog").split(","):
            asyncio.run(_measure(server, template.copy().database or "", source, times, rest, deep))


async def _measure(server: Server, name: str, source: str, times: int, rest: int, deep: int) -> None:
    settings = settings_for_tests(
        db_connection="mysql", db_socket=str(server.socket), db_username="root", db_database=name, events_source=source,
        secret_salt="x" * 32, db_timezone="UTC", secrets_key="k" * 40,
    )  # fmt: skip
    database, heard = open_database(settings), asyncio.Event()
    await prepare(database, settings)
    jobs = [job for job in jobs_for(database, settings, heard.set) if job.name == "events"]
    write = await asyncio.to_thread(_writer, server, name)
    async with running(jobs):
        await asyncio.sleep(4)
        for kind, statements in KINDS.items():
            print(_row(source, kind, [await _once(write, statements, heard) for _ in range(times)]))
        await asyncio.sleep(15)
        began = time.process_time()
        await asyncio.sleep(rest)
        print(f"{source}: {(time.process_time() - began) / rest * 100:.2f} % of a core at rest")
    write(_DEEP.format(count=deep))
    jobs = [job for job in jobs_for(database, settings, heard.set) if job.name == "events"]
    async with running(jobs):
        await asyncio.sleep(deep / 400 + 30 if source == "tables" else 30)
        count = 5 if source == "tables" else times
        print(_row(source, f"a user among {deep:,}", [await _once(write, [_RENAME], heard) for _ in range(count)]))
    await database.close()


async def _once(write: Callable[[str], None], statements: list[str], heard: asyncio.Event) -> float:
    """Seconds from the commit of the last statement until the feed had an event of it."""
    await asyncio.sleep(random.uniform(0.3, 1.3))
    heard.clear()
    for statement in statements:
        await asyncio.to_thread(write, statement)
    committed = time.monotonic()
    await asyncio.wait_for(heard.wait(), 300)
    return time.monotonic() - committed


def _writer(server: Server, name: str) -> Callable[[str], None]:
    connection = server.connect(name)

    def write(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return write


def _row(source: str, kind: str, late: list[float]) -> str:
    ordered = sorted(late)
    cells = [f"{ordered[int((len(ordered) - 1) * percent / 100)] * 1000:.0f}" for percent in (50, 99, 100)]
    return f"| {source} | {kind} | {len(late)} | {' | '.join(cells)} |"


def _setting(name: str, usual: int) -> int:
    return int(os.environ.get(name, usual))


if __name__ == "__main__":
    main()
