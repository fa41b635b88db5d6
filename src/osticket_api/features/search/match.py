"""Full-text questions, as osTicket asks them: FULLTEXT on MySQL and MariaDB, FTS5 on SQLite."""

import re

from sqlalchemy import ColumnElement, Select, false, literal_column, select, text, union
from sqlalchemy.dialects import mysql

from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table
from osticket_api.db.engine import Read

_WORD = re.compile(r"\w+")
MIN_CHARACTERS = 3


def tickets_matching(tx: Read, query: str) -> Select[tuple[int]] | None:
    """The ids of the tickets that match: by their own text, an entry of their thread, or the name of their user.

    None when there is nothing to ask: a text of fewer than three characters matches everything in osTicket.
    Source: tickets.md 8.2.
    """
    if len(query.strip().encode()) < MIN_CHARACTERS or not has_table(tx, t.search):
        return None
    hits = _hits(tx, query)
    search, thread, entry = t.search.c, t.thread.c, t.thread_entry.c
    by_entry = (
        select(thread.object_id)
        .join_from(t.search, t.thread_entry, entry.id == search.object_id)
        .join(t.thread, thread.id == entry.thread_id)
        .where(hits, search.object_type == "H", thread.object_type.in_(("T", "C")))
    )
    by_user = (
        select(t.ticket.c.ticket_id)
        .join_from(t.search, t.ticket, t.ticket.c.user_id == search.object_id)
        .where(hits, search.object_type == "U")
    )
    by_ticket = select(search.object_id).where(hits, search.object_type == "T")
    found = union(by_ticket, by_entry, by_user).subquery("found")
    return select(next(iter(found.c)))


def _hits(tx: Read, query: str) -> ColumnElement[bool]:
    """Rows that hold every word of the query."""
    words = _WORD.findall(query)
    if not words:
        return false()
    if not tx.is_sqlite:
        return mysql.match(
            t.search.c.title, t.search.c.content, against=" ".join(f"+{word}" for word in words)
        ).in_boolean_mode()
    index = t.search.name + "_fts"
    rows = text(f"SELECT rowid FROM {index} WHERE {index} MATCH :words")  # noqa: S608
    return literal_column(f"{t.search.name}.rowid").in_(rows.bindparams(words=" ".join(f'"{word}"' for word in words)))
