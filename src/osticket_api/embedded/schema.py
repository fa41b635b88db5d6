"""The tables of a fresh help desk, with their indexes, and the full-text index of either database."""

from collections.abc import Iterable

from sqlalchemy import Index, Table, inspect
from sqlalchemy.schema import CreateIndex, CreateTable

from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write

_SQLITE_SEARCH = (
    """
    CREATE VIRTUAL TABLE "{fts}" USING fts5(
        title, content, content="{search}", content_rowid="rowid", tokenize="unicode61 remove_diacritics 2"
    )""",
    """
    CREATE TRIGGER "{fts}_replaced" BEFORE INSERT ON "{search}" BEGIN
        DELETE FROM "{search}" WHERE object_type = new.object_type AND object_id = new.object_id;
    END""",
    """
    CREATE TRIGGER "{fts}_inserted" AFTER INSERT ON "{search}" BEGIN
        INSERT INTO "{fts}" (rowid, title, content) VALUES (new.rowid, new.title, new.content);
    END""",
    """
    CREATE TRIGGER "{fts}_deleted" AFTER DELETE ON "{search}" BEGIN
        INSERT INTO "{fts}" ("{fts}", rowid, title, content) VALUES ('delete', old.rowid, old.title, old.content);
    END""",
    """
    CREATE TRIGGER "{fts}_updated" AFTER UPDATE ON "{search}" BEGIN
        INSERT INTO "{fts}" ("{fts}", rowid, title, content) VALUES ('delete', old.rowid, old.title, old.content);
        INSERT INTO "{fts}" (rowid, title, content) VALUES (new.rowid, new.title, new.content);
    END""",
    """INSERT INTO "{fts}" ("{fts}") VALUES ('rebuild')""",
)
"""Whoever writes `_search` feeds the index. `_replaced` is there because REPLACE alone fires no delete trigger."""

_SQLITE_TRIGGERS = ("replaced", "inserted", "deleted", "updated")


def is_empty(tx: Read) -> bool:
    """Whether the database holds no table at all, osTicket's or anybody's."""
    return not inspect(tx.connection).get_table_names()


def create_tables(tx: Write) -> None:
    """Create every table of osTicket with its indexes, and what full-text search needs."""
    for table in t.metadata.sorted_tables:
        statement = str(CreateTable(table).compile(dialect=tx.dialect)).strip()
        tx.connection.exec_driver_sql(statement if tx.is_sqlite else statement + _options(table))
    create_indexes(tx, t.metadata.sorted_tables)


def _options(table: Table) -> str:
    """Three-byte text throughout, as PHP speaks it. Sessions alone have another collation."""
    collation = "utf8_unicode_ci" if table is t.session else "utf8_general_ci"
    return f" ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE={collation}"


def create_indexes(tx: Write, tables: Iterable[Table]) -> None:
    """Build the secondary indexes of these tables."""
    for table in tables:
        if tx.is_sqlite:
            _create_indexes_on_sqlite(tx, table)
        elif table.indexes:
            _alter(tx, table, [_added(tx, index) for index in _sorted(table)])


def drop_indexes(tx: Write, tables: Iterable[Table]) -> None:
    """Take the secondary indexes off these tables: many rows are cheaper to index afterwards."""
    for table in tables:
        if tx.is_sqlite:
            _drop_indexes_on_sqlite(tx, table)
        elif table.indexes:
            _alter(tx, table, [*(_dropped(tx, index) for index in _sorted(table)), *_rebuilt(table)])


def search_index(search: Table = t.search) -> str:
    """The name of the FTS5 table that stands in for MySQL's full-text index on SQLite."""
    return f"{search.name}_fts"


def _sorted(table: Table) -> list[Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _is_fulltext(index: Index) -> bool:
    return bool(index.dialect_options["mysql"]["prefix"])


def _added(tx: Write, index: Index) -> str:
    quote = tx.dialect.identifier_preparer.quote
    kind = "FULLTEXT " if _is_fulltext(index) else "UNIQUE " if index.unique else ""
    columns = ", ".join(quote(column.name) for column in index.columns)
    return f"ADD {kind}INDEX {quote(str(index.name))} ({columns})"


def _dropped(tx: Write, index: Index) -> str:
    return f"DROP INDEX {tx.dialect.identifier_preparer.quote(str(index.name))}"


def _rebuilt(table: Table) -> list[str]:
    """InnoDB keeps hidden document ids when a full-text index goes, and finds nothing with the next one because of
    them. A rebuilt table has none."""
    return ["ALGORITHM=COPY"] if any(map(_is_fulltext, table.indexes)) else []


def _alter(tx: Write, table: Table, changes: list[str]) -> None:
    """All changes in one statement, so that the table is read once."""
    name = tx.dialect.identifier_preparer.quote(table.name)
    tx.connection.exec_driver_sql(f"ALTER TABLE {name} {', '.join(changes)}")


def _create_indexes_on_sqlite(tx: Write, table: Table) -> None:
    for index in _sorted(table):
        if not _is_fulltext(index):
            tx.connection.execute(CreateIndex(index))
    if table is t.search:
        for statement in _SQLITE_SEARCH:
            tx.connection.exec_driver_sql(statement.format(fts=search_index(), search=table.name))


def _drop_indexes_on_sqlite(tx: Write, table: Table) -> None:
    for index in _sorted(table):
        tx.connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{table.name}_{index.name}"')
    if table is t.search:
        for trigger in _SQLITE_TRIGGERS:
            tx.connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{search_index()}_{trigger}"')
        tx.connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{search_index()}"')
