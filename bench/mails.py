"""`python -m bench.mails`: how long mails take from what happened to a mail server. MAILS=1000 takes fewer."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import msgspec
from sqlalchemy import func, insert, select
from tests.fixtures.mariadb import Server, running

from osticket_api.db import own
from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.tables.own_mail import api_mail_occasion, api_outgoing_mail
from osticket_api.db.unit import Read, Write
from osticket_api.embedded import NewDesk, add_demo, create
from osticket_api.features.files.api import read_all
from osticket_api.kit.vault import Vault
from osticket_api.mail.delivery import MailWorker
from osticket_api.settings import load

_DATABASE = "mails"


def main() -> None:
    count = int(os.environ.get("MAILS", "10000"))
    with running() as server, sink() as port:
        asyncio.run(_measure(server, port, count))


async def _measure(server: Server, port: int, count: int) -> None:
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE `{_DATABASE}` CHARACTER SET utf8mb3")
    t.use_prefix("ost_")
    database = Database(server.url(_DATABASE))
    try:
        await create(database, NewDesk())
        await add_demo(database)
        await database.write(own.migrate)
        database.has_own_tables = database.keeps_mail = True
        await database.write(prepare, port, count)
        settings = load(_env_file=None, db_connection="sqlite", mail="send", jwt_secret="x" * 32)
        database.vault = Vault(settings.secrets_keys())
        mail_worker = MailWorker(database, settings, read_all)
        await _timed("made", count, mail_worker.make())
        await _timed("delivered", count, mail_worker.step())
        print(await database.read(_states))
    finally:
        await database.close()


async def _timed(what: str, count: int, work: object) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    await work  # type: ignore[misc]
    seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    print(f"{count:,} mails {what} in {seconds:.1f} s, {busy * 1000 / count:.2f} ms of CPU for each")


def prepare(tx: Write, port: int, count: int, *, account: bool = True) -> None:
    """An account that leads to the sink, and as many replies to tell of."""
    if account:
        tx.insert(
            t.email_account, email_id=1, type="smtp", auth_bk="none", active=1, host="127.0.0.1", port=port,
            protocol="SMTP", encryption="NONE", fetchfreq=5, fetchmax=30, postfetch="nothing", num_errors=0,
            created=tx.now, updated=tx.now,
        )  # fmt: skip
    entry, thread = t.thread_entry.c, t.thread.c
    found = select(entry.id, entry.staff_id, thread.object_id).join(t.thread, thread.id == entry.thread_id)
    replies = tx.rows(found.where(entry.type == "R", thread.object_type == "T", entry.staff_id > 0))
    facts = msgspec.json.encode({"reply_to": "user", "alert": True})
    rows = [
        {
            "kind": "ticket.replied", "ticket_id": row.object_id, "entry_id": row.id, "staff_id": row.staff_id,
            "facts": facts, "attempts": 0, "due_at": tx.now, "created_at": tx.now,
        }
        for row in (replies[number % len(replies)] for number in range(count))
    ]  # fmt: skip
    for start in range(0, count, 1000):
        tx.connection.execute(insert(api_mail_occasion), rows[start : start + 1000])


def _states(tx: Read) -> dict[str, int]:
    mail = api_outgoing_mail.c
    return {
        str(row.state): int(row.n) for row in tx.rows(select(mail.state, func.count().label("n")).group_by(mail.state))
    }


@contextmanager
def sink() -> Iterator[int]:
    """A mail server in a process of its own that takes everything and keeps nothing. Yields its port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(ready: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.start_server(_talk, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 OK\r\n")
        await writer.drain()
        if verb == b"QUIT":
            break
    writer.close()


if __name__ == "__main__":
    main()
