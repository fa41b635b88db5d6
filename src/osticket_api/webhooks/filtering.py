"""Which events a webhook is told of: those of tickets that are, or were until the event, as its filters say."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import ColumnElement, Row, or_, select

from osticket_api.db import tables as t
from osticket_api.db.answers import has_answer, is_answer
from osticket_api.db.unit import Read
from osticket_api.db.words import SOURCES
from osticket_api.kit import php_json
from osticket_api.kit.enumerations import one_of


class Filters(msgspec.Struct, frozen=True):
    """Filters of events: a ticket passes that has one of the values of each filter. An empty filter lets all pass."""

    departments: list[int] = []
    topics: list[int] = []
    statuses: list[int] = []
    priorities: list[int] = []
    sources: list[Annotated[str, one_of(SOURCES)]] = []
    fields: dict[str, list[str]] = {}
    """Names of fields of ticket forms, each with the answers that pass: a text, an id, or a choice's key or label."""


_COLUMNS: Final = {
    "departments": ("department_id", t.ticket.c.dept_id),
    "topics": ("topic_id", t.ticket.c.topic_id),
    "statuses": ("status_id", t.ticket.c.status_id),
    "sources": ("source", t.ticket.c.source),
}
"""Filters by a column of the ticket: what events call it."""


def matching(tx: Read, filters: Filters, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """The events among these that pass the filters."""
    if filters == Filters():
        return rows
    ids = sorted({row.ticket_id for row in rows if row.ticket_id})
    tickets = _tickets(tx, ids)
    answering = _answering(tx, filters, ids)
    return [
        row
        for row in rows
        if row.ticket_id is not None
        and _has_columns(filters, row, tickets.get(row.ticket_id))
        and (row.ticket_id in answering or row.type == "ticket.deleted")  # A deleted ticket has no answers left.
    ]


def _tickets(tx: Read, ids: Sequence[int]) -> dict[int, Row[Any]]:
    ticket = t.ticket.c
    columns = [column.label(name) for name, column in _COLUMNS.values()]
    return {row.ticket_id: row for row in tx.rows(select(ticket.ticket_id, *columns).where(ticket.ticket_id.in_(ids)))}


def _has_columns(filters: Filters, row: Row[Any], ticket: Row[Any] | None) -> bool:
    """Whether the columns of the ticket have, or had until this event, values that are asked for."""
    recorded = php_json.decode(row.audience) or {}
    changes = php_json.decode(row.changes) or {}
    for wanted, (name, _) in _COLUMNS.items():
        found = {recorded.get(name), (recorded.get("was") or {}).get(name), *(changes.get(name) or ())}
        if ticket is not None:
            found.add(getattr(ticket, name))
        if not _passes(getattr(filters, wanted), found):
            return False
    return True


def _passes(wanted: Collection[Any], found: Collection[Any]) -> bool:
    return not wanted or not set(wanted).isdisjoint(found)


def _answering(tx: Read, filters: Filters, ids: Sequence[int]) -> Collection[int]:
    """The tickets among these whose answers are as asked."""
    conditions = [_is_one_of(name, answers) for name, answers in filters.fields.items()]
    if filters.priorities:
        conditions.append(has_answer("priority", t.form_entry_values.c.value_id.in_(filters.priorities)))
    if not conditions:
        return ids
    ticket_id = t.ticket.c.ticket_id
    return frozenset(tx.scalars(select(ticket_id).where(ticket_id.in_(ids), *conditions)))


def _is_one_of(name: str, answers: Sequence[str]) -> ColumnElement[bool]:
    return has_answer(name, or_(*(is_answer(each) for each in answers)))
