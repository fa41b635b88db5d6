"""Units of work: `Read` only reads, `Write` is one transaction. `db/engine.py` opens them."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy import (
    Connection,
    Delete,
    Insert,
    Row,
    Select,
    Table,
    Update,
    func,
    select,
    type_coerce,
)

from osticket_api.db import failures
from osticket_api.db.caches import Cache, Cached, Caches
from osticket_api.db.effects import EffectKind
from osticket_api.db.internals import can_skip_locked
from osticket_api.db.patience import await_elsewhere
from osticket_api.db.precondition import Precondition
from osticket_api.db.running import Statements
from osticket_api.db.statements import ROW_ID, given, update_by_id
from osticket_api.db.types import UtcMoment
from osticket_api.kit.allowance import Allowance
from osticket_api.kit.clock import system_clock
from osticket_api.kit.vault import Vault

if TYPE_CHECKING:
    from osticket_api.db.engine import Database

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_UTC_NOW = select(type_coerce(func.utc_timestamp(), UtcMoment()).label("utc_now"))
_QUICK = 0.05
"""Seconds: what took less to make is made anew after each write of ours."""
ANYTHING = "anything"
"""The name under which every change of the help desk is marked."""

_log = structlog.get_logger("unit")

client_ip: ContextVar[str] = ContextVar("client_ip", default="")
"""The address the request at hand came from. Empty for commands, as in osTicket."""
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request at hand. Empty for commands."""
caller_key: ContextVar[str] = ContextVar("caller_key", default="")
"""The caller, as in `Principal.key`. Empty for commands."""
caller_credential: ContextVar[str] = ContextVar("caller_credential", default="")
"""The caller and the credential, as in `Principal.credential`. Empty for commands."""
operation: ContextVar[str] = ContextVar("operation", default="")
"""The operation: the method and the path of the route. Empty for commands."""
target: ContextVar[str] = ContextVar("target", default="")
"""The path that is asked for. Empty for commands."""


class Watcher(Protocol):
    """Told of every write, by the unit that makes it."""

    def inserted(self, tx: "Write", table: Table, rows: Sequence[Mapping[str, Any]], row_id: int) -> None: ...

    def updating(
        self, tx: "Write", table: Table, row_id: int, values: Mapping[str, Any]
    ) -> Callable[[], None] | None: ...

    def changing(
        self, tx: "Write", statement: Update | Delete | Insert, parameters: Any
    ) -> Callable[[], None] | None: ...


def _name_of(function: Any) -> str:
    """What a function is called, without the values it is given."""
    return str(getattr(getattr(function, "func", function), "__qualname__", type(function).__name__))


def _call_all(consequences: Iterable[Callable[[], object]], event: str) -> None:
    for consequence in consequences:
        try:
            consequence()
        except Exception:
            _log.exception(event, consequence=_name_of(consequence))


