"""What the database user may do with osTicket's tables."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Table, exc, text

from osticket_api.db import tables as t
from osticket_api.db.failures import mysql_code
from osticket_api.db.unit import Read, Write
from osticket_api.settings import ConfigurationError

DENIED: Final = {1142, 1143, 1227, 1370}
"""MySQL's error numbers for: this user may not do that to this table or column."""
_NEEDED: Final = {"SELECT", "INSERT", "UPDATE", "DELETE"}
_GRANT: Final = re.compile(r"GRANT (?P<rights>.+?) ON (?P<where>\S+) TO ")


@dataclass(frozen=True)
class Denied:
    """A right that the database user lacks on a table."""

    right: str
    table: str


def list_grants(tx: Read) -> list[str]:
    """What `SHOW GRANTS` says, without the account and its password: `SELECT, INSERT ON desk.*`."""
    if tx.is_sqlite:
        return []
    found = (_GRANT.match(str(grant)) for grant in tx.scalars(text("SHOW GRANTS")))
    return [f"{match['rights']} ON {match['where']}" for match in found if match]


def find_denied(tx: Write) -> list[Denied]:
    """The rights that are missing, found by trying each on every table. No row is touched.

    `SHOW GRANTS` tells just whether nothing is missing: rights also come from roles, wildcards, tables and columns.
    """
    if tx.is_sqlite or _may_do_everything(tx):
        return []
    there = {str(name).lower() for name in tx.scalars(text("SHOW TABLES"))}
    tables = (table for table in t.metadata.tables.values() if table.name.lower() in there)
    return [denied for table in tables for denied in _denied_on(tx, table)]


def _may_do_everything(tx: Read) -> bool:
    """Whether one grant allows all that is needed on the whole database, and none is taken back in part."""
    lines = [str(line) for line in tx.scalars(text("SHOW GRANTS"))]
    database = tx.scalar(text("SELECT DATABASE()"))
    whole = {"*.*", f"`{database}`.*"}
    granted = [match for match in map(_GRANT.match, lines) if match and match["where"] in whole]
    rights = [set(match["rights"].split(", ")) for match in granted]
    return not any(line.startswith("REVOKE") for line in lines) and any(
        "ALL PRIVILEGES" in each or each >= _NEEDED for each in rights
    )


def _denied_on(tx: Write, table: Table) -> Iterator[Denied]:
    name = f"`{table.name}`"
    columns = ", ".join(f"`{column.name}`" for column in table.columns)
    settings = ", ".join(f"`{column.name}` = `{column.name}`" for column in table.columns)
    attempts = {
        "SELECT": f"SELECT {columns} FROM {name} WHERE 1 = 0",  # noqa: S608
        "INSERT": f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {name} WHERE 1 = 0",  # noqa: S608
        "UPDATE": f"UPDATE {name} SET {settings} WHERE 1 = 0",  # noqa: S608
        "DELETE": f"DELETE FROM {name} WHERE 1 = 0",  # noqa: S608
    }
    for right, statement in attempts.items():
        if not _may(tx, statement):
            yield Denied(right, table.name)


def _may(tx: Write, statement: str) -> bool:
    """Whether this statement is allowed. Any other failure is not about rights."""
    try:
        tx.connection.exec_driver_sql(statement)
    except exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        return mysql_code(error) not in DENIED
    return True


def require_rights(tx: Write) -> None:
    """Raises: ConfigurationError naming what the database user may not do, and the GRANT that lets it."""
    denied = find_denied(tx)
    if denied:
        raise ConfigurationError(_sentence(tx, denied))


def _sentence(tx: Read, denied: Iterable[Denied]) -> str:
    tables = defaultdict(list)
    for each in denied:
        tables[each.right].append(each.table)
    missing = "; ".join(f"{right} on {_names(names)}" for right, names in tables.items())
    row = tx.row(text("SELECT CURRENT_USER() AS account, DATABASE() AS name"))
    assert row is not None
    user, _, host = str(row.account).rpartition("@")
    grant = f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{row.name}`.* TO '{user}'@'{host}'"
    has = "; ".join(list_grants(tx)) or "nothing"
    return (
        f"The database user {user}@{host} may not {missing}. It has: {has}. "
        f"Run `{grant}` as an administrator of the database, or set READ_ONLY=true (`attach --read-only`)"
    )


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more tables"
