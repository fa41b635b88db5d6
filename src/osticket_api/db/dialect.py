"""The few things SQLite and MySQL say differently."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    String,
    Table,
    cast,
    exc,
    func,
    inspect,
    literal,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects import mysql, sqlite

from osticket_api.db.caches import TABLES
from osticket_api.db.failures import is_bad_pattern
from osticket_api.db.statements import given, placeholders
from osticket_api.db.unit import Read, Write

_DAYS_OF_YEAR_0 = 365
"""How many days MySQL counts before those that Python counts."""


def upsert(tx: Write, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Write one row, whether its key is there already or not."""
    tx.change_prepared(_upserting(tx.is_sqlite, table, tuple(key), tuple(values)), given({**key, **values}))


@lru_cache(maxsize=256)
def _upserting(is_sqlite: bool, table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> Insert:
    new = placeholders(table, names)
    row = {**placeholders(table, key), **new}
    if is_sqlite:
        return sqlite.insert(table).values(row).on_conflict_do_update(index_elements=list(key), set_=new)
    return mysql.insert(table).values(row).on_duplicate_key_update(new)


def has_table(tx: Read, table: Table) -> bool:
    """Whether a table is there just now. PHP makes the search index late, and drops and rebuilds the cdata tables."""
    return tx.cached(TABLES, table.name, lambda: inspect(tx.connection).has_table(table.name))


def takes_pattern(tx: Read, pattern: str) -> bool:
    """Whether this server can match such a regular expression: MySQL and MariaDB each have their own kind."""
    if tx.is_sqlite:
        return True
    try:
        tx.scalar(select(literal("").regexp_match(pattern)))
    except exc.DBAPIError as error:
        if is_bad_pattern(error):
            return False
        raise
    return True


def seconds_between(tx: Read, start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """How long it was from one moment to another. A clock change between them makes no difference on MySQL.

    In UTC there are none, and MySQL is spared to look each moment up.
    """
    if tx.is_sqlite:
        return _epoch(end) - _epoch(start)
    if tx.zone == UTC:
        return func.timestampdiff(literal_column("SECOND"), start, end, type_=Integer)
    return func.unix_timestamp(end, type_=Integer) - func.unix_timestamp(start, type_=Integer)


def _epoch(moment: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.strftime("%s", moment), Integer)


def days_after(tx: Read, first: date, moment: ColumnElement[Any], shift_seconds: int) -> ColumnElement[int]:
    """How many days after the first one a moment is, on a clock that is so many seconds ahead of the database's."""
    if tx.is_sqlite:
        day = func.date(moment, f"{shift_seconds:+d} seconds")
        return cast(func.julianday(day) - func.julianday(first.isoformat()), Integer)
    shifted = func.timestampadd(literal_column("SECOND"), shift_seconds, moment) if shift_seconds else moment
    return func.to_days(shifted, type_=Integer) - (first.toordinal() + _DAYS_OF_YEAR_0)


def joined_rows(is_sqlite: bool, text: ColumnElement[str], order: ColumnElement[Any], *of: Any) -> ColumnElement[str]:
    """A text of each row that the conditions name, in one text. SQLite reads rows of one key in its order anyway."""
    ordered = text if is_sqlite else text.op("ORDER BY")(order)
    return select(func.group_concat(ordered, type_=String())).where(*of).scalar_subquery()


def joined(is_sqlite: bool, columns: Sequence[ColumnElement[Any]], separator: str) -> ColumnElement[str]:
    """The columns of a row in one text, for comparing. NULL is an empty text."""
    texts = [func.coalesce(type_coerce(column, String()), literal_column("''")) for column in columns]
    between = literal_column(f"CHAR({ord(separator)})", String())
    if not is_sqlite:
        return func.concat_ws(between, *texts, type_=String())
    whole: ColumnElement[str] = texts[0]
    for text in texts[1:]:
        whole = whole.op("||")(between).op("||")(text)
    return type_coerce(whole, String())