class Read(Statements):
    """A unit of work that only reads. The database refuses anything else.

    `as_of`: the moment up to which a replica that is read knows all changes, by the monotonic clock; else None.
    """

    def __init__(self, connection: Connection, database: "Database", as_of: float | None = None) -> None:
        super().__init__(connection, database)
        self.as_of = as_of
        self.dialect = connection.dialect
        self.cache: dict[str, Any] = {}
        """Values that this unit has looked up already, such as the help desk's settings."""

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
    def keeps_mail(self) -> bool:
        """Whether mails about changes are made."""
        return self._database.keeps_mail and self._database.has_own_tables

    @property
    def secret_salt(self) -> str:
        """osTicket's SECRET_SALT; empty where it is not known."""
        return self._database.secret_salt

    @property
    def vault(self) -> Vault:
        """What encrypts and decrypts our own secrets."""
        return self._database.vault

    @property
    def caches(self) -> Caches:
        """The values that this process caches between requests."""
        return self._database.caches

    def find_cached(self, cache: Cache[R], key: Hashable = None) -> Cached[R] | None:
        """The cached value, unless it has ended: by age, by a change of ours, or by the caller's own write."""
        cached = self.find_recent(cache, key)
        is_ended = cached is not None and cache.own_writes and self.wrote_since(cached.begun_at)
        return None if is_ended else cached

    def find_recent(self, cache: Cache[R], key: Hashable = None) -> Cached[R] | None:
        """A cached value that may miss the caller's own write, where making it anew would take long."""
        cached = None if self._has_changed(cache) else self.caches.find(cache, key)
        if cached is None or not cache.own_writes or cached.took >= _QUICK:
            return cached
        return None if self._database.changes.latest((ANYTHING,)) > cached.begun_at else cached

    def cached(self, cache: Cache[R], key: Hashable, make: Callable[[], R]) -> R:
        """The cached value, or one that is made now."""
        found = self.find_cached(cache, key)
        return (found or self.make_cached(cache, key, make)).value

    def make_cached(self, cache: Cache[R], key: Hashable, make: Callable[[], R]) -> Cached[R]:
        """A value made anew, once for all who ask for it at the same time and know the same changes."""
        if self._has_changed(cache):
            return Cached(make(), 0.0, 0.0)  # Nobody else may see it before the commit.
        return self._database.single_flight.run(
            (cache.name, key, self.caches.changed_at(cache)), lambda: self.caches.make(cache, key, make, self.as_of)
        )

    def recent(self, cache: Cache[R], key: Hashable, make: Callable[["Read"], R]) -> Cached[R]:
        """What `find_recent` finds, or a value that is made now.

        Nobody waits for a value that is often asked for and takes long: it is made anew before it ends.
        """
        cached = self.find_recent(cache, key)
        if cached is None:
            return self.make_cached(cache, key, lambda: make(self))
        if cached.took >= _QUICK and self.caches.is_aging(cache, cached):
            self._database.renewal.start(
                (cache.name, key), lambda: self._read_beside(lambda tx: tx.make_cached(cache, key, lambda: make(tx)))
            )
        return cached

    @property
    def _read_beside(self) -> Callable[[Callable[["Read"], Any]], Coroutine[Any, Any, Any]]:
        """Where another unit reads that is to know what this one knows."""
        return self._database.read if self.as_of is None else self._database.read_anywhere

    def _has_changed(self, cache: Cache[Any]) -> bool:
        """Whether this unit has itself changed what the cached values are made from."""
        return False

    def wrote_since(self, moment: float) -> bool:
        """Whether the caller has changed something since, through any process of this machine."""
        return self._database.changes.latest((caller_key.get(),)) > moment

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
        moment: datetime = self.prepared_scalar(_UTC_NOW, {})
        return moment

    def gather(self, *functions: Callable[["Read"], R]) -> list[R]:
        """What several functions read: at the same time, where there are connections to spare for each of them."""
        if len(functions) > 1 and self._database.can_spare(len(functions), of=self.connection.engine):
            return await_elsewhere(asyncio.gather(*map(self._read_beside, functions)))
        return [function(self) for function in functions]


