"""The two ways to the database: a unit that reads, and a unit that writes and is one transaction.

Domain functions are plain synchronous functions `(tx, principal, ...)`. `Database` runs one of them inside a single
greenlet on MySQL and MariaDB, and in a worker thread on SQLite, and gives back what it returned: for a write, after
the commit.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from datetime import UTC, datetime, tzinfo
from functools import cached_property, partial
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    Delete,
    Engine,
    Executable,
    Insert,
    Row,
    Select,
    Table,
    Update,
    create_engine,
    event,
    exc,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util.concurrency import await_only, greenlet_spawn

from osticket_api.db import failures
from osticket_api.db.prepared import Prepared
from osticket_api.db.types import UtcMoment
from osticket_api.kit.clock import Clock, system_clock
from osticket_api.kit.memory import Memory

P = ParamSpec("P")
R = TypeVar("R")

_DEADLOCK_ATTEMPTS = 4
_STATEMENTS_KEPT = 256
_SESSION = (
    "SET SESSION sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', time_zone='SYSTEM', "
    "innodb_lock_wait_timeout=10, group_concat_max_len=16777216"
)


client_ip: ContextVar[str] = ContextVar("client_ip", default="")
"""The address the request at hand came from. Empty for commands, as in osTicket."""


class Read:
    """A unit of work that only reads. The database refuses anything else."""

    def __init__(self, connection: Connection, database: "Database") -> None:
        self.connection = connection
        self._database = database
        self.dialect = connection.dialect
        self.kept: dict[str, Any] = {}
        """What this unit has looked up already, such as the help desk's settings."""

    @property
    def is_sqlite(self) -> bool:
        return self.dialect.name == "sqlite"

    @property
    def zone(self) -> tzinfo:
        """The help desk's time zone: the one its database writes."""
        return self._database.zone

    @property
    def client_ip(self) -> str:
        """The address of whoever caused this unit of work."""
        return client_ip.get()

    @property
    def has_own_tables(self) -> bool:
        """Whether our own tables are there: not where we are attached read-only."""
        return self._database.has_own_tables

    @property
    def memory(self) -> Memory:
        return self._database.memory

    @property
    def statements(self) -> Memory:
        """Statements that are built once for many requests."""
        return self._database.statements

    @property
    def write_count(self) -> int:
        """How many transactions this process has committed: tells what we knew before a change of ours."""
        return self._database.write_count

    @cached_property
    def now(self) -> datetime:
        """The time of this unit of work, UTC, whole seconds, by the database server's clock, as is osTicket's `NOW()`.

        Stored in a column of osTicket it is exactly what `NOW()` would write. It is not read from `NOW()`, which is
        ambiguous in the hour that a clock change repeats.
        """
        if self._database.clock is not None:
            return self._database.clock()
        if self.is_sqlite:
            return system_clock()
        moment: datetime = self.scalar(select(type_coerce(func.utc_timestamp(), UtcMoment())))
        return moment

    def rows(self, statement: Executable, parameters: Any = None) -> Sequence[Row[Any]]:
        return self._execute(statement, parameters).all()

    def row(self, statement: Executable, parameters: Any = None) -> Row[Any] | None:
        return self._execute(statement, parameters).first()

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self._execute(statement, parameters).scalar()

    def scalars(self, statement: Executable, parameters: Any = None) -> Sequence[Any]:
        return self._execute(statement, parameters).scalars().all()

    def together(self, *functions: Callable[["Read"], R]) -> list[R]:
        """What several functions read: at the same time, where there are connections to spare for each of them."""
        if self._database.can_spare(len(functions)):
            return await_only(asyncio.gather(*map(self._database.read, functions)))
        return [function(self) for function in functions]

    def often(self, statement: Select[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
        """The rows of a SELECT that is kept to run often. On MySQL and MariaDB they come from the driver directly."""
        prepared = None if self.is_sqlite else self._database.prepared(statement)
        if prepared is None:
            return self.rows(statement, parameters)
        try:
            rows = prepared.rows(self.connection, parameters)
        except self._database.driver_error:
            return self.rows(statement, parameters)  # What fails, fails again, in a way that SQLAlchemy understands.
        except asyncio.CancelledError:
            self.connection.invalidate()  # The answer that nobody waits for is still to come.
            raise
        self._database.query_count += 1
        return rows

    def _execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        self._database.query_count += 1
        return self.connection.execute(statement, parameters)


class Write(Read):
    """A unit of work that is one transaction: it commits when the function returns and rolls back when it raises."""

    @cached_property
    def effects(self) -> list[dict[str, Any]]:
        """What this transaction does, in the words of the API: what a dry run answers with."""
        return []

    def together(self, *functions: Callable[[Read], R]) -> list[R]:
        """What several functions read, one after the other: nobody else sees what this transaction has written."""
        return [function(self) for function in functions]

    def note_effect(self, kind: str, **what: Any) -> None:
        self.effects.append({"kind": kind, **what})

    def insert(self, table: Table, **values: Any) -> int:
        """Add one row. Returns its new id, or 0 where the table has none."""
        self._database.query_count += 1
        result = self.connection.execute(insert(table), values)
        key = result.inserted_primary_key
        return int(key[0]) if key and isinstance(key[0], int) else 0

    def insert_many(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._database.query_count += 1
            self.connection.execute(insert(table), rows)

    def change(self, statement: Update | Delete | Insert, parameters: Any = None) -> int:
        """Run an UPDATE, DELETE or INSERT. Returns how many rows it touched."""
        return int(self._execute(statement, parameters).rowcount)

    def locked(self, statement: Select[Any]) -> Row[Any] | None:
        """One row, locked until the end of the transaction. SQLite has locked the whole file already."""
        return self.row(statement if self.is_sqlite else statement.with_for_update())


class _Rehearsed(Exception):
    """Ends a rehearsal: the transaction must not commit."""


class Database:
    """One help desk's database.

    `clock` stands in for the database's own clock (tests); `zone` is set by `connect`, see `db/zone.py`.
    """

    def __init__(self, url: URL, *, pool_size: int = 10, read_only: bool = False, clock: Clock | None = None) -> None:
        self.url = url
        self.clock = clock
        self.read_only = read_only
        self.has_own_tables = False
        self.memory = Memory()
        self.statements = Memory(limit=_STATEMENTS_KEPT)
        self.strikes = Memory()
        self.query_count = 0
        self.write_count = 0
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._prepared: WeakKeyDictionary[Select[Any], Prepared | None] = WeakKeyDictionary()
        self._reading = _engine(url, pool_size, reading=True)
        self._writing = _engine(url, pool_size, reading=False)
        self._threads = ThreadPoolExecutor(pool_size, "sqlite") if self.is_sqlite else None
        self._one_writer = threading.Lock()

    @property
    def zone(self) -> tzinfo:
        zone: tzinfo = self._reading.dialect.help_desk_zone  # type: ignore[attr-defined]
        return zone

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        for engine in (self._reading, self._writing):
            engine.dialect.help_desk_zone = zone  # type: ignore[attr-defined]
            engine.clear_compiled_cache()
        self._prepared.clear()

    @property
    def driver_error(self) -> type[Exception]:
        """What all errors of the database's driver are."""
        error: type[Exception] = self._reading.dialect.loaded_dbapi.Error
        return error

    def prepared(self, statement: Select[Any]) -> Prepared | None:
        """A statement as the driver takes it, from its second time on: most that run once never run again."""
        if statement not in self._prepared:
            self._prepared[statement] = None
            return None
        prepared = self._prepared[statement]
        if prepared is None:
            prepared = self._prepared[statement] = Prepared(statement, self._reading.dialect)
        return prepared

    async def read(self, function: Callable[Concatenate[Read, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function that reads. A connection found dead is replaced once, since reading twice does no harm.

        Raises: Unavailable when the database cannot be reached.
        """
        return await self._run(partial(self.read_now, function, *args, **kwargs))

    async def write(self, function: Callable[Concatenate[Write, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function as one transaction, committed when this returns.

        A transaction that lost a deadlock is run again from its start, so functions must not touch the world outside.

        Raises: Unavailable when the database cannot be reached.
        """
        return await self._run(partial(self.write_now, function, *args, **kwargs))

    async def rehearse(self, function: Callable[[Write], object]) -> list[dict[str, Any]]:
        """What a function that writes would do. Everything is rolled back."""
        return await self._run(partial(self._rehearse_now, function))

    def _rehearse_now(self, function: Callable[[Write], object]) -> list[dict[str, Any]]:
        effects: list[dict[str, Any]] = []

        def unit(tx: Write) -> None:
            function(tx)
            effects.extend(tx.effects)
            raise _Rehearsed

        try:
            self.write_now(unit)
        except _Rehearsed:
            return effects
        raise AssertionError("unreachable")

    async def _run(self, unit: Callable[[], R]) -> R:
        if self._threads is not None:
            context = copy_context()
            return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, unit)
        return await greenlet_spawn(unit)

    def read_now(self, function: Callable[Concatenate[Read, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`read` for callers that already stand in a worker thread or a greenlet."""
        for last in (False, True):
            try:
                with self._reading.connect() as connection:
                    return function(Read(connection, self), *args, **kwargs)
            except exc.DBAPIError as error:
                if last or not (error.connection_invalidated or self._looks_again(error)):
                    raise failures.translated(error) from error
            except exc.TimeoutError as error:
                raise failures.away() from error
        raise AssertionError("unreachable")

    def write_now(self, function: Callable[Concatenate[Write, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for callers that already stand in a worker thread or a greenlet."""
        if self.read_only:
            raise failures.read_only()
        for attempt in range(1, _DEADLOCK_ATTEMPTS + 1):
            try:
                return self._transaction(function, *args, **kwargs)
            except exc.DBAPIError as error:
                if attempt == _DEADLOCK_ATTEMPTS or not (failures.is_deadlock(error) or self._looks_again(error)):
                    raise failures.translated(error) from error
            except exc.TimeoutError as error:
                raise failures.away() from error
        raise AssertionError("unreachable")

    def can_spare(self, connections: int) -> bool:
        """Whether a unit may take more connections, so few that it never waits for them while others wait for its own.

        SQLite gains nothing from several.
        """
        pool: Any = self._reading.pool
        return not self.is_sqlite and bool(pool.checkedout() + connections <= pool.size())

    def _looks_again(self, error: exc.DBAPIError) -> bool:
        """Whether a table is gone that we thought was there: osTicket builds its copies of answers anew at times."""
        is_gone = failures.is_gone(error)
        if is_gone:
            self.memory.clear()
        return is_gone

    def _transaction(self, function: Callable[Concatenate[Write, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        if not self.is_sqlite:
            with self._writing.begin() as connection:
                result = function(Write(connection, self), *args, **kwargs)
        else:
            with self._one_writer, self._writing.begin() as connection:
                result = function(Write(connection, self), *args, **kwargs)
        self.write_count += 1
        return result

    async def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()
            self._dispose()
        else:
            await greenlet_spawn(self._dispose)

    def _dispose(self) -> None:
        self._reading.dispose()
        self._writing.dispose()


def _engine(url: URL, pool_size: int, *, reading: bool) -> Engine:
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": 10}
    options["enable_from_linting"] = False  # It takes a join on a subquery, as without `ticket__cdata`, for a mistake.
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, **options, connect_args={"check_same_thread": False, "timeout": 30})
        _prepare_sqlite(engine, reading)
    else:
        options |= {"pool_recycle": 1800, "pool_pre_ping": not reading}
        if reading:
            options |= {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None, "skip_autocommit_rollback": True}
        else:
            options |= {"isolation_level": "READ COMMITTED"}
        connect_args = {"init_command": _SESSION, "charset": "utf8mb4", "connect_timeout": 10}
        engine = create_async_engine(url, **options, connect_args=connect_args).sync_engine
        if reading:
            event.listen(engine, "connect", _refuse_writes)
    engine.dialect.help_desk_zone = UTC  # type: ignore[attr-defined]
    return engine


def _prepare_sqlite(engine: Engine, reading: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        if reading:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _refuse_writes(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SET SESSION TRANSACTION READ ONLY")
    cursor.close()
