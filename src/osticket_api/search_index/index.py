"""The rows of osTicket's `_search` table.

PHP repairs missing rows at best, never stale ones: every change writes them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Insert, and_, delete, or_
from sqlalchemy.dialects import mysql, sqlite

from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table, upsert
from osticket_api.db.unit import Write
from osticket_api.kit import utf8mb3

_COLUMN_BYTES = 65_535


def put(tx: Write, kind: str, object_id: int, title: str, content: str) -> None:
    """Index an object. Nothing is written when both texts are empty. Source: tickets.md 8.1."""
    if (title or content) and has_table(tx, t.search):
        key = {"object_type": kind, "object_id": object_id}
        upsert(tx, t.search, key, {"title": _fitting(title), "content": _fitting(content)})


def put_many(tx: Write, kind: str, texts: Mapping[int, tuple[str, str]], *, replace: bool) -> int:
    """Index many objects: id to title and content. Returns for how many there was something to write.

    Without `replace`, a row that somebody else has written meanwhile stays.
    """
    rows = [
        {"object_type": kind, "object_id": object_id, "title": _fitting(title), "content": _fitting(content)}
        for object_id, (title, content) in texts.items()
        if title or content
    ]
    if rows:
        tx.change(_insertion(tx, rows, replace))
    return len(rows)


def _insertion(tx: Write, rows: list[dict[str, Any]], replace: bool) -> Insert:
    if tx.is_sqlite:
        adding = sqlite.insert(t.search).values(rows)
        new = {"title": adding.excluded.title, "content": adding.excluded.content}
        key = ["object_type", "object_id"]
        if replace:
            return adding.on_conflict_do_update(index_elements=key, set_=new)
        return adding.on_conflict_do_nothing(index_elements=key)
    into = mysql.insert(t.search).values(rows)
    if replace:
        return into.on_duplicate_key_update(title=into.inserted.title, content=into.inserted.content)
    return into.on_duplicate_key_update(object_id=t.search.c.object_id)


def _fitting(text: str) -> str:
    """Cut a text to the length of its column: osTicket's lenient SQL mode cuts it, ours would refuse it."""
    encoded = utf8mb3.to_names(text).encode()
    return text if len(encoded) <= _COLUMN_BYTES else encoded[:_COLUMN_BYTES].decode(errors="ignore")


def remove(tx: Write, *objects: tuple[str, list[int]]) -> None:
    """Take objects out of the index: pairs of a kind letter and ids."""
    wanted = [and_(t.search.c.object_type == kind, t.search.c.object_id.in_(ids)) for kind, ids in objects if ids]
    if wanted and has_table(tx, t.search):
        tx.change(delete(t.search).where(or_(*wanted)))
