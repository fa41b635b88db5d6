"""Whether a database has every column we read and write, and what it has beyond."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Column, Table, text
from sqlalchemy.dialects import mysql

from osticket_api.db import tables as t
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own import version_table
from osticket_api.db.unit import Read

_KINDS: Final = {
    "number": ("tinyint", "smallint", "mediumint", "int", "integer", "bigint"),
    "text": ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"),
    "moment": ("datetime", "timestamp"),
    "bytes": ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"),
}
_KIND_OF: Final = {name: kind for kind, names in _KINDS.items() for name in names}

_NAMED: Final = 5

_COLUMNS = text(
    "SELECT table_name AS table_name, column_name AS column_name, data_type AS data_type "
    "FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
)

Schema = dict[str, dict[str, str]]
"""Table name to column name to MySQL's word for its type, all in lower case, as names differ by server."""


@dataclass
class Comparison:
    """What is wrong with a schema, and what plugins or people have added to it."""

    missing_tables: list[str] = field(default_factory=list)
    column_faults: list[str] = field(default_factory=list)
    extra_tables: list[str] = field(default_factory=list)
    extra_columns: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """A line for what is wrong: one for all missing tables, one for each column."""
        names = self.missing_tables
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        verb = "table is" if len(names) == 1 else f"{len(names)} tables are"
        told = f"{verb} missing: {', '.join(names[:_NAMED])}{more}; is the database complete, and the prefix right?"
        return [*([told] if names else []), *self.column_faults]


def optional_tables() -> tuple[Table, ...]:
    """Tables that PHP builds and drops as it likes: the materialised answers, and the search index."""
    return t.ticket_cdata, t.task_cdata, t.user_cdata, t.organization_cdata, t.search


def compare_schema(tx: Read) -> Comparison:
    """How this MySQL or MariaDB database differs from the osTicket we know."""
    found = _read_schema(tx)
    comparison = Comparison(extra_tables=_extra_tables(found))
    optional = optional_tables()
    for table in t.metadata.tables.values():
        if table not in optional:
            _compare(table, found.get(table.name.lower()), comparison)
    return comparison


def _read_schema(tx: Read) -> Schema:
    schema: Schema = defaultdict(dict)
    for row in tx.rows(_COLUMNS):
        schema[row.table_name.lower()][row.column_name.lower()] = row.data_type.lower()
    return schema


def _extra_tables(found: Schema) -> list[str]:
    catalogues = (*t.metadata.tables.values(), *own_metadata.tables.values())
    known = {version_table().lower(), *(table.name.lower() for table in catalogues)}
    prefix = t.metadata.info["prefix"].lower()
    return [name for name in found if name.startswith(prefix) and name not in known]


def _compare(table: Table, found: dict[str, str] | None, comparison: Comparison) -> None:
    if found is None:
        comparison.missing_tables.append(table.name)
        return
    for column in table.columns:
        fault = _fault(column, found.get(column.name.lower()))
        if fault:
            comparison.column_faults.append(f"the column {table.name}.{column.name} {fault}")
    known = {column.name.lower() for column in table.columns}
    comparison.extra_columns += [f"{table.name}.{name}" for name in found if name not in known]


def _fault(column: Column[object], found: str | None) -> str | None:
    if found is None:
        return "is missing"
    expected = _kind(str(column.type.compile(dialect=mysql.dialect())))
    return None if _kind(found) == expected else f"is {found}, not {expected}"


def _kind(type_name: str) -> str:
    word = re.split(r"\W", type_name.lower(), maxsplit=1)[0]
    return _KIND_OF.get(word, word)
