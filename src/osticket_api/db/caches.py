"""The ledger of what is remembered between requests: what each cache holds, for how long, and what ends it.

A cached value ends after its seconds, and at once when a commit of ours writes one of the tables that it is made
from, in any process of this machine (`db/changes.py`). Nothing else has to be done by whoever changes something.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

import msgspec
from cachetools import TTLCache
from sqlalchemy import Table

from osticket_api.db import tables as t
from osticket_api.db.changes import Changes
from osticket_api.db.shared_values import SharedValues
from osticket_api.db.tables import own

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Cache(Generic[T]):
    """One kind of cached value.

    `seconds`: how long changes made by PHP may go unnoticed. `ended_by`: tables whose change by us ends each value.
    `own_writes`: a caller's own write ends the value for them, and any write of ours where the value is cheap to make.
    """

    name: str
    holds: str
    seconds: float
    entries: int
    ended_by: tuple[Table, ...] = ()
    own_writes: bool = False
    renewed_after: float = float("inf")
    """Seconds from which on a costly value that is asked for is made anew, while it still counts."""
    shared_as: Any = None
    """The type of the values, where one process makes them for all of its machine."""

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables whose change by us ends each value."""
        return tuple(table.name for table in self.ended_by)


_PEOPLE = (t.user, t.user_account, t.organization)
_AGENTS = (t.staff, t.staff_dept_access, t.team, t.team_member, t.role, t.department)
_CREDENTIALS = (t.api_key, own.api_session, own.api_credential, own.api_field_permission, own.api_passkey)

CALLERS: Final[Cache[Any]] = Cache(
    "callers", "who a token or a key stands for, with their rights", 0.5, 10_000,
    ended_by=(*_PEOPLE, *_AGENTS, *_CREDENTIALS, t.config),
)  # fmt: skip
PLACES: Final[Cache[Any]] = Cache(
    "departments and roles",
    "where each department stands, who manages it, and what each role may do; callers are made from it", 0.25, 1,
    ended_by=(t.department, t.role),
)  # fmt: skip
CONFIG: Final[Cache[Any]] = Cache(
    "settings", "osTicket's own settings, of the namespace core", 0.25, 1, ended_by=(t.config,)
)
FIELD_RULES: Final[Cache[Any]] = Cache(
    "field permissions", "which fields are hidden or frozen, and for whom", 0.5, 1, ended_by=(own.api_field_permission,)
)
KEY_RATES: Final[Cache[int | None]] = Cache(
    "key rates", "how many requests an API key may make", 60, 10_000, ended_by=(own.api_credential,)
)
KEY_USES: Final[Cache[bool]] = Cache(
    "key uses", "that the use of an API key or a browser session has just been noted", 60, 10_000
)
SWITCH: Final[Cache[bool]] = Cache(
    "read-only switch", "whether an administrator has switched writing off", 0.5, 1, ended_by=(own.api_switch,)
)
STATEMENTS: Final[Cache[Any]] = Cache(
    "list statements", "the SELECT of a list, for the caller's view and the query", 60, 512, ended_by=(t.config,)
)
BOUNDS: Final[Cache[Any]] = Cache(
    "bounds of pages", "how old the last ticket of one of the newest pages is; asked anew where too few are younger", 5,
    1024,
)  # fmt: skip
STATUSES: Final[Cache[Any]] = Cache(
    "statuses", "id, name and state of each ticket status", 5, 1, ended_by=(t.ticket_status,)
)
FIELD_NAMES: Final[Cache[list[str]]] = Cache(
    "field names", "the fields that a ticket can have answers to", 5, 1, ended_by=(t.form, t.form_field)
)
TABLES: Final[Cache[bool]] = Cache("tables", "whether a table that PHP makes late or anew is there", 30, 16)
CDATA: Final[Cache[tuple[Table | None]]] = Cache(
    "lookup tables", "the columns of the lookup tables of answers", 60, 8, ended_by=(t.form_field,)
)
CDATA_LOOKED: Final[Cache[bool]] = Cache(
    "missing lookup columns", "that a column of a lookup table was missed just now", 5, 8, ended_by=(t.form_field,)
)
PLUGINS: Final[Cache[bool]] = Cache(
    "plugins", "whether a plugin of osTicket that matters here is in use", 5, 16, ended_by=(t.plugin, t.plugin_instance)
)
OPTIONAL_INDEXES: Final[Cache[bool]] = Cache("optional indexes", "whether they are all there", 60, 1)
TOTALS: Final[Cache[int]] = Cache("totals", "how many rows a list has", 5, 4096, own_writes=True, renewed_after=3.5)
PLACE_TOTALS: Final[Cache[Any]] = Cache(
    "totals by place", "how many tickets of each status and department a common filter finds", 5, 256,
    own_writes=True, renewed_after=3.5, shared_as=dict[tuple[int, int], int],
)  # fmt: skip
MANY_TICKETS: Final[Cache[bool]] = Cache(
    "many tickets", "whether there are so many tickets that those of an agent are counted in parts", 600, 1
)
BEYOND_DEPARTMENTS: Final[Cache[Any]] = Cache(
    "tickets of other departments", "ids of tickets that an agent sees outside their departments", 5, 1024,
    own_writes=True, renewed_after=3.5,
)  # fmt: skip
FREQUENT_WORDS: Final[Cache[Any]] = Cache(
    "frequent words", "which words stand in so many rows that the full text takes long for them", 3600, 1
)
FOUND: Final[Cache[Any]] = Cache("full text", "what a full text query found", 5, 64, own_writes=True)
QUEUE_COUNTS: Final[Cache[Any]] = Cache(
    "queue counts", "how many tickets each queue of an agent holds", 10, 1024, own_writes=True
)
STATISTICS: Final[Cache[Any]] = Cache("statistics", "statistics of tickets", 15, 256, own_writes=True)

