"""Reading the rows that osTicket adds to conversations, by their ids.

Ids are given out before the commit, so a smaller one may become visible after a greater one: ids that were skipped
are asked for again until no transaction that began before can still be open. So is what cannot be understood yet, such
as an event whose ticket is still to be written. Source: changes.md, "What follows" 2.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Integer, Select, and_, bindparam, case, func, select

from osticket_api.db import tables as t
from osticket_api.db.statements import any_numbered, in_literals, numbered
from osticket_api.db.unit import Read
from osticket_api.events.feed import Positions

AT_ONCE: Final = 500
_SECONDS_OPEN: Final = 120
_MOST_OPEN: Final = 2000


@dataclass(frozen=True)
class Source:
    """A table that only grows, and the statement that reads its rows with what they belong to."""

    name: str
    identity: Column[Any]
    statement: Select[Any]


_thread = t.thread.c
_parent = t.thread_entry.alias("parent")
_event, _entry, _attachment = t.thread_event.c, t.thread_entry.c, t.attachment.c
EVENTS: Final = Source(
    "event",
    _event.id,
    select(
        _event.id, _event.thread_id, _event.thread_type, t.event.c.name, _event.data, _event.username, _event.uid,
        _event.uid_type, _event.timestamp.label("moment"), _thread.object_id, _thread.object_type,
    ).select_from(
        t.thread_event.outerjoin(t.thread, _thread.id == _event.thread_id).outerjoin(
            t.event, t.event.c.id == _event.event_id
        )
    ),
)  # fmt: skip
ENTRIES: Final = Source(
    "entry",
    _entry.id,
    select(
        _entry.id, _entry.thread_id, _entry.pid, _entry.type, _entry.flags, _entry.staff_id, _entry.user_id,
        _entry.poster, _entry.editor, _entry.created, _entry.updated, _entry.format,
        case((in_literals(_entry.type, ("N",)), _entry.body), else_="").label("note"),
        _thread.object_id, _thread.object_type,
        _parent.c.type.label("parent_type"), _parent.c.poster.label("parent_poster"),
    ).select_from(
        t.thread_entry.outerjoin(t.thread, _thread.id == _entry.thread_id).outerjoin(
            _parent, _parent.c.id == _entry.pid
        )
    ),
)  # fmt: skip
ATTACHMENTS: Final = Source(
    "attachment",
    _attachment.id,
    select(
        _attachment.id, _attachment.object_id.label("entry_id"), _attachment.type, _attachment.inline,
        _attachment.file_id, _entry.type.label("entry_type"), _entry.thread_id, _entry.created,
        _thread.object_id, _thread.object_type,
    ).select_from(
        t.attachment.outerjoin(
            t.thread_entry, and_(_entry.id == _attachment.object_id, in_literals(_attachment.type, ("H",)))
        ).outerjoin(t.thread, _thread.id == _entry.thread_id)
    ),
)  # fmt: skip
SOURCES: Final = (EVENTS, ENTRIES, ATTACHMENTS)


def newest(tx: Read, source: Source) -> int:
    return int(tx.scalar(select(func.max(source.identity))) or 0)


def newest_ids(tx: Read) -> dict[str, int]:
    """The greatest id of each table, all of one moment.

    A look reads no further: what is added while it reads one table after the other would be told out of order.
    """
    (row,) = tx.prepared(_newest(), {})
    return {source.name: newest or 0 for source, newest in zip(SOURCES, row, strict=True)}


def new_rows(tx: Read, source: Source, positions: Positions, newest: int) -> list[Any]:
    """Rows beyond the position and up to the newest, and rows that were missing below it, by id."""
    high = positions.high.get(source.name, 0)
    rows = list(tx.prepared(_beyond(source.name), {"high": high, "newest": newest})) if newest > high else []
    missing = positions.open.get(source.name)
    if missing:
        parameters = numbered("id", sorted(map(int, missing)))
        rows += tx.prepared(_missing(source.name, len(parameters)), parameters)
    return sorted(rows, key=lambda row: row.id)


def advanced(source: Source, positions: Positions, rows: Sequence[Any], later: Iterable[int], second: int) -> Positions:
    """The positions after these rows. `later`: ids of those that were not understood yet."""
    high = positions.high.get(source.name, 0)
    seen = {row.id for row in rows}
    top = max([high, *seen])
    missing = dict(positions.open.get(source.name, {}))
    for number in (*range(max(high + 1, top - _MOST_OPEN), top + 1), *later):
        missing.setdefault(str(number), second)
    understood = seen - set(later)
    kept = {
        number: since
        for number, since in missing.items()
        if int(number) not in understood and second - since <= _SECONDS_OPEN
    }
    opened = dict(sorted(kept.items(), key=lambda item: int(item[0]))[-_MOST_OPEN:])
    return msgspec.structs.replace(
        positions, high={**positions.high, source.name: top}, open={**positions.open, source.name: opened}
    )


def in_step(rows: Mapping[Source, list[Any]], positions: Positions) -> dict[Source, list[Any]]:
    """The rows up to a moment to which all tables were read.

    After an outage one table may hold more than a look takes: what others hold of later must not be told before it.
    """
    ends = {source: _moment(found[-1]) for source, found in rows.items() if _is_cut(source, found, positions)}
    if not ends:
        return dict(rows)
    slowest = min(ends, key=ends.__getitem__)
    return {
        source: found if source is slowest else list(takewhile(lambda row: not _is_after(row, ends[slowest]), found))
        for source, found in rows.items()
    }


def _is_cut(source: Source, rows: Sequence[Any], positions: Positions) -> bool:
    high = positions.high.get(source.name, 0)
    return len([row for row in rows if row.id > high]) >= AT_ONCE


def _moment(row: Any) -> Any:
    return row.moment if hasattr(row, "moment") else row.created


def _is_after(row: Any, moment: Any) -> bool:
    return _moment(row) is not None and bool(_moment(row) > moment)


def asked_anew(positions: Positions, second: int) -> Positions:
    """The positions for somebody who takes over: the time in which nobody looked does not count."""
    opened = {name: dict.fromkeys(ids, second) for name, ids in positions.open.items()}
    return msgspec.structs.replace(positions, open=opened)


@lru_cache(maxsize=1)
def _newest() -> Select[Any]:
    return select(*(select(func.max(source.identity)).scalar_subquery().label(source.name) for source in SOURCES))


@lru_cache(maxsize=8)
def _beyond(name: str) -> Select[Any]:
    source = _named(name)
    beyond = source.identity > bindparam("high", type_=Integer())
    there = source.identity <= bindparam("newest", type_=Integer())
    return source.statement.where(beyond, there).order_by(source.identity).limit(AT_ONCE)


@lru_cache(maxsize=64)
def _missing(name: str, count: int) -> Select[Any]:
    source = _named(name)
    return source.statement.where(any_numbered(source.identity, "id", count))


def _named(name: str) -> Source:
    return next(source for source in SOURCES if source.name == name)
