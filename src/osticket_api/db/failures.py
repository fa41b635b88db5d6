"""What went wrong in the database, in the words of the API."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import exc

from osticket_api.errors import (
    Conflict,
    InsufficientStorage,
    Invalid,
    NotAvailable,
    SwitchedReadOnly,
    TooSlow,
    Unavailable,
)

_MYSQL_DEADLOCK = 1213
_MYSQL_LOCK_WAIT = 1205
_MYSQL_TOO_LONG = 1406
_MYSQL_FULL = {1021, 1026, 1114}
"""The disk, a file, or a table is full."""
_MYSQL_READ_ONLY = {1290, 1836}
"""The server takes no writes, as a replica or while it changes its place."""
_STATEMENT_TIMEOUT = {1969, 3024, 3698, 3699}
"""The server has ended a statement: MariaDB by `max_statement_time`, MySQL by `max_execution_time`, or in the middle of
a regular expression, by `regexp_stack_limit` and `regexp_time_limit`."""
_BAD_PATTERN = {1139, *range(3685, 3698)}
"""The server does not take a regular expression: MariaDB with one number, MySQL with one for each reason."""
_MYSQL_ENGINE = 1030
_NO_SPACE = "error 28"
"""What the storage engine passes on: `ENOSPC`."""
_RETRY_SECONDS = "5"
_SWITCHED_SECONDS = "30"
_SLOW_SECONDS = "30"
"""The value of `Retry-After` for slow requests: at once, the same request would take as long again."""
_MYSQL_DUPLICATE = 1062
_MYSQL_GONE = {1146, 1054}
"""A table, or a column of one, is not there."""
_AWAY = {1040, 1044, 1045, 1049, 1053, 1129, 1203, 1226, 1927, 2002, 2003, 2006, 2013, 2014, 2055} | {
    *(1820, 1862, 3118, 3159, 4151),  # A password that has expired, a locked account, no encryption.
}
"""MySQL's error numbers for: not reachable, not let in, full, shutting down, connection lost."""


_NAMED: Final = 5


def is_gone(error: exc.DBAPIError) -> bool:
    """Whether a table or a column is not there."""
    return mysql_code(error) in _MYSQL_GONE or "no such" in str(error.orig)


def is_bad_pattern(error: exc.DBAPIError) -> bool:
    """Whether the database server does not accept a regular expression."""
    return mysql_code(error) in _BAD_PATTERN


def is_lost_race(error: exc.DBAPIError) -> bool:
    """Whether another transaction was first: to the locks, or to a row that may be there once only."""
    return mysql_code(error) == _MYSQL_DEADLOCK or "database is locked" in str(error.orig) or _is_duplicate(error)


def _is_duplicate(error: exc.DBAPIError) -> bool:
    return mysql_code(error) == _MYSQL_DUPLICATE or "UNIQUE constraint" in str(error.orig)


def mysql_code(error: exc.DBAPIError) -> int | None:
    """The server's error number, None on SQLite."""
    code = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return code if isinstance(code, int) else None


def translated(error: exc.DBAPIError) -> Exception:
    if mysql_code(error) == _MYSQL_LOCK_WAIT:
        return busy("Somebody else is changing the same rows right now; try again.")
    if is_cut_off(error):
        return too_slow()
    if _is_full(error):
        return full()
    if _is_read_only(error):
        return InsufficientStorage.because(_READ_ONLY, code="storage_read_only")
    if "database is locked" in str(error.orig):
        return busy()
    if _is_duplicate(error):
        return Conflict.because("Somebody else has just changed the same rows; read them again.", code="duplicate")
    if mysql_code(error) == _MYSQL_TOO_LONG:
        return Invalid.because(
            "A text is longer than its column in osTicket's table, as it is stored.", code="too_long"
        )
    return away() if is_lost(error) or "unable to open" in str(error.orig) else error


def is_lost(error: exc.DBAPIError) -> bool:
    """Whether the server cannot be reached, or lets nobody in."""
    return error.connection_invalidated or mysql_code(error) in _AWAY


_READ_ONLY: Final = "The database file, or its folder, is read-only. Nothing was changed."


def is_cut_off(error: exc.DBAPIError) -> bool:
    """Whether the database has ended a statement by its time limit. SQLite says no more than `interrupted`."""
    return mysql_code(error) in _STATEMENT_TIMEOUT or str(error.orig) == "interrupted"


def _is_full(error: exc.DBAPIError) -> bool:
    told = str(error.orig)
    of_engine = mysql_code(error) == _MYSQL_ENGINE and _NO_SPACE in told
    return of_engine or mysql_code(error) in _MYSQL_FULL or "database or disk is full" in told


def _is_read_only(error: exc.DBAPIError) -> bool:
    return mysql_code(error) in _MYSQL_READ_ONLY or "readonly database" in str(error.orig)


def full() -> InsufficientStorage:
    return InsufficientStorage.because("The disk is full; nothing was changed.")


def away() -> Unavailable:
    return _later(Unavailable.because("The database cannot be reached right now.", code="database_away"))


def too_slow() -> TooSlow:
    text = "The query took too long, and the database has stopped it. Ask for less, or try again later."
    error = TooSlow.because(text)
    error.headers["Retry-After"] = _SLOW_SECONDS
    return error


def busy(message: str = "The database is busy; try again.") -> Unavailable:
    """The error for a request that found no free connection, or waited too long for a lock."""
    return _later(Unavailable.because(message, code="database_busy"))


def _later(error: Unavailable) -> Unavailable:
    error.headers["Retry-After"] = _RETRY_SECONDS
    return error


def read_only() -> NotAvailable:
    return NotAvailable.because("This server is attached read-only and changes nothing.", code="read_only")


def switched_read_only() -> SwitchedReadOnly:
    """The refusal of every change while the read-only switch is on."""
    text = "The help desk is read-only for a while: an administrator has switched changes off. Nothing was changed."
    error = SwitchedReadOnly.because(text)
    error.headers["Retry-After"] = _SWITCHED_SECONDS
    return error


def sentence_about_engines(tables: Collection[str]) -> str:
    """Which tables these are, and what an administrator can run."""
    names = sorted(tables)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    alter = " ".join(f"ALTER TABLE {name} ENGINE=InnoDB;" for name in names)
    return (
        f"Changes cannot be rolled back in {', '.join(names[:_NAMED])}{more}: the storage engine has no transactions. "
        f"Back up the database, run `{alter}` and start osticket-api again, "
        "or set ALLOW_NON_TRANSACTIONAL=true to write there all the same."
    )


def no_transactions(tables: Collection[str], *, is_dry_run: bool) -> NotAvailable:
    """The refusal of a change to one of these tables."""
    start = "A dry run is not possible here. " if is_dry_run else ""
    return NotAvailable.because(start + sentence_about_engines(tables), code="no_transactions")
