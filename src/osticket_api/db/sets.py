"""Rows that together are a set: the members of a team, the departments an agent works in."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, delete, select

from osticket_api.db.unit import Write


def replace_set(
    tx: Write, table: Table, owner: Mapping[str, int], key: str, wanted: Mapping[int, Mapping[str, Any]]
) -> bool:
    """Make an owner's rows exactly these, by the id in column `key`. What is right already is left alone.

    Returns whether anything changed.
    """
    owned = [table.c[name] == value for name, value in owner.items()]
    found = {row._mapping[key]: dict(row._mapping) for row in tx.rows(select(table).where(*owned))}
    rows = {number: {**owner, key: number, **values} for number, values in wanted.items()}
    stale = [number for number, row in found.items() if rows.get(number) != row]
    if stale:
        tx.change(delete(table).where(*owned, table.c[key].in_(stale)))
    new = [row for number, row in rows.items() if found.get(number) != row]
    tx.insert_many(table, new)
    return bool(stale or new)
