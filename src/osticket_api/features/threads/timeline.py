"""A conversation by cursor: entries, events, or both in one order, from any place on in either direction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar

from sqlalchemy import Column, ColumnElement, Select, and_, bindparam, func, or_, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import Scope, kept_scope, reads_as_agents, visible_entries
from osticket_api.db import tables as t
from osticket_api.db.statements import literal_limit
from osticket_api.db.unit import Read
from osticket_api.errors import Fault, Invalid
from osticket_api.features.threads import events, queries
from osticket_api.features.threads.positions import (
    BEGINNING,
    Bound,
    Kind,
    Position,
    Side,
    beside,
    decode,
    encode,
    item_named,
)
from osticket_api.features.threads.requests import CursorQuery, EventsQuery
from osticket_api.features.threads.responses import Entry, Event, TimelineItem
from osticket_api.web.paging import Page

T = TypeVar("T")
N = TypeVar("N", Entry, Event)

ENTRIES: Final[tuple[Kind, ...]] = ("entry",)
EVENTS: Final[tuple[Kind, ...]] = ("event",)
BOTH: Final[tuple[Kind, ...]] = ("entry", "event")


@dataclass(frozen=True)
class _Row:
    """The rows of one item: several where an entry has several attachments."""

    kind: Kind
    id: int
    at: datetime
    rows: Sequence[Any]

    @property
    def order(self) -> tuple[datetime, bool, int]:
        return self.at, self.kind == "event", self.id

    @property
    def position(self) -> Position:
        return beside(self.kind, self.id, self.at)


@dataclass(frozen=True)
class Conversation:
    """The part of a conversation that a caller asks for. `type`: of the entries."""

    principal: Principal
    thread_id: int
    attachment_url: queries.AttachmentUrl
    kinds: tuple[Kind, ...] = BOTH
    type: str | None = None

    def page(self, tx: Read, query: CursorQuery) -> Page[TimelineItem]:
        """The page that the query asks for.

        Raises: Invalid for a cursor that is not valid, or an item that is not in the conversation.
        """
        bound = self._bound(tx, query)
        backwards = query.newest_first if bound is None else bound.side == "earlier"
        found = self._read(tx, bound, backwards, query.per_page + 1)
        has_more = len(found) > query.per_page
        shown = found[: query.per_page]
        oldest_first = shown[::-1] if backwards else shown
        before = self._before(oldest_first, bound, backwards, has_more)
        after = self._after(tx, oldest_first, bound)
        later = after if self._goes_on(bound, backwards, has_more) else None
        ahead, behind = (before, later) if query.newest_first else (later, before)
        return Page(
            self._items(tx, oldest_first[::-1] if query.newest_first else oldest_first),
            query.per_page,
            next_cursor=ahead,
            extra={"previous_cursor": behind, "after": after},
        )

    def _bound(self, tx: Read, query: CursorQuery) -> Bound | None:
        if query.cursor:
            return decode(query.cursor, "cursor")
        if query.after is None:
            return None
        named = item_named(query.after, self.kinds[0])
        return Bound("later", self._position_of(tx, *named)) if named else decode(query.after, "after")

    def _position_of(self, tx: Read, kind: Kind, item_id: int) -> Position:
        """Raises: Invalid for an item that the conversation does not have."""
        table, at = (t.thread_entry, "created") if kind == "entry" else (t.thread_event, "timestamp")
        found = tx.scalar(select(table.c[at]).where(table.c.id == item_id, table.c.thread_id == self.thread_id))
        if found is None:
            raise Invalid(Fault("invalid", f"The conversation has no {kind} {item_id}.", "after"))
        return (
            beside(kind, item_id, found)
            if kind == "entry"
            else Position(found, self._entries_until(tx, found), item_id)
        )

    def _read(self, tx: Read, bound: Bound | None, backwards: bool, most: int) -> list[_Row]:
        """The items nearest to the bound, from there on."""
        scope, parameters = kept_scope(self.principal)
        place = bound.position if bound else BEGINNING
        side = bound.side if bound else None
        parameters |= {"thread_id": self.thread_id, "at": place.at}
        found: list[_Row] = []
        if "entry" in self.kinds:
            statement = _select_entries(scope, self.type, side, backwards, most)
            rows = tx.prepared(statement, {**parameters, "seen_id": place.entry_id})
            found += [_Row("entry", each[0].id, each[0].created, each) for each in queries.by_entry(rows)]
        if "event" in self.kinds:
            statement = _select_events(reads_as_agents(self.principal), side, backwards, most)
            rows = tx.prepared(statement, {**parameters, "seen_id": place.event_id})
            found += [_Row("event", each.id, each.timestamp, [each]) for each in rows]
        return sorted(found, key=attrgetter("order"), reverse=backwards)[:most]

    @staticmethod
    def _before(shown: Sequence[_Row], bound: Bound | None, backwards: bool, has_more: bool) -> str | None:
        """The cursor of what is earlier than a page, None where it begins the conversation."""
        if backwards:
            return encode(Bound("earlier", shown[0].position)) if has_more else None
        if bound is None or bound.position == BEGINNING:
            return None
        return encode(Bound("earlier", shown[0].position if shown else bound.position))

    @staticmethod
    def _goes_on(bound: Bound | None, backwards: bool, has_more: bool) -> bool:
        """Whether something is later than the page, or may be."""
        return bound is not None if backwards else has_more

    def _after(self, tx: Read, shown: Sequence[_Row], bound: Bound | None) -> str:
        """The place after everything up to the end of a page: what comes in its last second is still to come."""
        start = bound.position if bound else BEGINNING
        if not shown:
            return encode(Bound("later", start))
        last, same = shown[-1], [each for each in shown if each.at == shown[-1].at]
        goes_on = bound is not None and bound.side == "later" and start.at == last.at
        seen = {"entry": start.entry_id, "event": start.event_id} if goes_on else {"entry": 0, "event": 0}
        for each in same:
            seen[each.kind] = max(seen[each.kind], each.id)
        if not goes_on and not seen["entry"] and len(same) == len(shown):
            seen["entry"] = self._entries_until(tx, last.at)
        return encode(Bound("later", Position(last.at, seen["entry"], seen["event"])))

    def _entries_until(self, tx: Read, at: datetime) -> int:
        """The newest entry of a second; 0 where entries are not asked for."""
        if "entry" not in self.kinds:
            return 0
        entry = t.thread_entry.c
        newest = select(func.max(entry.id)).where(
            entry.thread_id == self.thread_id, entry.created == at, visible_entries(self.principal)
        )
        return int(tx.scalar(newest) or 0)

    def _items(self, tx: Read, shown: Sequence[_Row]) -> list[TimelineItem]:
        entry_rows = [row for each in shown if each.kind == "entry" for row in each.rows]
        event_rows = [row for each in shown if each.kind == "event" for row in each.rows]
        entries = iter(queries.to_entries(tx, self.principal, entry_rows, self.attachment_url))
        sentences = iter(events.to_events(tx, self.principal, event_rows))
        return [
            TimelineItem(
                id=f"{each.kind}:{each.id}",
                kind=each.kind,
                created_at=each.at,
                entry=next(entries) if each.kind == "entry" else None,
                event=next(sentences) if each.kind == "event" else None,
            )
            for each in shown
        ]


def only(page: Page[TimelineItem], part: Callable[[TimelineItem], T]) -> Page[T]:
    """The page of a conversation of one kind, without what is around its entries or events."""
    return Page([part(item) for item in page.items], page.per_page, next_cursor=page.next_cursor, extra=page.extra)


def by_number(conversation: Conversation, query: EventsQuery, items: Sequence[N], total: int) -> Page[N]:
    """A page by its number, oldest first or not, with the cursors that go on from there."""
    places = [beside(conversation.kinds[0], each.id, each.created_at) for each in items]
    has_more = total > query.page_number * query.per_page
    newest = (places[0] if query.newest_first else places[-1]) if places else BEGINNING
    ahead = Bound("earlier" if query.newest_first else "later", places[-1]) if places and has_more else None
    return Page(
        items, query.per_page, query.page_number, total,
        next_cursor=encode(ahead) if ahead else None,
        extra={"after": encode(Bound("later", newest))},
    )  # fmt: skip


@lru_cache(maxsize=256)
def _select_entries(scope: Scope, type: str | None, side: Side | None, backwards: bool, most: int) -> Select[Any]:
    """With the parameters `thread_id`, `at`, `seen_id` and those of the scope."""
    entry = t.thread_entry.c
    wanted = [*queries.visible(scope, type), *_beyond(entry.created, entry.id, side)]
    ids = select(entry.id).where(*wanted).order_by(*_order(entry.created, entry.id, backwards))
    page = ids.limit(literal_limit(most)).subquery("page")
    return queries.with_attachments(page.join(t.thread_entry, entry.id == page.c.id))


@lru_cache
def _select_events(for_staff: bool, side: Side | None, backwards: bool, most: int) -> Select[Any]:
    """With the parameters `thread_id`, `at` and `seen_id`."""
    event = t.thread_event.c
    wanted = events.select_events(for_staff=for_staff).where(*_beyond(event.timestamp, event.id, side))
    return wanted.order_by(*_order(event.timestamp, event.id, backwards)).limit(literal_limit(most))


def _beyond(at: Column[Any], identity: Column[Any], side: Side | None) -> list[ColumnElement[bool]]:
    """The item is on this side of the position that the parameters `at` and `seen_id` name."""
    if side is None:
        return []
    moment, seen = bindparam("at", type_=at.type), bindparam("seen_id", type_=identity.type)
    if side == "later":
        return [or_(at > moment, and_(at == moment, identity > seen))]
    return [or_(at < moment, and_(at == moment, identity < seen))]


def _order(at: Column[Any], identity: Column[Any], backwards: bool) -> list[ColumnElement[Any]]:
    return [at.desc(), identity.desc()] if backwards else [at.asc(), identity.asc()]
