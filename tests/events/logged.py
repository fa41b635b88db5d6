"""A help desk on a server with a binary log, and a feed that follows the log, step by step."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any, Final

import msgspec
from sqlalchemy import select

from osticket_api.db.engine import Database
from osticket_api.db.tables.own_events import api_event
from osticket_api.events.binlog.reader import LogReader
from osticket_api.events.binlog.server import find_end
from osticket_api.events.feed import LogPosition
from osticket_api.events.messages import to_message
from osticket_api.events.tailer import Tailer
from tests.fixtures.compiled import share_compiled
from tests.fixtures.mariadb import Server, program, running
from tests.parity.desk import Desk

OPTIONS: Final = ("--log-bin=binlog", "--binlog-format=ROW", "--server-id=7")
_FEED: Final = ("ost_api_event", "ost_api_feed", "ost_api_copy", "ost_api_trace")
_SECONDS: Final = 10


def address(server: Server, database: str = "parity", user: str = "root", password: str = "") -> dict[str, Any]:
    """How the reader connects to a server of the tests."""
    return {
        "unix_socket": str(server.socket), "user": user, "password": password, "database": database,
        "charset": "utf8mb4", "autocommit": True, "ssl_disabled": True, "read_timeout": 10,
    }  # fmt: skip


def compress(on: Desk | Server, switch: str) -> None:
    """Let the server compress its log, `ON` or `OFF`, from now on and however short a row is."""
    is_mysql = program().product == "MySQL"
    name = "binlog_transaction_compression" if is_mysql else "log_bin_compress"
    statements = [f"SET GLOBAL {name} = {switch}"]
    statements += [f"SET SESSION {name} = {switch}"] if is_mysql else [f"SET GLOBAL {name}_min_len = 10"]
    with nullcontext(on.connection) if isinstance(on, Desk) else on.connect() as connection:
        for statement in statements:
            connection.cursor().execute(statement)


@contextmanager
def logging_server(*options: str) -> Iterator[Server]:
    """A server with a binary log, for the length of a block."""
    with running(options=(*OPTIONS, *options)) as server:
        yield server


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _SECONDS
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.002)


def log_end(desk: Desk) -> LogPosition:
    """Where the binary log ends, on any server."""
    return find_end(lambda statement: [tuple(row.values()) for row in desk.select(statement)])


class Logged:
    """A tailer whose seconds pass when the test says so. With a reader it looks after what that one has heard."""

    def __init__(self, desk: Desk, where: Mapping[str, Any] | None) -> None:
        self.desk = desk
        self.reader = None if where is None else LogReader(where, lambda: None)
        self.database = Database(desk.url, pool_size=2)
        share_compiled(self.database)
        self.tailer = Tailer(self.database, self.reader)
        self.now = 0.0

    def begin_anew(self) -> None:
        """Forget all events, as if the feed had never been started."""
        for name in _FEED:
            self.desk.connection.cursor().execute(f"DELETE FROM {name}")

    async def begin(self) -> None:
        """Take what is there as known, and follow the log from now on."""
        await self.tailer.step(self.now)
        reader = self.reader
        if reader is not None:
            await asyncio.to_thread(wait_until, lambda: reader.is_followed, "the log is not followed")

    async def step(self, seconds: float = 0.02) -> int:
        """Let this much time pass and look once, after the log was read up to its end."""
        self.now += seconds
        if self.reader is not None:
            await asyncio.to_thread(self._catch_up)
        return await self.tailer.step(self.now)

    def _catch_up(self) -> None:
        assert self.reader is not None
        end = log_end(self.desk)
        wanted = (end.file, end.offset)
        wait_until(lambda: self._read_up_to() >= wanted, f"the log is not read up to {wanted}")

    def _read_up_to(self) -> tuple[str, int]:
        position = None if self.reader is None else self.reader.position
        return ("", 0) if position is None else (position.file, position.offset)

    async def settle(self) -> None:
        """Look until nothing waits any more."""
        for _ in range(8):
            await self.step(25)

    async def events(self) -> list[dict[str, Any]]:
        """All events so far, as they leave."""
        rows = await self.database.read(lambda tx: tx.rows(select(api_event).order_by(api_event.c.number)))
        return [msgspec.to_builtins(to_message(row)) for row in rows]

    async def close(self) -> None:
        await self.tailer.stop()
        await self.database.close()
