"""Which rows of the form tables an operation adds, changes and deletes, against what osTicket was seen to do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from osticket_api.db.unit import Write
from tests.fixtures.f1 import CLOCK, golden_case

KEYS = {
    "ost_form_entry": ("id",),
    "ost_form_entry_values": ("entry_id", "field_id"),
    "ost_attachment": ("id",),
    "ost_ticket__cdata": ("ticket_id",),
    "ost_task__cdata": ("task_id",),
    "ost_user__cdata": ("user_id",),
    "ost_organization__cdata": ("org_id",),
}

Row = dict[str, Any]
Rows = dict[tuple[Any, ...], Row]
Changes = dict[str, dict[str, list[Row]]]


def changes(tx: Write, operation: Callable[[], object]) -> Changes:
    """What the operation does to the tables, in the shape of a golden case."""
    before = {table: _rows(tx, table) for table in KEYS}
    operation()
    found = {table: _difference(table, before[table], _rows(tx, table)) for table in KEYS}
    return {table: difference for table, difference in found.items() if difference}


def expected(number: str, made: Changes, names: Mapping[str, Any] | None = None) -> Changes:
    """The part of a golden case that concerns these tables, with our values in place of its symbols."""
    recorded = golden_case(number)["changes"]
    symbols = {"<now>": f"{CLOCK:%Y-%m-%d %H:%M:%S}", **_new_ids(made), **(names or {})}
    wanted: Changes = _filled({table: recorded[table] for table in KEYS if table in recorded}, symbols)
    attachments = wanted.pop("ost_attachment", {})
    of_fields = {kind: [row for row in rows if row["type"] == "E"] for kind, rows in attachments.items()}
    if any(of_fields.values()):
        wanted["ost_attachment"] = {kind: rows for kind, rows in of_fields.items() if rows}
    return wanted


def _new_ids(made: Changes) -> dict[str, Any]:
    return {
        f"<id:{table}:{position}>": row["id"]
        for table in ("ost_form_entry", "ost_attachment")
        for position, row in enumerate(made.get(table, {}).get("inserted", []), 1)
    }


def _rows(tx: Write, table: str) -> Rows:
    rows = [
        {name: _plain(value) for name, value in row._mapping.items()} for row in tx.rows(text(f"SELECT * FROM {table}"))
    ]
    return {tuple(row[key] for key in KEYS[table]): row for row in rows}


def _plain(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def _difference(table: str, before: Rows, after: Rows) -> dict[str, list[Row]]:
    shared = sorted(key for key in before.keys() & after.keys() if before[key] != after[key])
    found = {
        "inserted": [after[key] for key in sorted(after.keys() - before.keys())],
        "updated": [_update(table, key, before[key], after[key]) for key in shared],
        "deleted": [before[key] for key in sorted(before.keys() - after.keys())],
    }
    return {kind: rows for kind, rows in found.items() if rows}


def _update(table: str, key: tuple[Any, ...], before: Row, after: Row) -> Row:
    moved = [name for name in before if before[name] != after[name]]
    return {
        "key": dict(zip(KEYS[table], key, strict=True)),
        "before": {name: before[name] for name in moved},
        "after": {name: after[name] for name in moved},
    }


def _filled(value: Any, symbols: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, symbols) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, symbols) for item in value]
    if not isinstance(value, str) or "<" not in value:
        return value
    if value in symbols:
        return symbols[value]
    for symbol, meaning in symbols.items():
        value = value.replace(symbol, str(meaning))
    return value
