"""The help desk that is measured: a private MariaDB with many generated tickets, made once and kept."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, select
from tests.fixtures.mariadb import Server, running

from osticket_api.db import indexes, own
from osticket_api.db import tables as t
from osticket_api.db.connect import open_database
from osticket_api.db.engine import Database
from osticket_api.db.tables.own_mail import api_mail_occasion
from osticket_api.db.unit import Read, Write
from osticket_api.embedded import NewDesk, add_demo, add_tickets, create
from osticket_api.events import feed
from osticket_api.settings import Settings, load

R = TypeVar("R")

DATABASE = "bench"
USER = "user00100"
SIGNING_KEY = "a key that only this measurement knows"
SECRETS_KEY = "another key that only this measurement knows"
_CACHE = Path(__file__).parent / ".cache"
_OPTIONS = ("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=256M", "--max-connections=151")
ALL_ACCESS = 1
_CONFIRMED = 0x1


@dataclass(frozen=True)
class Desk:
    server: Server
    pid: int

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a server on this help desk."""
        return {
            "DB_CONNECTION": "mariadb",
            "DB_SOCKET": str(self.server.socket),
            "DB_USERNAME": "root",
            "DB_DATABASE": DATABASE,
            "JWT_SECRET": SIGNING_KEY,
            "SECRETS_KEY": SECRETS_KEY,  # One for all servers of a run: each makes the mails of those before it.
            "RATE_LIMIT_ENABLED": "false",
            "LOG_LEVEL": "warning",
        }

    @property
    def settings(self) -> Settings:
        return load(_env_file=None, **{name.lower(): value for name, value in self.environment.items()})

    def play(self, scenario: Callable[[Database], Awaitable[R]]) -> R:
        """What a scenario gives that has a connection to the help desk, in an event loop of its own."""

        async def run() -> R:
            database = open_database(self.settings)
            try:
                return await scenario(database)
            finally:
                await database.close()

        return asyncio.run(run())

    def read(self, function: Callable[..., R], *args: Any) -> R:
        return self.play(lambda database: database.read(function, *args))

    def write(self, function: Callable[..., R], *args: Any) -> R:
        return self.play(lambda database: database.write(function, *args))

    def status(self, name: str) -> int:
        """One of the database server's counters."""
        return int(self._ask("SHOW GLOBAL STATUS LIKE %s", name)[1])

    def wait_for_mails(self) -> None:
        """Until the server has made the mails about what was written: that is not what the next requests cost.

        Raises: RuntimeError after five minutes.
        """
        for _ in range(600):
            if not self._ask(f"SELECT COUNT(*) FROM `{DATABASE}`.`{api_mail_occasion.name}`")[0]:
                return
            time.sleep(0.5)
        raise RuntimeError("the mails of what was written are not made")

    def wait_for_feed(self) -> None:
        """Until the server has taken the rows of the help desk as known, which it does once, when it is attached.

        Raises: RuntimeError after ten minutes.
        """
        for _ in range(600):
            found = self.read(feed.standing)
            if found is not None and found.positions.is_filled:
                return
            time.sleep(1)
        raise RuntimeError("the feed of events has not begun")

    @property
    def version(self) -> str:
        return str(self._ask("SELECT VERSION()")[0])

    def _ask(self, sql: str, *parameters: str) -> tuple[Any, ...]:
        with self.server.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            row = cursor.fetchone()
        assert row is not None
        return row

    def set_indexes(self, *, on: bool) -> None:
        """Add the optional indexes, or drop them."""

        async def change(database: Database) -> None:
            there = await database.read(indexes.present)
            for index in indexes.INDEXES:
                if on is not (index.name in there):
                    await database.write(indexes.add if on else indexes.drop, index)

        self.play(change)


@contextmanager
def standing(tickets: int) -> Iterator[Desk]:
    """The help desk for the length of a block. The first time its tickets are generated, which takes minutes."""
    place = _CACHE / f"{tickets}-tickets"
    ready = place / "ready"
    place.mkdir(parents=True, exist_ok=True)
    with running(place / "data", options=_OPTIONS) as server:
        desk = Desk(server, server.pid)
        if not ready.exists():
            server.create(DATABASE)
            desk.play(lambda database: _generate(database, tickets))
            ready.touch()
        desk.play(lambda database: database.write(own.migrate))
        yield desk


async def _generate(database: Database, tickets: int) -> None:
    def report(done: int) -> None:
        if done % 20_000 == 0:
            print(f"\rgenerating: {done:,} of {tickets:,} tickets", end="", file=sys.stderr, flush=True)

    await create(database, NewDesk())
    await add_demo(database)
    await add_tickets(database, tickets, report)
    await database.write(_widen)
    print(file=sys.stderr)


def _widen(tx: Write) -> None:
    """dora works in every department but the smallest; one of the generated users may sign in."""
    staff, access = t.staff.c, t.staff_dept_access.c
    dora = tx.scalar(select(staff.staff_id).where(staff.username == "dora"))
    missing = set(_departments_by_size(tx)[1:]).difference(
        tx.scalars(select(access.dept_id).where(access.staff_id == dora))
    )
    rows = [{"staff_id": dora, "dept_id": each, "role_id": ALL_ACCESS} for each in sorted(missing)]
    tx.insert_many(t.staff_dept_access, rows)
    user = tx.scalar(select(t.user_email.c.user_id).where(t.user_email.c.address == "user00100@customer.example"))
    tx.insert(t.user_account, user_id=user, username=USER, status=_CONFIRMED)


def _departments_by_size(tx: Read) -> list[int]:
    ticket = t.ticket.c
    return list(tx.scalars(select(ticket.dept_id).group_by(ticket.dept_id).order_by(func.count())))