class Write(Read):
    """A unit of work that is one transaction: it commits when the function returns and rolls back when it raises."""

    def __init__(self, connection: Connection, database: "Database") -> None:
        super().__init__(connection, database)
        self.precondition = Precondition()
        """What the caller demands of the thing that is changed."""
        self.is_dry_run = False
        self._after_commit: list[Callable[[], object]] = []
        self._undoing: list[Callable[[], object]] = []
        self.touched: set[str] = set()
        """The names of the tables that this transaction has written."""
        self.inserted: list[tuple[Table, int]] = []
        """The tables and ids of the rows added one by one."""

    def _has_changed(self, cache: Cache[Any]) -> bool:
        return any(table.name in self.touched for table in cache.ended_by)

    def after_commit(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call a function once this transaction has committed: never for a dry run, nor for an attempt that failed.

        The function must be quick and must not raise: the change stands, whatever becomes of its consequences.
        """
        self._after_commit.append(partial(function, *args, **kwargs))

    def undo_outside(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call a function if this transaction is rolled back, to undo what was done outside the database.

        It is not called where nobody knows whether the commit has happened.
        """
        self._undoing.append(partial(function, *args, **kwargs))

    def run_undoing(self) -> None:
        """Undo what was done outside, the last first. A failure is logged and stops nothing."""
        _call_all(reversed(self._undoing), "undoing_failed")

    def run_after_commit(self) -> None:
        """Call what waits for the commit, in the order of `after_commit`. A failure is logged and stops nothing."""
        _call_all(self._after_commit, "after_commit_failed")

    @property
    def refused_sign_ins(self) -> Allowance:
        """How many refused sign-ins are still written into the audit log."""
        return self._database.refused_sign_ins

    @property
    def refused_requests(self) -> Allowance:
        """How many requests that were forbidden are still written into the audit log."""
        return self._database.refused_requests

    def wake(self, job: str) -> None:
        """Tell the job of this name that there is something to do. Where it runs elsewhere, it finds out by itself."""
        waker = self._database.wakers.get(job)
        if waker is not None:
            waker()

    @cached_property
    def occasions(self) -> list[Any]:
        """What people are mailed about, see `mail.outbox`."""
        return []

    @cached_property
    def warnings(self) -> list[str]:
        """The parts of the request that were not carried out as they were asked for, as sentences for the caller."""
        return []

    @cached_property
    def effects(self) -> list[dict[str, Any]]:
        """What this transaction does, in the words of the API: what a dry run answers with."""
        return []

    def gather(self, *functions: Callable[[Read], R]) -> list[R]:
        """What several functions read, one after the other: nobody else sees what this transaction has written."""
        return [function(self) for function in functions]

    def give_way(self) -> None:
        """Let other units of work go first for a moment, in work for which nobody waits.

        On SQLite they would wait for this unit.
        """
        if not self.is_sqlite:
            await_elsewhere(self._database.precedence.give_way())

    def note_effect(self, kind: EffectKind, **what: Any) -> None:
        self.effects.append({"kind": kind, **what})

    def insert(self, table: Table, **values: Any) -> int:
        """Add one row. Returns its new id, or 0 where the table has none."""
        self._note_write(table)
        row_id = self._insert(table, values)
        self.inserted.append((table, row_id))
        if self._database.watcher is not None:
            self._database.watcher.inserted(self, table, [values], row_id)
        return row_id

    def insert_many(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._note_write(table)
            self._insert_many(table, rows)
            if self._database.watcher is not None:
                self._database.watcher.inserted(self, table, rows, 0)

    def update(self, table: Table, row_id: int, **values: Any) -> int:
        """Change one row, named by its id. Returns how many rows it touched."""
        statement, parameters = update_by_id(table, tuple(values)), {ROW_ID: row_id, **given(values)}
        return self._watched(
            table,
            lambda watcher: watcher.updating(self, table, row_id, values),
            lambda: self._change_prepared(statement, parameters),
        )

    def change(self, statement: Update | Delete | Insert, parameters: Any = None) -> int:
        """Run an UPDATE, DELETE or INSERT. Returns how many rows it touched."""
        return self._watched(
            statement.table,
            lambda watcher: watcher.changing(self, statement, parameters),
            lambda: int(self._execute(statement, parameters).rowcount),
        )

    def change_prepared(self, statement: Update | Insert, parameters: Mapping[str, Any]) -> int:
        """Run a prepared UPDATE or INSERT. Returns how many rows it touched."""
        return self._watched(
            statement.table,
            lambda watcher: watcher.changing(self, statement, parameters),
            lambda: self._change_prepared(statement, parameters),
        )

    def _watched(
        self, table: Any, look: Callable[[Watcher], Callable[[], None] | None], change: Callable[[], int]
    ) -> int:
        """Change rows of a table. The watcher looks at them before, and notes the change once there is one."""
        self._note_write(table)
        watcher = self._database.watcher
        note = None if watcher is None else look(watcher)
        count = change()
        if note is not None and count:
            note()
        return count

    def _note_write(self, table: Any) -> None:
        """Remember that a table is written. Refuses to change what cannot be rolled back. Raises: NotAvailable."""
        self.touched.add(table.name)
        database = self._database
        if not database.tables_without_transactions or table.name not in database.tables_without_transactions:
            return
        if self.is_dry_run or not database.allows_non_transactional:
            raise failures.no_transactions(database.tables_without_transactions, is_dry_run=self.is_dry_run)

    def locked(self, statement: Select[Any]) -> Row[Any] | None:
        """One row, locked until the end of the transaction. SQLite has locked the whole file already."""
        return self.row(statement if self.is_sqlite else statement.with_for_update())

    def locked_rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Rows, locked as by `locked`."""
        return self.rows(statement if self.is_sqlite else statement.with_for_update())

    def claimed_rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Lock and return the rows that nobody else has locked. An old server waits for the other rows, too."""
        if self.is_sqlite:
            return self.rows(statement)
        return self.rows(statement.with_for_update(skip_locked=can_skip_locked(self.dialect)))
