"""The rows of osTicket's `_search` table.

PHP repairs missing rows at best, never stale ones: every change writes them.
"""

from sqlalchemy import and_, delete, or_

from osticket_api.db import tables as t
from osticket_api.db.dialect import has_table, upsert
from osticket_api.db.engine import Write
from osticket_api.kit import astral

_COLUMN_BYTES = 65_535


def put(tx: Write, kind: str, object_id: int, title: str, content: str) -> None:
    """Index an object. Nothing is written when both texts are empty. Source: tickets.md 8.1."""
    if (title or content) and has_table(tx, t.search):
        key = {"object_type": kind, "object_id": object_id}
        upsert(tx, t.search, key, {"title": _fitting(title), "content": _fitting(content)})


def _fitting(text: str) -> str:
    """As much of a text as its column holds: osTicket's lenient server cuts it, ours would refuse."""
    encoded = astral.to_names(text).encode()
    return text if len(encoded) <= _COLUMN_BYTES else encoded[:_COLUMN_BYTES].decode(errors="ignore")


def remove(tx: Write, *objects: tuple[str, list[int]]) -> None:
    """Take objects out of the index: pairs of a kind letter and ids."""
    wanted = [and_(t.search.c.object_type == kind, t.search.c.object_id.in_(ids)) for kind, ids in objects if ids]
    if wanted and has_table(tx, t.search):
        tx.change(delete(t.search).where(or_(*wanted)))
