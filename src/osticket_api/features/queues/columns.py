"""The columns that queues show.

Source: tickets.md 8.3.4.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select

from osticket_api.access.field_rules import limits_anywhere
from osticket_api.access.principal import Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import ColumnBit, QueueFlag
from osticket_api.db.unit import Read
from osticket_api.features.queues.model import Queue, Queues
from osticket_api.features.queues.naming import named
from osticket_api.features.queues.responses import QueueColumn
from osticket_api.features.tickets.api import TicketSummary

_FIRST_QUEUE: Final = 1
_BUILT_IN: Final = (
    ("Ticket", "number", 85),
    ("Date Created", "created", 120),
    ("Subject", "cdata__subject", 280),
    ("From", "user__name", 170),
    ("Priority", "cdata__priority", 70),
    ("Assigned To", "assignee", 170),
)


def columns_of(tx: Read, staff: Staff, queues: Queues, queue: Queue) -> list[QueueColumn]:
    """The agent's own columns, those of the queue, of the one it takes them over from, of the first queue."""
    places = list(_places(staff, queues, queue))
    layouts = _layouts(tx, [queue_id for queue_id, _ in places])
    columns = next((layouts[place] for place in places if place in layouts), None)
    if columns is None:
        columns = [_column(0, heading, field, width, is_sortable=True) for heading, field, width in _BUILT_IN]
    return _without_hidden_orders(staff, columns)


def _without_hidden_orders(staff: Staff, columns: list[QueueColumn]) -> list[QueueColumn]:
    limits = limits_anywhere(staff, "ticket")
    for column in columns:
        if column.sort_key is not None and limits.hides(column.sort_key):
            column.sort_key = None
    return columns


def values_of(ticket: TicketSummary, columns: list[QueueColumn]) -> list[Any]:
    """What a ticket shows in these columns."""
    found = (named(column.field) for column in columns)
    return [None if field is None else field.value(ticket) for field in found]


def _column(column_id: int, heading: str, field: str, width: int, *, is_sortable: bool) -> QueueColumn:
    found = named(field)
    return QueueColumn(
        id=column_id,
        heading=heading,
        field=field,
        name=found.name if found else None,
        type=found.type if found else "unknown",
        width=width,
        is_sortable=is_sortable,
        sort_key=found.sort_key if found else None,
    )


def _places(staff: Staff, queues: Queues, queue: Queue) -> Iterator[tuple[int, int]]:
    """Whose columns of which queue to look for, in this order."""
    yield queue.id, staff.id
    for each in queues.inherited(queue, QueueFlag.INHERITS_COLUMNS):
        if each.columns_id:
            yield each.columns_id, 0
        yield each.id, each.staff_id or 0
    yield _FIRST_QUEUE, 0


def _layouts(tx: Read, queue_ids: list[int]) -> dict[tuple[int, int], list[QueueColumn]]:
    link, column = t.queue_columns.c, t.queue_column.c
    rows = tx.rows(
        select(link.queue_id, link.staff_id, link.heading, link.width, link.bits, t.queue_column)
        .join_from(t.queue_columns, t.queue_column, column.id == link.column_id)
        .where(link.queue_id.in_(queue_ids))
        .order_by(link.sort, column.id)
    )
    layouts: dict[tuple[int, int], list[QueueColumn]] = {}
    for row in rows:
        field = row.primary or row.secondary or ""
        is_sortable = bool(row.bits & ColumnBit.SORTABLE)
        shown = _column(row.id, row.heading or row.name, field, row.width, is_sortable=is_sortable)
        layouts.setdefault((row.queue_id, row.staff_id), []).append(shown)
    return layouts
