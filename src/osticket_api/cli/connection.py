"""Connect commands to the help desk's database, and say what to check when the connection fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import exc

from osticket_api.audit.entries import watch
from osticket_api.db.connect import open_database, prepare
from osticket_api.db.engine import Database
from osticket_api.db.failures import mysql_code
from osticket_api.errors import Unavailable
from osticket_api.settings import ENV_FILE, ConfigurationError, Settings

_EXPIRED = "give DB_USERNAME a new password with ALTER USER ... IDENTIFIED BY"
_LOCKED = "unlock DB_USERNAME with ALTER USER ... ACCOUNT UNLOCK"
_HINTS = {
    1044: "check DB_DATABASE, and what DB_USERNAME may do",
    1045: "check DB_USERNAME and DB_PASSWORD",
    1049: "check DB_DATABASE",
    1142: "check what DB_USERNAME may do",
    1143: "check what DB_USERNAME may do",
    1227: "check what DB_USERNAME may do",
    1820: _EXPIRED,
    1862: _EXPIRED,
    3118: _LOCKED,
    3159: "set DB_SSL_CA, since the server wants connections to be encrypted",
    4151: _LOCKED,
}
"""Advice by MySQL's error number."""
_SAFE_CODES = {*_HINTS, 1040, 1129, 1130, 1203, 1226, 2002, 2003, 2005, 2006, 2013}
"""Errors whose text names hosts, users and tables, but no data from rows."""


class DatabaseUnreachable(ConfigurationError):
    """The database does not answer or refuses the login, perhaps because it is still starting."""


@asynccontextmanager
async def opened(settings: Settings, *, makes_file: bool = False) -> AsyncIterator[Database]:
    """Open the database of the settings for the length of a block. `makes_file`: an embedded one may be missing.

    Raises: ConfigurationError with one sentence when the database cannot be reached or refuses a statement.
    """
    if not makes_file:
        require_file(settings)
    database = open_database(settings)
    watch(database)
    try:
        yield database
    except Unavailable as error:
        raise DatabaseUnreachable(sentence_about(settings, error.__cause__)) from None
    except exc.DBAPIError as error:
        raise ConfigurationError(sentence_about(settings, error)) from None
    finally:
        await database.close()


def require_file(settings: Settings) -> None:
    """Raises: ConfigurationError where the embedded help desk is missing: SQLite would make an empty file."""
    if settings.db_connection == "sqlite" and not settings.sqlite_path.exists():
        raise ConfigurationError(f"There is no help desk at {settings.sqlite_path}. {how_to_begin()}")


@asynccontextmanager
async def opened_help_desk(settings: Settings) -> AsyncIterator[Database]:
    """Open the database, and check that its help desk is one that this release can work with.

    Raises: ConfigurationError, as `opened` and `prepare`.
    """
    async with opened(settings) as database:
        await prepare(database, settings)
        yield database


def sentence_about(settings: Settings, error: BaseException | None) -> str:
    """One sentence: the address, the user, the error of the database, and what to check."""
    if settings.db_connection == "sqlite":
        hint = "it is not an SQLite database, or may not be read and written here"
        return f"The embedded help desk {settings.sqlite_path} cannot be opened: {hint}"
    place = settings.db_socket or f"{settings.db_host} port {settings.db_port}"
    code = mysql_code(error) if isinstance(error, exc.DBAPIError) else None
    hint = _HINTS.get(code or 0, "check that it runs, and DB_HOST, DB_PORT or DB_SOCKET")
    return f"The database at {place} does not serve the user {settings.db_username}: {_said(error, code)}; {hint}"


def _said(error: BaseException | None, code: int | None) -> str:
    original: Any = getattr(error, "orig", None)
    if code in _SAFE_CODES and original is not None and original.args:
        return str(original.args[-1])
    return f"error {code}" if code is not None else "it does not answer"


def how_to_begin() -> str:
    """What to run where nothing is configured yet."""
    missing = f"There is no {ENV_FILE} in this folder. " if not Path(ENV_FILE).exists() else ""
    return (
        f"{missing}Run `osticket-api attach PATH` to work beside an installed osTicket, "
        "or `osticket-api demo` to try a sample help desk"
    )
