"""The tables of a fresh help desk, with their indexes, and the full-text index of either database."""

from sqlalchemy import Table, inspect
from sqlalchemy.schema import CreateIndex, CreateTable

from osticket_api.db import tables as t
from osticket_api.db.engine import Read, Write

_SQLITE_SEARCH = """
CREATE VIRTUAL TABLE "{fts}" USING fts5(
    title, content, content="{search}", content_rowid="rowid", tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER "{fts}_replaced" BEFORE INSERT ON "{search}" BEGIN
    DELETE FROM "{search}" WHERE object_type = new.object_type AND object_id = new.object_id;
END;
CREATE TRIGGER "{fts}_inserted" AFTER INSERT ON "{search}" BEGIN
    INSERT INTO "{fts}" (rowid, title, content) VALUES (new.rowid, new.title, new.content);
END;
CREATE TRIGGER "{fts}_deleted" AFTER DELETE ON "{search}" BEGIN
    INSERT INTO "{fts}" ("{fts}", rowid, title, content) VALUES ('delete', old.rowid, old.title, old.content);
END;
CREATE TRIGGER "{fts}_updated" AFTER UPDATE ON "{search}" BEGIN
    INSERT INTO "{fts}" ("{fts}", rowid, title, content) VALUES ('delete', old.rowid, old.title, old.content);
    INSERT INTO "{fts}" (rowid, title, content) VALUES (new.rowid, new.title, new.content);
END;
"""
"""Whoever writes `_search` feeds the index. `_replaced` is there because REPLACE alone fires no delete trigger."""


def is_empty(tx: Read) -> bool:
    """Whether the database holds no table at all, osTicket's or anybody's."""
    return not inspect(tx.connection).get_table_names()


def create_tables(tx: Write) -> None:
    """Create every table of osTicket with its indexes, and what full-text search needs."""
    for table in t.metadata.sorted_tables:
        _create(tx, table)
    if tx.is_sqlite:
        create_sqlite_search(tx)


def _create(tx: Write, table: Table) -> None:
    statement = str(CreateTable(table).compile(dialect=tx.dialect)).strip()
    if not tx.is_sqlite:
        statement += " ENGINE=InnoDB DEFAULT CHARSET=utf8mb3"
    tx.connection.exec_driver_sql(statement)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        tx.connection.execute(CreateIndex(index))


def search_index(search: Table) -> str:
    """The name of the FTS5 table that stands in for MySQL's full-text index on SQLite."""
    return f"{search.name}_fts"


def create_sqlite_search(tx: Write) -> None:
    """The FTS5 table over `_search`, and the triggers that keep it."""
    script = _SQLITE_SEARCH.format(fts=search_index(t.search), search=t.search.name)
    for statement in script.strip().split(";\nCREATE"):
        create = statement if statement.startswith("CREATE") else f"CREATE{statement}"
        tx.connection.exec_driver_sql(create.rstrip(";\n"))
