"""The named indexes that an administrator may put on osTicket's tables, and take off again.

osTicket neither needs nor notices them. Measured on 500,000 tickets, 1,500,000 entries, eight departments (MariaDB
10.11, 128 MB of buffer pool): `docs/decisions/0003-fresh-help-desk.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, exc, inspect

from osticket_api.db import tables as t
from osticket_api.db.caches import OPTIONAL_INDEXES
from osticket_api.db.failures import mysql_code
from osticket_api.db.unit import Read, Write
from osticket_api.settings import ConfigurationError

_NOT_ONLINE = {1845, 1846}
"""MySQL's error numbers for: this engine, or this change, cannot do it while others write."""


@dataclass(frozen=True)
class ApiIndex:
    name: str
    table: Table
    columns: Sequence[str]
    reason: str


INDEXES = (
    ApiIndex(
        "api_number", t.ticket, ("number",), "A ticket number has no index at all: every look-up reads the table."
    ),
    ApiIndex(
        "api_status_dept_lastupdate",
        t.ticket,
        (
            *("status_id", "dept_id", "lastupdate", "staff_id", "team_id"),
            *("isanswered", "isoverdue", "topic_id", "user_id", "ticket_pid", "flags"),
        ),
        "Lists and counts by status and department, sorted by activity; holds all that decides who sees a ticket, "
        "all that statistics tell of open ones, and which are on top of a tree, as queues show them.",
    ),
    ApiIndex(
        "api_status_dept_created",
        t.ticket,
        ("status_id", "dept_id", "created", "staff_id", "team_id"),
        "The same lists sorted by creation: without it, those of a small department read all departments' tickets.",
    ),
    ApiIndex(
        "api_created",
        t.ticket,
        ("created", "ticket_id", "dept_id", "status_id", "staff_id", "team_id", "topic_id", "user_id"),
        "Pages far into the list over all statuses: what decides who sees a ticket is read in the list's own order. "
        "Statistics of what came.",
    ),
    ApiIndex(
        "api_closed",
        t.ticket,
        ("closed", "created", "dept_id", "status_id", "staff_id", "team_id", "topic_id", "user_id"),
        "Statistics of what was closed, and how long it took.",
    ),
    ApiIndex(
        "api_event_timestamp",
        t.thread_event,
        ("event_id", "timestamp"),
        "Statistics of what was reopened: without it, all events of the range are read.",
    ),
    ApiIndex("api_lastupdate", t.ticket, ("lastupdate",), "Lists over all statuses sorted by activity."),
    ApiIndex(
        "api_staff_status",
        t.ticket,
        ("staff_id", "status_id"),
        "The open tickets of an agent: without it, all that they ever had are read.",
    ),
    ApiIndex("api_lastmessage", t.thread, ("lastmessage", "object_id", "object_type"), "Lists sorted by activity."),
    ApiIndex("api_lastresponse", t.thread, ("lastresponse", "object_id", "object_type"), "Lists sorted by activity."),
    ApiIndex("api_updated", t.ticket, ("updated",), "Lists sorted by change, and what changed since some time."),
)


def present(tx: Read) -> set[str]:
    """The names of those indexes that are there, with the columns they should have."""
    there = _there(tx)
    return {index.name for index in INDEXES if there.get(_name_here(tx, index)) == list(index.columns)}


def are_present(tx: Read) -> bool:
    """Whether all optional indexes are there. Without them, some of our statements are slower than the plain ones."""
    return tx.cached(OPTIONAL_INDEXES, None, lambda: len(present(tx)) == len(INDEXES))


def outdated(tx: Read) -> set[str]:
    """The names of those that are there with other columns, since an earlier version made them."""
    there = _there(tx)
    return {index.name for index in INDEXES if _name_here(tx, index) in there} - present(tx)


def _there(tx: Read) -> dict[str | None, list[str | None]]:
    """The columns of the indexes of all tables concerned."""
    tables = dict.fromkeys(index.table.name for index in INDEXES)
    found = (each for table in tables for each in inspect(tx.connection).get_indexes(table))
    return {each["name"]: each["column_names"] for each in found}


def add(tx: Write, index: ApiIndex) -> None:
    """Build an index while osTicket goes on writing, in the place of an outdated one.

    Raises: ConfigurationError when the table's engine cannot do that.
    """
    if index.name in outdated(tx):
        drop(tx, index)
    quote = tx.dialect.identifier_preparer.quote
    name, table = quote(_name_here(tx, index)), quote(index.table.name)
    columns = ", ".join(map(quote, index.columns))
    if tx.is_sqlite:
        tx.connection.exec_driver_sql(f"CREATE INDEX {name} ON {table} ({columns})")
    else:
        _alter_online(tx, index, f"ALTER TABLE {table} ADD INDEX {name} ({columns})")


def drop(tx: Write, index: ApiIndex) -> None:
    quote = tx.dialect.identifier_preparer.quote
    name = quote(_name_here(tx, index))
    if tx.is_sqlite:
        tx.connection.exec_driver_sql(f"DROP INDEX {name}")
    else:
        _alter_online(tx, index, f"ALTER TABLE {quote(index.table.name)} DROP INDEX {name}")


def _name_here(tx: Read, index: ApiIndex) -> str:
    """On SQLite the names of indexes are one name space for all tables."""
    return f"{index.table.name}_{index.name}" if tx.is_sqlite else index.name


def _alter_online(tx: Write, index: ApiIndex, statement: str) -> None:
    try:
        tx.connection.exec_driver_sql(f"{statement}, ALGORITHM=INPLACE, LOCK=NONE")
    except exc.DBAPIError as error:
        if mysql_code(error) not in _NOT_ONLINE:
            raise
        raise ConfigurationError(
            f"The table {index.table.name} cannot be changed while it is in use: {index.name} needs InnoDB, "
            "and a table of another engine needs ALTER TABLE ... ENGINE=InnoDB first"
        ) from None
