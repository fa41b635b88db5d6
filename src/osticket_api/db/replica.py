"""The replica of the database: it answers a read where it has all that the database had when the read was asked for.

Each read asks the database how far its binary log has come, and the replica whether it has come as far: two questions
of a tenth of a millisecond. So a read never misses a change that was committed before it was asked for, whoever made
it, through whichever server or in PHP.
"""

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog
from sqlalchemy import URL, Connection, Engine, exc

from osticket_api.db import failures
from osticket_api.db.engines import make_engine
from osticket_api.db.internals import await_only, greenlet_spawn
from osticket_api.db.patience import is_over
from osticket_api.db.unit import Read

if TYPE_CHECKING:
    from osticket_api.db.engine import Database

R = TypeVar("R")

_log = structlog.get_logger("replica")

_CONNECT_SECONDS: Final = 1
_SILENT_SECONDS: Final = 0.5
"""A replica that says nothing for so long is away: its host may have died without a word."""


class Standing(StrEnum):
    """The outcome of a read that the replica might have answered."""

    in_use = "in_use"
    behind = "behind"
    """The replica did not have everything yet."""
    away = "away"
    """The replica could not be reached, or the connection broke."""
    unfit = "unfit"
    """The replica has another help desk or another time zone, or the database has no binary log with GTIDs."""


_PAUSES: Final = {Standing.in_use: 0, Standing.behind: 1, Standing.away: 5, Standing.unfit: 60}
"""How many seconds the replica is left alone, so that few reads wait for it in vain."""


class PassedOn(Exception):
    """The replica does not answer this; the database itself does."""


Description = Callable[[Read], object]
"""Properties that must be equal in the database and its replica."""


class Replica:
    """How the replica stands, as this process sees it. `max_lag`: how many seconds a read waits for it at most."""

    def __init__(
        self,
        url: URL,
        pool_size: int,
        *,
        max_lag: float,
        statement_timeout: float | None = None,
        describe: Description = lambda tx: None,
    ) -> None:
        self.engine: Engine = make_engine(
            url,
            pool_size,
            reading=True,
            statement_timeout=statement_timeout,
            connect_timeout=_CONNECT_SECONDS,
        )
        self.describe = describe
        self.standing = Standing.in_use
        self.reason = ""
        self.is_known = False
        """Whether the replica was found to be one of this database."""
        self.observer: Callable[[Standing], object] | None = None
        """Called with the outcome of each read."""
        self._max_lag = max_lag
        self._rests_until = 0.0

    def may_be_asked(self) -> bool:
        """Whether to ask the replica.

        After a failure it is left alone for a while; then one read tries it for all others.
        """
        now = time.monotonic()
        if now < self._rests_until:
            self._tell()
            return False
        self._rests_until = now + _PAUSES[self.standing]
        return True

    def note(self, standing: Standing, reason: str = "") -> None:
        """Remember how a try ended."""
        if standing is not self.standing:
            tell = _log.info if standing is Standing.in_use else _log.warning
            tell("replica", standing=standing.value, reason=reason)
        self.standing, self.reason = standing, reason
        self.is_known = self.is_known and standing is not Standing.away
        self._rests_until = time.monotonic() + _PAUSES[standing]
        self._tell()

    def _tell(self) -> None:
        if self.observer is not None:
            self.observer(self.standing)

    def read(self, database: "Database", function: Callable[[Read], R], position: str, asked_at: float) -> R:
        """Run a function on the replica, once the replica has everything up to a position of the database's binary log.

        Raises: PassedOn when the database itself has to answer; Unavailable; TooSlow.
        """
        try:
            with self.engine.connect() as connection:
                self._require(database, connection, position)
                return self._ask(function, Read(connection, database, as_of=asked_at))
        except exc.DBAPIError as error:
            self.note(Standing.away if failures.is_lost(error) else Standing.unfit, str(error.orig))
            raise PassedOn from error
        except exc.TimeoutError as error:
            raise failures.busy() from error
        except asyncio.CancelledError:
            if is_over():
                self.note(Standing.away, "it is silent")
            raise

    def _ask(self, function: Callable[[Read], R], unit: Read) -> R:
        """Run the function on the replica. A statement that takes too long is not begun again at the database."""
        try:
            return function(unit)
        except exc.DBAPIError as error:
            if failures.is_cut_off(error):
                raise failures.translated(error) from error
            if failures.is_gone(error):
                raise PassedOn from error
            raise

    def _require(self, database: "Database", connection: Connection, position: str) -> None:
        """Raises: PassedOn where the replica lacks something; DBAPIError."""
        if not position:
            raise self._passed_on(Standing.unfit, "the database has no binary log with GTIDs")
        if not self._has(connection, position):
            raise self._passed_on(Standing.behind)
        if not self.is_known and self.describe(Read(connection, database)) != database.read_now(self.describe):
            raise self._passed_on(Standing.unfit, "it is of another version, or writes times in another zone")
        self.is_known = True
        self.note(Standing.in_use)

    def _passed_on(self, standing: Standing, reason: str = "") -> "PassedOn":
        self.note(standing, reason)
        return PassedOn()

    def _has(self, connection: Connection, position: str) -> bool:
        """Whether the replica has everything up to this position, after a short wait if need be."""
        asked = asyncio.wait_for(greenlet_spawn(self._wait, connection, position), self._max_lag + _SILENT_SECONDS)
        try:
            return bool(await_only(asked))
        except TimeoutError:
            connection.invalidate()
            raise self._passed_on(Standing.away, "it is silent") from None

    def _wait(self, connection: Connection, position: str) -> bool:
        function = "MASTER_GTID_WAIT" if _is_mariadb(connection) else "WAIT_FOR_EXECUTED_GTID_SET"
        found = connection.exec_driver_sql(f"SELECT {function}(%s, %s)", (position, self._max_lag)).scalar()
        return found == 0  # -1 or 1: the time is over; NULL: the server replicates nothing.


def position_of(tx: Read) -> str:
    """How far the binary log of the database has come. Empty where it has none, or none with GTIDs."""
    name = "gtid_binlog_pos" if _is_mariadb(tx.connection) else "gtid_executed"
    return str(tx.connection.exec_driver_sql(f"SELECT @@GLOBAL.{name}").scalar() or "")


def _is_mariadb(connection: Connection) -> bool:
    dialect: Any = connection.dialect
    return bool(dialect.is_mariadb)
