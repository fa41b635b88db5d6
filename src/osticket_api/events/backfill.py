"""Filling the feed in from before it began: what `thread_event` and `thread_entry` still tell.

Numbers only grow, so history comes after what the feed has, in its own order and with the moments of then. It is
marked as history: webhooks and open streams are not told of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import merge
from typing import Any, Final

from sqlalchemy import func, select

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.tables.own_events import api_event
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict
from osticket_api.events import feed, reading
from osticket_api.events.drafting import of_attachment, of_entry, of_event
from osticket_api.events.feed import HISTORY, Draft, Overtaken, Standing
from osticket_api.events.reading import ATTACHMENTS, ENTRIES, EVENTS, Source
from osticket_api.events.subjects import Subject, key_of, subjects
from osticket_api.kit import php_json

_AT_ONCE: Final = 300
_TRIES: Final = 20
_STAMPS: Final = {EVENTS: t.thread_event.c.timestamp, ENTRIES: t.thread_entry.c.created}
_DRAFTED: Final = {"event": of_event, "entry": of_entry, "attachment": of_attachment}


async def backfill(database: Database, since: datetime) -> int:
    """Append what happened since a moment and is not in the feed. Returns how many events that were.

    Raises: Conflict before the feed has begun.
    """
    if await database.read(feed.standing) is None:
        raise Conflict.because("The feed has not begun yet: run `osticket-api serve` first.")
    told = await database.read(_rows_in_feed)
    count = 0
    for batch in _batches(await database.read(_untold, since, told)):
        count += await _append(database, batch)
    return count


async def _append(database: Database, rows: Sequence[tuple[str, int]]) -> int:
    """Append the events of some rows. A tailer at work may be faster: then it is tried again."""
    for _ in range(_TRIES):
        try:
            return await database.write(_append_now, rows)
        except Overtaken:
            continue
    raise Conflict.because("Others append to the feed without a pause: try again later.")


def _append_now(tx: Write, rows: Sequence[tuple[str, int]]) -> int:
    standing: Standing | None = feed.standing(tx)
    assert standing is not None, "the feed has begun"
    drafts = list(_drafts(tx, rows))
    feed.append(tx, standing, drafts, standing.positions)
    return len(drafts)


def _drafts(tx: Read, rows: Sequence[tuple[str, int]]) -> Iterator[Draft]:
    found: dict[tuple[str, int], Any] = {}
    for source in reading.SOURCES:
        ids = [id for name, id in rows if name == source.name]
        if ids:
            found |= {(source.name, row.id): row for row in tx.rows(source.statement.where(source.identity.in_(ids)))}
    there, _ = subjects(tx, {key for row in found.values() if (key := key_of(row)) is not None})
    for place in rows:
        row = found.get(place)
        subject = there.get(key) if row is not None and (key := key_of(row)) is not None else None
        if subject is not None:
            yield from (replace(each, origin=HISTORY) for each in _of_row(place[0], row, subject))


def _of_row(source: str, row: Any, subject: Subject) -> Iterable[Draft]:
    drafted: Any = _DRAFTED[source](row, subject)
    return [drafted] if isinstance(drafted, Draft) else drafted


def _rows_in_feed(tx: Read) -> frozenset[tuple[str, int]]:
    """The rows that the feed has told of."""
    event = api_event.c
    details = map(php_json.decode, tx.scalars(select(event.details).where(event.details.is_not(None))))
    names = [source.name for source in reading.SOURCES]
    return frozenset((name, each[f"{name}_id"]) for each in details if each for name in names if f"{name}_id" in each)


def _untold(tx: Read, since: datetime, told: frozenset[tuple[str, int]]) -> list[tuple[str, int]]:
    """The rows that tell of what happened since then and up to where the tailer has read, oldest first."""
    standing = feed.standing(tx)
    assert standing is not None, "the feed has begun"
    high = standing.positions.high
    moments = merge(*(_rows_since(tx, source, since, high.get(source.name, 0)) for source in reading.SOURCES))
    return [(name, id) for _, name, id in moments if (name, id) not in told]


def _rows_since(tx: Read, source: Source, since: datetime, high: int) -> list[tuple[datetime, str, int]]:
    if source is ATTACHMENTS:
        return _attachments_since(tx, since, high)
    moment = _STAMPS[source]
    rows = tx.rows(
        select(moment.label("moment"), source.identity.label("id")).where(moment >= since, source.identity <= high)
    )
    return sorted((row.moment, source.name, row.id) for row in rows)


def _attachments_since(tx: Read, since: datetime, high: int) -> list[tuple[datetime, str, int]]:
    entry, attachment = t.thread_entry.c, t.attachment.c
    is_shown = (attachment.type == "H", func.coalesce(attachment.inline, 0) == 0)
    rows = tx.rows(
        select(entry.created.label("moment"), attachment.id)
        .join_from(t.attachment, t.thread_entry, entry.id == attachment.object_id)
        .where(*is_shown, entry.created >= since, attachment.id <= high)
    )
    return sorted((row.moment, ATTACHMENTS.name, row.id) for row in rows)


def _batches(rows: Sequence[tuple[str, int]]) -> Iterator[Sequence[tuple[str, int]]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
