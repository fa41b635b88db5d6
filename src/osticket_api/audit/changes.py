"""What a transaction changes, seen where it writes: the rows before and after, of the tables that matter."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Delete, Insert, Row, Table, Update, and_, select
from sqlalchemy.sql.elements import BindParameter

from osticket_api.audit.masking import masked
from osticket_api.db import tables as t
from osticket_api.db.statements import ROW_ID, select_by_id
from osticket_api.db.tables import own
from osticket_api.db.tables.own_sign_on import api_identity
from osticket_api.db.tables.own_webhooks import api_webhook
from osticket_api.db.unit import Read, Write

_DERIVED: Final = frozenset(
    {
        "_search", "draft", "file_chunk", "lock", "organization__cdata", "sequence", "session", "syslog", "task__cdata",
        "thread_event", "ticket__cdata", "user__cdata",
    }
)  # fmt: skip
"""Columns that osTicket derives from other columns, or counts by itself."""
_OURS: Final = {
    "api_credential": own.api_credential, "api_field_permission": own.api_field_permission,
    "api_identity": api_identity, "api_passkey": own.api_passkey, "api_session": own.api_session,
    "api_webhook": api_webhook,
}  # fmt: skip
_NAMES: Final = {table: name for name, table in {**t.metadata.tables, **_OURS}.items() if name not in _DERIVED}
"""The audited tables, each with its name without the prefix."""
_INCIDENTAL: Final = frozenset(
    {
        "updated",
        "updated_at",
        "lastupdate",
        "lastlogin",
        "last_used_at",
        "token_hash",
        "previous_hash",
        "rotated_at",
        "family_hash",
        "sign_count",
        "last_number",
        "failing_since",
    }
)
"""Columns whose change alone is not worth an entry."""
_MOST_ROWS: Final = 100
_MOST_CHANGES: Final = 200


def changes_of(tx: Read) -> list[dict[str, Any]]:
    """What this transaction has changed so far."""
    found: list[dict[str, Any]] = tx.cache.setdefault("audit", [])
    return found


class ChangeWatcher:
    """Told by each unit of work of every write, before and after it happens."""

    def inserted(self, tx: Write, table: Table, rows: Sequence[Mapping[str, Any]], row_id: int) -> None:
        """Note new rows."""
        if table not in _NAMES or len(changes_of(tx)) >= _MOST_CHANGES:
            return
        for values in rows[:_MOST_ROWS]:
            given = {name: value for name, value in values.items() if value is not None}
            _note(tx, table, "insert", row_id or _named(table, values), after=masked(_NAMES[table], given))

    def updating(self, tx: Write, table: Table, row_id: int, values: Mapping[str, Any]) -> Callable[[], None] | None:
        """Look at one row that is about to change. Returns what is to be called once it has."""
        changing = {name: value for name, value in values.items() if name not in _INCIDENTAL}
        if table not in _NAMES or not changing:
            return None
        names = tuple({column.name: None for column in _naming(table)} | dict.fromkeys(changing))
        rows = tx.prepared(select_by_id(table, names), {ROW_ID: row_id})

        def note() -> None:
            for row in rows:
                known = row._asdict()
                before = {name: known[name] for name in changing}
                _note_difference(tx, table, known, before, changing)

        return note

    def changing(self, tx: Write, statement: Update | Delete | Insert, parameters: Any) -> Callable[[], None] | None:
        """Look at what a statement is about to change. Returns what is to be called once it has."""
        table = statement.table
        if not isinstance(table, Table) or table not in _NAMES:
            return None
        if isinstance(statement, Insert) or isinstance(parameters, list | tuple):
            return lambda: _note(tx, table, "write", None)
        if isinstance(statement, Delete):
            return _deleting(tx, table, statement, parameters)
        return _updating(tx, table, statement, parameters)


def _deleting(tx: Write, table: Table, statement: Delete, parameters: Any) -> Callable[[], None]:
    rows = _rows(tx, list(table.c), statement.whereclause, parameters)

    def note() -> None:
        for row in rows:
            values = {name: value for name, value in row._mapping.items() if value is not None}
            _note(tx, table, "delete", _named(table, row._asdict()), before=masked(_NAMES[table], values))

    return note


def _updating(tx: Write, table: Table, statement: Update, parameters: Any) -> Callable[[], None] | None:
    given = {getattr(column, "key", column): value for column, value in (statement._values or {}).items()}
    columns = [column for column in table.c if column.key in given and column.name not in _INCIDENTAL]
    if not columns:
        return None
    rows = _rows(tx, [*_naming(table), *columns], statement.whereclause, parameters)
    plain = {name: value.effective_value for name, value in given.items() if isinstance(value, BindParameter)}
    is_plain = parameters is None and all(column.key in plain for column in columns)

    def note() -> None:
        for row in rows:
            before = {column.name: row._mapping[column.name] for column in columns}
            after = {column.name: plain[column.key] for column in columns} if is_plain else _now(tx, table, row, before)
            _note_difference(tx, table, row._asdict(), before, after)

    return note


def _now(tx: Write, table: Table, row: Row[Any], names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row as it is now, where the statement has worked out its values by itself."""
    keys = list(table.primary_key)
    this = and_(*(column == row._mapping[column.name] for column in keys))
    found = tx.row(select(*(table.c[name] for name in names)).where(this)) if keys else None
    return {} if found is None else found._asdict()


def _note_difference(
    tx: Write, table: Table, row: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    changed = [name for name in before if before[name] != after.get(name)]
    if not changed:
        return
    names = {column.name: row[column.name] for column in _naming(table)}
    old, new = (masked(_NAMES[table], {**names, **values}) for values in (before, after))
    shown = {"before": {name: old.get(name) for name in changed}, "after": {name: new.get(name) for name in changed}}
    if table is t.config:
        shown["setting"] = {name: old[name] for name in ("namespace", "key")}
    _note(tx, table, "update", _named(table, row), **shown)


def _rows(
    tx: Write, columns: Sequence[Any], condition: ColumnElement[Any] | None, parameters: Any
) -> Sequence[Row[Any]]:
    found = select(*{column.name: column for column in columns}.values()).limit(_MOST_ROWS)
    return tx.rows(found if condition is None else found.where(condition), parameters)


def _naming(table: Table) -> list[Any]:
    """The columns that tell which row is meant: the key, and what settings are called by."""
    return [*table.primary_key, *([table.c.namespace, table.c.key] if table is t.config else [])]


def _named(table: Table, values: Mapping[Any, Any]) -> str:
    return ",".join(str(values.get(column.name, "")) for column in table.primary_key)


def _note(tx: Write, table: Table, kind: str, row: int | str | None, **values: Any) -> None:
    changes = changes_of(tx)
    if len(changes) < _MOST_CHANGES:
        changes.append({"table": _NAMES[table], "kind": kind, "row": str(row) if row else None, **values})
