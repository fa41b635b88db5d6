"""What went wrong in the database, in the words of the API."""

from sqlalchemy import exc

from osticket_api.errors import Conflict, Invalid, NotAvailable, Unavailable

_MYSQL_DEADLOCK = 1213
_MYSQL_LOCK_WAIT = 1205
_MYSQL_TOO_LONG = 1406
_MYSQL_DUPLICATE = 1062
_MYSQL_GONE = {1146, 1054}
"""A table, or a column of one, is not there."""
_AWAY = {1040, 1044, 1045, 1049, 1053, 1129, 1203, 1226, 1927, 2002, 2003, 2006, 2013, 2014, 2055}
"""MySQL's error numbers for: not reachable, not let in, full, shutting down, connection lost."""


def is_gone(error: exc.DBAPIError) -> bool:
    """Whether a table or a column is not there."""
    return mysql_code(error) in _MYSQL_GONE or "no such" in str(error.orig)


def is_deadlock(error: exc.DBAPIError) -> bool:
    return mysql_code(error) == _MYSQL_DEADLOCK or "database is locked" in str(error.orig)


def mysql_code(error: exc.DBAPIError) -> int | None:
    """The server's error number, None on SQLite."""
    code = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return code if isinstance(code, int) else None


def translated(error: exc.DBAPIError) -> Exception:
    if mysql_code(error) == _MYSQL_LOCK_WAIT:
        return Unavailable.because("Somebody else is changing this just now; try again.", code="database_busy")
    if mysql_code(error) == _MYSQL_DUPLICATE or "UNIQUE constraint" in str(error.orig):
        return Conflict.because("Somebody else has just written the same; read it again.", code="duplicate")
    if mysql_code(error) == _MYSQL_TOO_LONG:
        return Invalid.because("A text is longer, as it is kept, than osTicket has room for.", code="too_long")
    lost = error.connection_invalidated or mysql_code(error) in _AWAY or "unable to open" in str(error.orig)
    return away() if lost else error


def away() -> Unavailable:
    return Unavailable.because("The database cannot be reached just now.", code="database_away")


def read_only() -> NotAvailable:
    return NotAvailable.because("This server is attached read-only; it changes nothing.", code="read_only")
