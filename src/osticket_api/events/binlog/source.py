"""Where events come from, as the settings say: the libraries of the binary log are loaded only where it is read."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exc

from osticket_api.db.failures import mysql_code
from osticket_api.db.rights import DENIED, list_grants
from osticket_api.db.unit import Read
from osticket_api.errors import Unavailable
from osticket_api.events.binlog.server import Denied, Refused, denied, find_end
from osticket_api.events.feed import LogPosition
from osticket_api.settings import ConfigurationError, Settings

if TYPE_CHECKING:
    from osticket_api.events.binlog.reader import LogReader

_INSTEAD: Final = "or leave EVENTS_SOURCE out"


def reader_for(settings: Settings, stir: Callable[[], None]) -> "LogReader | None":
    """What reads the binary log, which nobody has begun yet. None where the tables are the source."""
    if not settings.reads_log:
        return None
    from osticket_api.events.binlog.address import address_of
    from osticket_api.events.binlog.reader import LogReader

    return LogReader(address_of(settings), stir)


async def require_source(settings: Settings) -> None:
    """Raises: ConfigurationError where the binary log is wanted and cannot be read; Unavailable."""
    if settings.reads_log and not settings.read_only:
        try:
            await find_log(settings)
        except Refused as refused:
            raise ConfigurationError(f"EVENTS_SOURCE is binlog, but {refused}; {_INSTEAD}") from None


async def find_log(settings: Settings) -> LogPosition:
    """Where the binary log ends, after a first piece of it was read as the tailer reads it.

    Raises: Refused where that is not allowed; Unavailable.
    """
    from pymysql import MySQLError

    from osticket_api.events.binlog.address import address_of
    from osticket_api.events.binlog.reader import require_readable

    try:
        return await asyncio.to_thread(require_readable, address_of(settings))
    except (MySQLError, OSError) as error:
        raise Unavailable.because(str(error)) from error


def sentence_about_log(tx: Read) -> str:
    """Whether the binary log can be read, as far as settings and grants tell. No library is needed for this."""
    if tx.is_sqlite:
        return "SQLite has no binary log"

    def ask(statement: str) -> Sequence[Sequence[Any]]:
        try:
            return [tuple(row) for row in tx.connection.exec_driver_sql(statement)]
        except exc.DBAPIError as error:
            if mysql_code(error) in DENIED:
                raise Denied from error
            raise

    try:
        find_end(ask)
        if not _may_follow(list_grants(tx)):
            raise denied(ask)
    except Refused as refused:
        return f"the binary log cannot be read: {refused}"
    return "the binary log can be read (EVENTS_SOURCE=binlog)"


def _may_follow(grants: Sequence[str]) -> bool:
    everywhere = [grant.removesuffix(" ON *.*") for grant in grants if grant.endswith(" ON *.*")]
    return any({"REPLICATION SLAVE", "ALL PRIVILEGES"} & set(each.split(", ")) for each in everywhere)
