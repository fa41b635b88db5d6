"""Which events a caller hears: decided when they are delivered, many at once."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, select

from osticket_api.access.field_rules import ANYWHERE, Where
from osticket_api.access.past_visibility import saw_task, saw_ticket
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.reading import may_read
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
from osticket_api.db.unit import Read
from osticket_api.events.catalogue import CATALOGUE, Audience, types_read_for
from osticket_api.events.feed import events_between, last_number
from osticket_api.events.messages import (
    FeedEvent,
    answers_in,
    for_others,
    for_user,
    narrowed,
    to_message,
    without_content,
)
from osticket_api.events.readable import READABLE, Readable
from osticket_api.events.selecting import Selection, Sorted, among, sort_by_queue
from osticket_api.kit import php_json

_AMONG_AGENTS: Final = frozenset(name for name, each in CATALOGUE.items() if each.audience is Audience.ticket_agents)
_INTERNAL_ENTRIES: Final = ("N",)
_CHANGES_STATUS: Final = frozenset({"ticket.closed", "ticket.status_changed", "ticket.merged"})
"""Events by which a ticket may leave the sight of an agent who sees it only while it is open and assigned to them."""


def heard_by(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[FeedEvent]:
    """The events among these that the caller may hear, as they may hear them."""
    sight = _Sight(tx, principal, rows)
    return [event for row in rows if (event := sight.seen(row)) is not None]


def of_types(
    events: Iterable[FeedEvent], rows: Sequence[Row[Any]], types: frozenset[str] | None
) -> Iterable[FeedEvent]:
    """The events among these that have one of the types in the feed, or are told as one of the types."""
    if types is None:
        return events
    asked = {row.number for row in rows if row.type in types}
    return [event for event in events if event.id in asked or event.type in types]


class _Sight:
    """The subjects of some events that a caller may see."""

    def __init__(self, tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> None:
        self._tx = tx
        self._principal = principal
        self._rows = rows
        self._tickets = self._reachable_tickets({row.ticket_id for row in rows if row.kind == "ticket"})
        self._others = {
            kind: Readable(tx, principal, kind, {row.subject_id for row in rows if row.kind == kind})
            for kind in {row.kind for row in rows} & READABLE
        }

    def seen(self, row: Row[Any]) -> FeedEvent | None:
        event = self._heard(row)
        return None if event is None else narrowed(self._principal, event, _department_of(row))

    def _heard(self, row: Row[Any]) -> FeedEvent | None:
        if row.kind == "ticket":
            return self._seen_of_ticket(row)
        if row.kind == "task":
            return self._seen_of_task(row)
        readable = self._others.get(row.kind)
        if readable is None or not (row.subject_id in readable or readable.contained(row)):
            return None
        event = to_message(row)
        return event if isinstance(self._principal, Staff) else for_others(event)

    def _seen_of_ticket(self, row: Row[Any]) -> FeedEvent | None:
        recorded = php_json.decode(row.audience) or {}
        is_gone = row.type == "ticket.deleted"
        if row.subject_id in self._tickets or (is_gone and saw_ticket(self._principal, recorded)):
            return self._event_for_caller(row)
        was = recorded.get("was") or {}
        if (was or row.type in _CHANGES_STATUS) and saw_ticket(self._principal, {**recorded, **was}):
            return without_content(to_message(row))
        return None

    def _seen_of_task(self, row: Row[Any]) -> FeedEvent | None:
        if row.subject_id in self._others["task"]:
            return to_message(row)
        if not may_read(self._principal, "tasks"):
            return None
        recorded, was_closed = php_json.decode(row.audience) or {}, row.type == "task.reopened"
        if row.type == "task.deleted":
            return to_message(row) if saw_task(self._principal, recorded, was_closed=False) else None
        was = recorded.get("was") or {}
        if (was or was_closed) and saw_task(self._principal, {**recorded, **was}, was_closed=was_closed):
            return without_content(to_message(row))
        return None

    def _event_for_caller(self, row: Row[Any]) -> FeedEvent | None:
        event = to_message(row)
        if not isinstance(self._principal, User):
            return event
        is_internal = event.details.get("entry_type") in _INTERNAL_ENTRIES
        if is_internal or row.type in _AMONG_AGENTS:
            return None
        return for_user(event, self._shown_fields)

    @cached_property
    def _shown_fields(self) -> Collection[str]:
        """Which of the fields that these events tell of users see. The portal shows no priority."""
        if not isinstance(self._principal, User):
            return ()
        field = t.form_field.c
        named = {id for row in self._rows for id in answers_in(php_json.decode(row.details) or {})}
        shown = (field.flags.bitwise_and(FieldFlag.CLIENT_VIEW) != 0, field.type != "priority")
        return {str(id) for id in _among(self._tx, field.id, [int(id) for id in named if id.isdigit()], and_(*shown))}

    def _reachable_tickets(self, ids: Collection[int]) -> Collection[int]:
        return _among(self._tx, t.ticket.c.ticket_id, ids, reachable_ticket(self._principal))


def _among(tx: Read, column: Any, ids: Collection[int], visible: ColumnElement[bool]) -> Collection[int]:
    if not ids:
        return ()
    return frozenset(tx.scalars(select(column).where(column.in_(sorted(ids)), visible)))


def in_sight(
    tx: Read, principal: Principal, ticket_ids: Collection[int], wanted: Selection
) -> tuple[list[int], datetime]:
    """The tickets among these of which the caller hears what agents do, and the moment at which that was so."""
    if isinstance(principal, User):
        return [], tx.now
    conditions = [reachable_ticket(principal), *(wanted.conditions(tx, principal) or ())]
    return sorted(among(tx, ticket_ids, conditions)), tx.now


def _department_of(row: Row[Any]) -> Where:
    """The department in which the subject of an event was then."""
    recorded: dict[str, Any] = php_json.decode(row.audience) or {}
    where: Where = recorded.get("department_id", ANYWHERE)
    return where


def heard_after(
    tx: Read, principal: Principal, number: int, wanted: Selection, limit: int
) -> tuple[list[FeedEvent], int, bool]:
    """Events after a number that the caller may hear, the number up to which all were looked at, whether more come.

    Raises: Invalid, NotAvailable for a queue that cannot be listened to.
    """
    found: list[FeedEvent] = []
    last = last_number(tx)
    conditions = wanted.conditions(tx, principal)
    while number < last and len(found) < limit:
        rows = events_between(tx, number, last, limit, types_read_for(wanted.types), wanted.ticket_id)
        heard = heard_by(tx, principal, rows)
        told = heard if conditions is None else _of_queue(sort_by_queue(tx, conditions, rows), heard)
        found += of_types(told, rows, wanted.types)
        number = rows[-1].number if len(rows) == limit else last
    return found, max(number, 0), number < last


def _of_queue(numbers: Sorted, heard: Sequence[FeedEvent]) -> Iterator[FeedEvent]:
    """The events about tickets of a queue. A ticket that left the queue is told as gone, without content."""
    for event in heard:
        if event.id in numbers.inside:
            yield event
        elif event.id in numbers.left or event.type in ("ticket.gone", "ticket.deleted"):
            yield without_content(event)
