"""The two ways to the database: a unit that reads, and a unit that writes and is one transaction.

Domain functions are plain synchronous functions `(tx, principal, ...)`. `Database` runs one of them inside a single
greenlet on MySQL and MariaDB, and in a worker thread on SQLite, and gives back what it returned: for a write, after
the commit.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import ContextVar, copy_context
from datetime import timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import URL, Engine, exc

from osticket_api.db import failures, internals
from osticket_api.db.caches import SWITCH, Caches
from osticket_api.db.changes import Changes
from osticket_api.db.engines import make_engine
from osticket_api.db.internals import greenlet_spawn
from osticket_api.db.patience import Patience, await_elsewhere
from osticket_api.db.precedence import Precedence
from osticket_api.db.prepared import Preparable, Prepared
from osticket_api.db.renewal import Renewal
from osticket_api.db.replica import PassedOn, Replica, position_of
from osticket_api.db.single_flight import SingleFlight
from osticket_api.db.switch import on_since
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_attention import api_read_mark
from osticket_api.db.tables.own_audit import api_audit
from osticket_api.db.unit import ANYTHING, Read, Watcher, Write, caller_key
from osticket_api.db.watching import StatementWatcher, watch_engine
from osticket_api.kit import off_loop
from osticket_api.kit.allowance import Allowance
from osticket_api.kit.clock import Clock
from osticket_api.kit.shared_memory import shared_file
from osticket_api.kit.ttl_cache import TtlCache
from osticket_api.kit.vault import Vault

_log = structlog.get_logger("database")

P = ParamSpec("P")
R = TypeVar("R")

_ATTEMPTS = 4
_MOST_RECORDED = 1000
_HOUR = timedelta(hours=1)

_records: ContextVar[bool] = ContextVar("records", default=False)
"""Whether the current unit of work records something that has happened already."""


class _DryRunEnd(Exception):
    """Ends a dry run: the transaction must not commit."""


class Database:
    """One help desk's database.

    `timeout`: how many seconds the server may be silent while a statement runs; None waits as long as it takes.
    `statement_timeout`: how many seconds a statement that reads may take until the database ends it; None: any number.
    `clock` stands in for the database's own clock (tests); `zone` is set by `connect`, see `db/zone.py`.
    `replica`: what takes reads off the database.
    """

    def __init__(
        self,
        url: URL,
        *,
        pool_size: int = 10,
        read_only: bool = False,
        clock: Clock | None = None,
        timeout: float | None = None,
        statement_timeout: float | None = None,
        replica: Replica | None = None,
    ) -> None:
        self.url = url
        self.replica = replica
        self.clock = clock
        self.read_only = read_only
        self.has_own_tables = False
        self.heeds_switch = False
        """Whether the read-only switch stops writes: those of requests and jobs, not of an administrator's commands."""
        self.tables_without_transactions: frozenset[str] = frozenset()
        self.allows_non_transactional = False
        self.changes = Changes()
        self.caches = Caches(self.changes)
        self.single_flight = SingleFlight()
        self.renewal = Renewal()
        self.failed_sign_ins = TtlCache()
        self.before_commit: list[Callable[[Write], object]] = []
        """Functions that each transaction calls last, such as one that stores who asked for the change."""
        self.before_effects: list[Callable[[Write, object], object]] = []
        """Functions that each dry run calls last, such as one that tells who would be mailed."""
        self.watcher: Watcher | None = None
        """Called for every write."""
        self.refused_sign_ins = Allowance(_MOST_RECORDED, _HOUR)
        self.refused_requests = Allowance(_MOST_RECORDED, _HOUR)
        """How many refusals this process still writes into the audit log: a flood must not fill it."""
        self.keeps_mail = False
        """Whether mails about changes are made, to be sent or stored."""
        self.secret_salt = ""
        """osTicket's SECRET_SALT; empty where it is not known."""
        self.wakers: dict[str, Callable[[], object]] = {}
        """What wakes the jobs that run in this process, by name."""
        self.precedence = Precedence()
        self.pool_size = pool_size
        self.observer: Callable[[str, float], object] | None = None
        """Called after each unit of work with its kind (`read` or `write`), and how many seconds it took."""
        self.statement_watcher: StatementWatcher | None = None
        """Called for statements that the driver runs by itself."""
        self.query_count = 0
        self.write_count = 0
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._prepared: WeakKeyDictionary[Preparable, Prepared | None] = WeakKeyDictionary()
        self._timeout = timeout
        self._reading = make_engine(url, pool_size, reading=True, statement_timeout=statement_timeout)
        self._writing = make_engine(url, pool_size, reading=False)
        self._threads = ThreadPoolExecutor(pool_size, "sqlite") if self.is_sqlite else None
        self._one_writer = threading.Lock()
        self._vault: Vault | None = None

    @property
    def _pools(self) -> dict[str, Engine]:
        """The engines, by what their connections are for."""
        replica = {} if self.replica is None else {"replica": self.replica.engine}
        return {"read": self._reading, "write": self._writing, **replica}

    @property
    def _engines(self) -> list[Engine]:
        return list(self._pools.values())

    @property
    def vault(self) -> Vault:
        """What encrypts and decrypts our own secrets. Without tables of our own there is none."""
        if self._vault is None:
            raise RuntimeError("nothing encrypts secrets here")
        return self._vault

    @vault.setter
    def vault(self, vault: Vault) -> None:
        self._vault = vault

    @property
    def zone(self) -> tzinfo:
        return internals.zone_of(self._reading)

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        if zone == self.zone:
            return
        for engine in self._engines:
            internals.set_zone(engine, zone)
        self._prepared.clear()
        self.caches.clear()

    @property
    def driver_error(self) -> type[Exception]:
        """The base class of all errors of the database's driver."""
        return internals.driver_error(self._reading)

    def prepared(self, statement: Preparable) -> Prepared | None:
        """A statement as the driver takes it, from its second time on: most that run once never run again.

        SQLite's driver is no slower through SQLAlchemy.
        """
        if self.is_sqlite:
            return None
        if statement not in self._prepared:
            self._prepared[statement] = None
            return None
        prepared = self._prepared[statement]
        if prepared is None:
            prepared = self._prepared[statement] = self.prepare(statement)
        return prepared

    def prepare(self, statement: Preparable) -> Prepared:
        """A statement as the driver takes it, for a server."""
        return Prepared(statement, self._reading.dialect)

    def watch_statements(self, tell: StatementWatcher) -> None:
        """Tell of every statement from now on."""
        self.statement_watcher = tell
        for engine in self._engines:
            watch_engine(engine, tell)

    async def read(self, function: Callable[Concatenate[Read, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function that reads. A connection found dead is replaced once, since reading twice does no harm.

        Raises: Unavailable when the database cannot be reached.
        """
        return await self._observed("read", partial(self.read_now, function, *args, **kwargs))

    async def read_anywhere(self, function: Callable[[Read], R]) -> R:
        """`read`, at the replica where there is one that has all that was there when this was asked for.

        Raises: Unavailable when the database cannot be reached, whether or not the replica can.
        """
        return await self._observed("read", partial(self._read_anywhere_now, function))

    async def write(self, function: Callable[Concatenate[Write, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function as one transaction, committed when this returns.

        A transaction that lost a deadlock is run again from its start, so functions must not touch the world outside.
        So is one that added what another transaction has added meanwhile: now it finds that.

        Raises: Unavailable when the database cannot be reached.
        """
        return await self._observed("write", partial(self.write_now, function, *args, **kwargs))

    async def record(self, function: Callable[Concatenate[Write, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for what has happened outside already, such as that a mail was sent: the switch does not stop it."""
        token = _records.set(True)
        try:
            return await self.write(function, *args, **kwargs)
        finally:
            _records.reset(token)

    async def is_switched_read_only(self) -> bool:
        """Whether an administrator has switched changes off."""
        return self.heeds_switch and await self._run(self._is_switched_on)

    def _is_switched_on(self) -> bool:
        found = self.caches.find(SWITCH) or self.caches.make(SWITCH, None, lambda: self.read_now(on_since) is not None)
        return found.value

    async def dry_run(self, function: Callable[[Write], object], caller: object = None) -> list[dict[str, Any]]:
        """What a function that writes would do, as the caller may know it. Everything is rolled back."""
        return await self._run(partial(self._dry_run_now, function, caller))

    def _dry_run_now(self, function: Callable[[Write], object], caller: object) -> list[dict[str, Any]]:
        effects: list[dict[str, Any]] = []

        def unit(tx: Write) -> None:
            tx.is_dry_run = True
            function(tx)
            for finish in self.before_effects:
                finish(tx, caller)
            effects.extend(tx.effects)
            raise _DryRunEnd

        try:
            self.write_now(unit)
        except _DryRunEnd:
            return effects
        raise AssertionError("unreachable")

    async def _observed(self, kind: str, unit: Callable[[], R]) -> R:
        started = time.perf_counter()
        try:
            with self.precedence.unit():
                return await self._run(unit)
        finally:
            if self.observer is not None:
                self.observer(kind, time.perf_counter() - started)

    @property
    def connections_in_use(self) -> dict[str, int]:
        """How many connections units of work hold now, for each pool."""
        return {pool: internals.connections_in_use(engine) for pool, engine in self._pools.items()}

    @property
    def connections_limit(self) -> dict[str, int]:
        """How many connections may be open at once, for each pool. SQLite's file sets no limit but the threads."""
        return {pool: internals.connections_limit(engine) or self.pool_size for pool, engine in self._pools.items()}

    async def _run(self, unit: Callable[[], R]) -> R:
        if self._threads is not None:
            context = copy_context()
            return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, unit)
        token = off_loop.runner.set(_beside_the_loop)
        try:
            async with Patience(self._timeout):
                return await greenlet_spawn(unit)
        finally:
            off_loop.runner.reset(token)

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
                raise failures.busy() from error
        raise AssertionError("unreachable")

    def _read_anywhere_now(self, function: Callable[[Read], R]) -> R:
        if self.replica is None or not self.replica.may_be_asked():
            return self.read_now(function)
        asked_at = time.monotonic()
        position = self.read_now(position_of)
        try:
            return self.replica.read(self, function, position, asked_at)
        except PassedOn:
            return self.read_now(function)

    def write_now(self, function: Callable[Concatenate[Write, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for callers that already stand in a worker thread or a greenlet."""
        if self.read_only:
            raise failures.read_only()
        if self.heeds_switch and not _records.get() and self._is_switched_on():
            raise failures.switched_read_only()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._transaction(function, *args, **kwargs)
            except exc.DBAPIError as error:
                if attempt == _ATTEMPTS or not (failures.is_lost_race(error) or self._looks_again(error)):
                    raise failures.translated(error) from error
            except exc.TimeoutError as error:
                raise failures.busy() from error
        raise AssertionError("unreachable")

    def can_spare(self, connections: int, of: Engine) -> bool:
        """Whether a unit may take so many more connections without waiting: units that wait for each other's
        connections would block. SQLite gains nothing from several.
        """
        return not self.is_sqlite and internals.has_idle_connections(of, connections)

    def _looks_again(self, error: exc.DBAPIError) -> bool:
        """Whether the error says that a table is gone which was there before: osTicket builds its lookup tables anew at
        times.
        """
        is_gone = failures.is_gone(error)
        if is_gone:
            self.caches.clear()
        return is_gone

    def _transaction(self, function: Callable[Concatenate[Write, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._one_writer if self.is_sqlite else nullcontext(), self._writing.begin() as connection:
            tx = Write(connection, self)
            try:
                result = function(tx, *args, **kwargs)
                for finish in self.before_commit:
                    finish(tx)
            except BaseException:
                tx.run_undoing()
                raise
        self.write_count += bool(tx.touched - {api_audit.name})
        self._mark(tx.touched)
        tx.run_after_commit()
        return result

    def shared_file(self, what: str) -> Path:
        """A file that this machine's servers of the same database share."""
        return shared_file(self.url.render_as_string(hide_password=True), what)

    def share_changes(self) -> None:
        """Know at once of what other servers on this machine change in the same database."""
        try:
            self.changes.share(self.shared_file("changes"))
            self.caches.shared.share(self.shared_file("values"))
        except OSError as error:
            _log.warning("changes_not_shared", reason=str(error), consequence="other servers' changes take seconds")

    def _mark(self, touched: set[str]) -> None:
        """End what is cached of these tables. Of our own, lists depend on read marks alone."""
        beside = {table.name for table in own_metadata.tables.values()} - {api_read_mark.name}
        is_of_help_desk = not touched <= beside
        self.changes.mark({*touched, caller_key.get(), ANYTHING} if is_of_help_desk else touched)

    async def close(self) -> None:
        await self.renewal.stop()
        if self._threads is not None:
            self._threads.shutdown()
            self._dispose()
        else:
            await greenlet_spawn(self._dispose)

    def _dispose(self) -> None:
        for engine in self._engines:
            engine.dispose()


def _beside_the_loop(work: Callable[[], object]) -> object:
    """Run the work in a thread, so that the event loop can go on meanwhile."""
    return await_elsewhere(asyncio.to_thread(work))
