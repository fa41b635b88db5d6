"""Rows as readable tables of values, and how they get into the database."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table

from osticket_api.db.unit import Write

Rows = list[dict[str, Any]]
Plan = Iterable[tuple[Table, Rows]]
"""The rows to insert, in their order."""


def rows(columns: str, *values: tuple[Any, ...]) -> Rows:
    """One dict for each tuple of values, under the same blank-separated column names."""
    names = columns.split()
    return [dict(zip(names, line, strict=True)) for line in values]


def plant(tx: Write, plan: Plan) -> None:
    """Insert the rows. Those that do not say when they were created or updated get the time of the transaction."""
    for table, lines in plan:
        stamps = {name: tx.now for name in ("created", "updated") if name in table.c}
        tx.insert_many(table, [stamps | line for line in lines])
