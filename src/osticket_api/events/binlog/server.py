"""Whether a database server lets us read its binary log, and where the log ends.

Everything is asked by `Ask`, so that both our own connections and those of the reader can be asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from osticket_api.events.feed import LogPosition

Ask = Callable[[str], Sequence[Sequence[Any]]]
"""Runs a statement and returns its rows. Raises: Denied where the database user may not."""

_VARIABLES: Final = (
    "log_bin", "binlog_format", "log_bin_compress", "binlog_transaction_compression", "server_id", "version",
)  # fmt: skip
_COMPRESSION: Final = ("log_bin_compress", "binlog_transaction_compression")
GRANT: Final = "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO {account}"
"""REPLICATION CLIENT is what MariaDB calls BINLOG MONITOR now; it still knows the old name."""


class Refused(Exception):
    """The server does not let its log be read. The text says why, and what to do."""


class Denied(Exception):
    """The database user may not do that."""


@dataclass(frozen=True)
class LogTable:
    """A table as the log names it, and the place of its key among its columns: of what names a watched row."""

    schema: str
    name: str
    key_place: int


def find_end(ask: Ask) -> LogPosition:
    """Where the log ends now.

    Raises: Refused where the server writes none, or one that does not name the rows, or the user may not see it.
    """
    variables = _variables(ask)
    _require_rows(variables)
    try:
        found = ask(_status_statement(variables))
    except Denied:
        raise denied(ask) from None
    if not found:
        raise Refused(_NO_LOG)
    file, offset, only, without = found[0][:4]
    _require_schema(_schema(ask), only, without)
    return LogPosition(server=int(variables["server_id"]), file=_text(file), offset=int(offset))


def find_tables(ask: Ask, keys: Mapping[str, str]) -> dict[str, LogTable]:
    """Tables by the names that we call them by, as are their keys: a server may store them in another case."""
    listed = ", ".join(f"('{name.lower()}', '{key.lower()}')" for name, key in keys.items())
    statement = (
        "SELECT table_schema, table_name, ordinal_position FROM information_schema.columns "  # noqa: S608
        f"WHERE table_schema = DATABASE() AND (LOWER(table_name), LOWER(column_name)) IN ({listed})"
    )
    return {_text(row[1]).lower(): LogTable(_text(row[0]), _text(row[1]), int(row[2]) - 1) for row in ask(statement)}


def denied(ask: Ask) -> Refused:
    """What to say where the rights do not suffice."""
    user, _, host = _text(ask("SELECT CURRENT_USER()")[0][0]).rpartition("@")
    grant = GRANT.format(account=f"'{user}'@'{host}'")
    return Refused(f"the database user {user}@{host} may not read it: run `{grant}` as an administrator there")


_NO_LOG: Final = "the database server writes none: set log_bin and server_id there, and restart it"


def _variables(ask: Ask) -> Mapping[str, str]:
    listed = ", ".join(f"'{name}'" for name in _VARIABLES)
    return {
        _text(name): _text(value) for name, value in ask(f"SHOW GLOBAL VARIABLES WHERE Variable_name IN ({listed})")
    }


def _require_rows(variables: Mapping[str, str]) -> None:
    if variables.get("log_bin") != "ON":
        raise Refused(_NO_LOG)
    form = variables.get("binlog_format", "ROW")
    if form != "ROW":
        raise Refused(f"binlog_format is {form} there, which does not name the rows: set it to ROW, and restart PHP")
    for name in _COMPRESSION:
        if variables.get(name, "OFF") == "ON":
            raise Refused(f"the server compresses it, which cannot be read: set {name}=OFF there")


def _require_schema(schema: str, only: Any, without: Any) -> None:
    listed = [name for name in _text(only).split(",") if name]
    if (listed and schema not in listed) or schema in _text(without).split(","):
        raise Refused(f"the server leaves {schema} out of it: change binlog_do_db or binlog_ignore_db there")


def _status_statement(variables: Mapping[str, str]) -> str:
    """MySQL renamed it in 8.4."""
    version = variables["version"]
    if "mariadb" in version.lower():
        return "SHOW MASTER STATUS"
    major, minor = (int(part) for part in version.split(".")[:2])
    return "SHOW BINARY LOG STATUS" if (major, minor) >= (8, 4) else "SHOW MASTER STATUS"


def _schema(ask: Ask) -> str:
    return _text(ask("SELECT DATABASE()")[0][0])


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")
