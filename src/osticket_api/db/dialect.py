"""The few things SQLite and MySQL say differently."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import mysql, sqlite

from osticket_api.db.engine import Read, Write

_SECONDS_KEPT = 30


def upsert(tx: Write, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Write one row, whether its key is there already or not."""
    if tx.is_sqlite:
        statement: Any = sqlite.insert(table).values(**key, **values)
        tx.change(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))
    else:
        tx.change(mysql.insert(table).values(**key, **values).on_duplicate_key_update(**values))


def has_table(tx: Read, table: Table) -> bool:
    """Whether a table is there just now. PHP makes the search index late, and drops and rebuilds the cdata tables."""
    known: bool | None = tx.memory.get(("table", table.name))
    if known is None:
        known = inspect(tx.connection).has_table(table.name)
        tx.memory.put(("table", table.name), known, _SECONDS_KEPT)
    return known
