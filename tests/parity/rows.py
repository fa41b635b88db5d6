"""All rows of a help desk in the literal forms of the recorded data, what changed between two moments, and back."""

from base64 import b64decode, b64encode
from typing import Any

from osticket_api.db import tables as t
from tests.parity.golden import Changes

Row = dict[str, Any]
Snapshot = dict[str, dict[tuple[Any, ...], Row]]
"""Rows by table and primary key."""

LEFT_OUT = {"ost_session"}
_BASE64 = "base64:"


def keys() -> dict[str, tuple[str, ...]]:
    """The columns of each table's primary key."""
    tables = t.metadata.tables.values()
    found = {table.name: tuple(column.name for column in table.primary_key) for table in tables}
    return {name: key for name, key in found.items() if name not in LEFT_OUT}


def literal(value: Any) -> Any:
    """A value as the recorded data writes it: bytes are text where they are text."""
    if not isinstance(value, bytes):
        return value
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return _BASE64 + b64encode(value).decode()
    is_text = all(character.isprintable() or character in "\n\r\t" for character in text)
    return text if is_text else _BASE64 + b64encode(value).decode()


def stored(column: str, value: Any) -> Any:
    """The reverse of `literal`."""
    if column != "filedata":
        return value
    return b64decode(value.removeprefix(_BASE64)) if value.startswith(_BASE64) else value.encode()


def difference(before: Snapshot, after: Snapshot) -> Changes:
    """What was inserted, updated and deleted, in the shape of a case's `changes`."""
    found = {name: _table_difference(keys()[name], before[name], after[name]) for name in before}
    return {name: changes for name, changes in found.items() if changes}


def _table_difference(
    key: tuple[str, ...], before: dict[tuple[Any, ...], Row], after: dict[tuple[Any, ...], Row]
) -> dict[str, list[Row]]:
    if before == after:
        return {}
    both = [(before[each], after[each]) for each in before.keys() & after.keys() if before[each] != after[each]]
    changes = {
        "inserted": [after[each] for each in after.keys() - before.keys()],
        "updated": [_row_difference(key, old, new) for old, new in both],
        "deleted": [before[each] for each in before.keys() - after.keys()],
    }
    return {kind: rows for kind, rows in changes.items() if rows}


def _row_difference(key: tuple[str, ...], old: Row, new: Row) -> Row:
    changed = [column for column in old if old[column] != new[column]]
    return {
        "key": {column: old[column] for column in key},
        "before": {column: old[column] for column in changed},
        "after": {column: new[column] for column in changed},
    }


def reverse(changes: Changes) -> Changes:
    """The changes that undo these."""
    return {
        name: {
            "inserted": table.get("deleted", []),
            "updated": [
                {"key": row["key"], "before": row["after"], "after": row["before"]} for row in table.get("updated", [])
            ],
            "deleted": table.get("inserted", []),
        }
        for name, table in changes.items()
    }