LEDGER: Final[tuple[Cache[Any], ...]] = (
    CALLERS, PLACES, CONFIG, FIELD_RULES, KEY_RATES, KEY_USES, SWITCH, STATEMENTS, BOUNDS, STATUSES, FIELD_NAMES,
    TABLES, CDATA, CDATA_LOOKED, PLUGINS, OPTIONAL_INDEXES, TOTALS, PLACE_TOTALS, MANY_TICKETS, BEYOND_DEPARTMENTS,
    FREQUENT_WORDS, FOUND, QUEUE_COUNTS, STATISTICS,
)  # fmt: skip


@dataclass(frozen=True)
class Cached(Generic[T]):
    """A value, the moment up to which it knows all changes, and how long its making took.

    Units: seconds of the monotonic clock.
    """

    value: T
    begun_at: float
    took: float


class Caches:
    """The cached values of one help desk in this process. Safe to use from several threads."""

    def __init__(self, changes: Changes, clock: Callable[[], float] = time.monotonic) -> None:
        self.shared = SharedValues()
        self._changes = changes
        self._clock = clock
        self._lock = threading.Lock()
        self._values: dict[str, TTLCache[Hashable, Cached[Any]]] = {
            cache.name: TTLCache(cache.entries, cache.seconds, timer=clock) for cache in LEDGER
        }

    def find(self, cache: Cache[T], key: Hashable = None) -> Cached[T] | None:
        """The cached value, unless it is too old or a table that it is made from has changed since."""
        cached: Cached[T] | None
        with self._lock:
            try:
                cached = self._values[cache.name][key]  # `get` would look twice.
            except KeyError:
                cached = None
        if cache.shared_as is not None and (cached is None or self.is_aging(cache, cached)):
            cached = self._newest(cache, key, cached)
        return None if cached is None or self.changed_at(cache) > cached.begun_at else cached

    def changed_at(self, cache: Cache[Any]) -> float:
        """When we last changed a table that the values of this cache are made from; 0 for never."""
        return self._changes.latest(cache.tables)

    def is_aging(self, cache: Cache[T], cached: Cached[T]) -> bool:
        """Whether it is time to make a value anew that still counts."""
        return self._clock() - cached.begun_at >= cache.renewed_after

    def make(self, cache: Cache[T], key: Hashable, make: Callable[[], T], as_of: float | None = None) -> Cached[T]:
        """A value made anew, and cached. It may miss what has changed since `as_of`; without that, since now."""
        begun_at = self._clock()
        value = make()
        cached = Cached(value, begun_at if as_of is None else as_of, self._clock() - begun_at)
        self._keep(cache, key, cached)
        if cache.shared_as is not None:
            self.shared.put((cache.name, key), msgspec.msgpack.encode(value), cached.begun_at, cached.took)
        return cached

    def _newest(self, cache: Cache[T], key: Hashable, own: Cached[T] | None) -> Cached[T] | None:
        """This process's own value, or what another has made since."""
        now = self._clock()
        oldest = now - cache.seconds if own is None else max(now - cache.seconds, own.begun_at)
        found = self.shared.find((cache.name, key))
        if found is not None and oldest < found[1] <= now:
            value, begun_at, took = found
            own = Cached(msgspec.msgpack.decode(value, type=cache.shared_as), begun_at, took)
            self._keep(cache, key, own)
        return None if own is None or own.begun_at <= now - cache.seconds else own

    def _keep(self, cache: Cache[T], key: Hashable, cached: Cached[T]) -> None:
        with self._lock:
            self._values[cache.name][key] = cached

    def drop(self, cache: Cache[Any], key: Hashable = None) -> None:
        """Forget one value, where this process has found out by itself that it is wrong."""
        with self._lock:
            self._values[cache.name].pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            for values in self._values.values():
                values.clear()
