"""Which of the events that a caller may hear they ask for."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, literal, select
from sqlalchemy.sql.visitors import replacement_traverse

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.types import Moment
from osticket_api.db.unit import Read
from osticket_api.events.watches import TICKET
from osticket_api.kit import php_json

Conditions = Sequence[ColumnElement[bool]]
QueueReader = Callable[[Read, Principal, int], Conditions]
"""What a ticket must meet to be in a queue that the caller sees."""


@dataclass(frozen=True)
class Selection:
    """Types of events, one ticket, the tickets of one queue. None: all."""

    types: frozenset[str] | None = None
    ticket_id: int | None = None
    queue_id: int | None = None
    read_queue: QueueReader | None = field(default=None, compare=False)

    def conditions(self, tx: Read, principal: Principal) -> Conditions | None:
        """What a ticket must meet to be in the queue asked for, None where none is. Raises: Invalid, NotAvailable."""
        if self.queue_id is None or self.read_queue is None:
            return None
        return self.read_queue(tx, principal, self.queue_id)


@dataclass(frozen=True)
class Sorted:
    """Events by whether their ticket is in a queue, or was until they happened."""

    inside: Collection[int]
    left: Collection[int]


def sort_by_queue(tx: Read, conditions: Conditions, rows: Sequence[Row[Any]]) -> Sorted:
    """The numbers of the events whose ticket is in the queue, and of those that took it out."""
    there = among(tx, {row.ticket_id for row in rows if row.ticket_id}, conditions)
    inside = {row.number for row in rows if row.ticket_id in there}
    left = {row.number for row in rows if row.number not in inside and _was_there(tx, conditions, row)}
    return Sorted(inside, left)


def among(tx: Read, ticket_ids: Collection[int], conditions: Conditions) -> frozenset[int]:
    """The tickets among these that meet the conditions."""
    if not ticket_ids:
        return frozenset()
    ticket_id = t.ticket.c.ticket_id
    return frozenset(tx.scalars(select(ticket_id).where(ticket_id.in_(sorted(ticket_ids)), *conditions)))


def _was_there(tx: Read, conditions: Conditions, row: Row[Any]) -> bool:
    """Whether the ticket, as it was before the event changed it, was in the queue."""
    before = _before(php_json.decode(row.changes) or {}) if row.kind == TICKET.kind else {}
    if not before:
        return False
    earlier = [replacement_traverse(each, {}, before.get) for each in conditions]  # type: ignore[call-overload]
    return bool(among(tx, {row.ticket_id}, earlier))


def _before(changes: dict[str, list[Any]]) -> dict[Any, ColumnElement[Any]]:
    """What stands for the changed columns of a ticket as it was: their values."""
    columns = {name: t.ticket.c[TICKET.fields[name]] for name in changes if name in TICKET.fields}
    return {
        column: literal(changes[name][0], column.type)
        for name, column in columns.items()
        if not isinstance(column.type, Moment)
    }
