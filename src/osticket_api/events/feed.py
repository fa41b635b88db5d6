"""The feed: one row of numbers that grow and become visible in order, however many processes append.

Whoever appends holds the row of `api_feed`, and appends only if nobody else has since it read its positions. So two
appenders never tell the same thing twice, even when each takes itself for the only one; the lease spares them the try.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, delete, func, select, update

from osticket_api.db.tables.own_events import api_event, api_feed, api_trace
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Expired
from osticket_api.kit import php_json

HISTORY: Final = "history"
"""The origin of events from before the feed began."""
_ROW: Final = {"id": 1}
_LEASE: Final = timedelta(seconds=6)
_CLEARED_AT_ONCE: Final = 1000
_TOLD_LAST: Final = 100


class LogPosition(msgspec.Struct, frozen=True):
    """A place between two transactions of the binary log: `server` is the number that the server calls itself by."""

    server: int
    file: str
    offset: int


class Positions(msgspec.Struct):
    """How far each table has been read.

    `high`: the greatest id seen. `open`: ids below it that were not there, or that could not be understood yet, and the
    second in which they were first missed. `is_filled`: whether the rows that were there at the beginning are known.
    `log`: how far the binary log was followed, where it is.
    """

    high: dict[str, int] = {}
    open: dict[str, dict[str, int]] = {}
    is_filled: bool = False
    log: LogPosition | None = None


@dataclass(frozen=True)
class Standing:
    """The state of the feed when it was read."""

    version: int
    last_number: int
    positions: Positions


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An event that has no number yet."""

    type: str
    kind: str
    subject_id: int
    ticket_id: int | None = None
    actor_kind: str | None = None
    actor_id: int | None = None
    actor_name: str = ""
    origin: str = "osticket"
    request_id: str | None = None
    occurred_at: datetime
    changes: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    audience: Mapping[str, Any] = field(default_factory=dict)


class Overtaken(Exception):
    """Somebody else has appended since the positions were read."""


def standing(tx: Read) -> Standing | None:
    """The state of the feed, None before it was started for the first time."""
    row = tx.row(select(api_feed))
    if row is None:
        return None
    return Standing(row.version, row.last_number, msgspec.json.decode(row.positions, type=Positions))


def start(tx: Write, positions: Positions) -> None:
    """Begin the feed here, unless somebody has. Where a restore brought events without their feed, go on from them."""
    if tx.locked(select(api_feed)) is None:
        last = tx.scalar(select(func.max(api_event.c.number))) or 0
        values = {"version": 0, "last_number": last, "cleared_number": 0, "positions": _written(positions)}
        tx.insert(api_feed, **_ROW, **values)


def take_lease(tx: Write, holder: str) -> bool:
    """Ask for the right to append, or prolong it. False while somebody else has it."""
    row = tx.locked(select(api_feed))
    if row is None:
        return False
    is_free = row.holder in (None, holder) or row.held_until is None or row.held_until <= tx.now
    if is_free:
        tx.change(update(api_feed).values(holder=holder, held_until=tx.now + _LEASE))
    return is_free


def is_led(tx: Read) -> bool:
    """Whether a process appends to the feed now."""
    row = tx.row(select(api_feed))
    return row is not None and row.held_until is not None and bool(row.held_until > tx.now)


def release_lease(tx: Write, holder: str) -> None:
    """Give up the lease, so that another process can append at once."""
    tx.change(update(api_feed).where(api_feed.c.holder == holder).values(holder=None, held_until=None))


def append(tx: Write, since: Standing, drafts: Sequence[Draft], positions: Positions, used_number: int = 0) -> Standing:
    """Add events, and how far the tables have been read by now.

    `used_number`: the greatest number that this process has given out. A database that lost its last commits in a
    crash, or a replica in its place, would give such numbers to other events.

    Raises: Overtaken when the feed is no longer as it was `since`.
    """
    row = tx.locked(select(api_feed))
    if row is None or row.version != since.version:
        raise Overtaken
    last = max(row.last_number, used_number) if drafts else row.last_number
    tx.insert_many(api_event, [_values(draft, last + place, tx.now) for place, draft in enumerate(drafts, 1)])
    now = Standing(row.version + 1, last + len(drafts), positions)
    tx.change(update(api_feed).values(version=now.version, last_number=now.last_number, positions=_written(positions)))
    return now


def _values(draft: Draft, number: int, now: datetime) -> dict[str, Any]:
    texts = {name: php_json.encode(value) if value else None for name, value in _mappings(draft).items()}
    return {
        "number": number,
        "type": draft.type,
        "kind": draft.kind,
        "subject_id": draft.subject_id,
        "ticket_id": draft.ticket_id,
        "actor_kind": draft.actor_kind,
        "actor_id": draft.actor_id,
        "actor_name": draft.actor_name,
        "origin": draft.origin,
        "request_id": draft.request_id,
        "occurred_at": draft.occurred_at,
        "recorded_at": now,
        **texts,
    }


def _mappings(draft: Draft) -> dict[str, Mapping[str, Any]]:
    return {"changes": draft.changes, "details": draft.details, "audience": draft.audience}


def _written(positions: Positions) -> str:
    return msgspec.json.encode(positions).decode()


def last_number(tx: Read) -> int:
    return int(tx.scalar(select(api_feed.c.last_number)) or 0)


def first_number_kept(tx: Read) -> int:
    """The number after which nothing has been cleared away: a reader who stopped before it has missed something."""
    return int(tx.scalar(select(api_feed.c.cleared_number)) or 0)


def require_place(tx: Read, number: int, field: str | None = None) -> None:
    """Raises: Expired where somebody who has read up to this number would miss events without knowing."""
    feed = tx.row(select(api_feed.c.cleared_number, api_feed.c.last_number))
    if feed is None:
        return
    if number < feed.cleared_number:
        raise Expired.because("Events after this one were cleared away: read everything anew.", field=field)
    if number > feed.last_number:
        message = "The feed does not reach so far, as after a restore of its database: read everything anew."
        raise Expired.because(message, field=field)


def told_last(tx: Read) -> Sequence[Row[Any]]:
    """The last events of the feed, oldest first."""
    return events_between(tx, last_number(tx) - _TOLD_LAST, last_number(tx), _TOLD_LAST)


def events_between(
    tx: Read, number: int, last: int, limit: int, types: Collection[str] | None = None, ticket_id: int | None = None
) -> Sequence[Row[Any]]:
    """Events after a number and up to another one, oldest first, of these types and of this ticket, if given."""
    event = api_event.c
    wanted = [event.number > number, event.number <= last]
    if types is not None:
        wanted.append(event.type.in_(sorted(types)))
    if ticket_id is not None:
        wanted.append(event.ticket_id == ticket_id)
    return tx.rows(select(api_event).where(*wanted).order_by(event.number).limit(limit))


def clear_old(tx: Write, days: int) -> int:
    """Clear away one batch of what is older than so many days. Returns how many rows went."""
    oldest = tx.now - timedelta(days=days)
    old = select(api_event.c.number).where(api_event.c.recorded_at < oldest).order_by(api_event.c.number)
    numbers = tx.scalars(old.limit(_CLEARED_AT_ONCE))
    if numbers:
        tx.change(delete(api_event).where(api_event.c.number.in_(numbers)))
        tx.change(update(api_feed).values(cleared_number=numbers[-1]))
    tx.change(delete(api_trace).where(api_trace.c.created_at < tx.now - timedelta(days=1)))
    return len(numbers)
