"""What our Table objects say about osTicket's schema, in the words of MySQL's information schema."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Index, Table
from sqlalchemy.dialects import mysql

from osticket_api.db import tables as t
from tests.schema.reference import Facts

_DIALECT = mysql.dialect()
_NAMES = {"integer": "int"}


def columns() -> Facts:
    return {
        (_usual_name(bare_name), column.name, str(place), *_facts(table, column))
        for bare_name, table in t.metadata.tables.items()
        for place, column in enumerate(table.columns, start=1)
    }


def indexes() -> Facts:
    return {
        (_usual_name(bare_name), *line)
        for bare_name, table in t.metadata.tables.items()
        for line in (*_primary(table), *_secondary(table))
    }


def _usual_name(bare_name: str) -> str:
    return f"ost_{bare_name}"


def _facts(table: Table, column: Column[Any]) -> tuple[str, ...]:
    nullable = "YES" if column.nullable else "NO"
    return _type(column), nullable, _default(column), _extra(table, column), _key(table, column)


def _type(column: Column[Any]) -> str:
    text = column.type.compile(_DIALECT).replace("UNSIGNED", "unsigned")
    name, bracket, rest = text.partition("(")
    name, _, more = name.partition(" ")
    name = _NAMES.get(name.lower(), name.lower())
    text = f"{name}{bracket}{rest}" if bracket else f"{name} {more}".rstrip()
    return text.partition(" CHARACTER SET")[0]


def _default(column: Column[Any]) -> str:
    if column.server_default is None:
        return "NULL"
    given = column.server_default.arg  # type: ignore[attr-defined]
    if isinstance(given, str):
        return f"'{given}'"
    return {"CURRENT_TIMESTAMP": "current_timestamp()", "('')": "''"}.get(str(given), str(given))


def _extra(table: Table, column: Column[Any]) -> str:
    if column is table.autoincrement_column:
        return "auto_increment"
    return "on update current_timestamp()" if column.info.get("touched") else ""


def _key(table: Table, column: Column[Any]) -> str:
    if column.primary_key:
        return "PRI"
    leading = [index for index in table.indexes if next(iter(index.columns)) is column]
    if any(index.unique and len(index.columns) == 1 for index in leading):
        return "UNI"
    return "MUL" if leading else ""


def _primary(table: Table) -> Iterator[tuple[str, ...]]:
    for place, column in enumerate(table.primary_key.columns, start=1):
        yield "PRIMARY", "0", str(place), column.name, "NULL", "BTREE"


def _secondary(table: Table) -> Iterator[tuple[str, ...]]:
    for index in table.indexes:
        for place, column in enumerate(index.columns, start=1):
            unique = str(int(not index.unique))
            yield str(index.name), unique, str(place), column.name, "NULL", _kind(index)


def _kind(index: Index) -> str:
    return index.dialect_options["mysql"]["prefix"] or "BTREE"
