"""What actions on tickets left in the database, and ways to change it as osTicket would."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update

from osticket_api.db import indexes
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

SUPPORT, SALES, MAINTENANCE, BILLING, WORKPLACE = 1, 2, 3, 4, 5
ALICE, BOB, CHARLIE, DORA = 2, 3, 4, 5
FIRST_LEVEL, ESCALATION = 1, 2
OPEN, RESOLVED, CLOSED, ARCHIVED, DELETED = 1, 2, 3, 4, 5
UMA, UGO = 1, 2

UNASSIGNED = 29
"""An open ticket of ugo's in Support that nobody has."""
ALICES = 26
"""An open ticket of uma's in Support that alice has."""
DORAS = 18
"""An open ticket in Support that dora has, and is referred to."""
CLOSED_BY_ALICE = 3
"""A closed ticket in Support."""
WITH_OPEN_TASK = 20


@contextmanager
def optional_indexes(api: Api) -> Iterator[None]:
    """Add the optional indexes for the length of a block: on MariaDB, other tests have the same tables."""
    api.write(_change_indexes, indexes.add)
    try:
        yield
    finally:
        api.write(_change_indexes, indexes.drop)


def _change_indexes(tx: Write, change: Callable[[Write, indexes.ApiIndex], None]) -> None:
    for index in indexes.INDEXES:
        change(tx, index)


def row_of(api: Api, ticket_id: int) -> Any:
    return api.rows(select(t.ticket).where(t.ticket.c.ticket_id == ticket_id))[0]


def thread_of(api: Api, ticket_id: int) -> int:
    thread = t.thread.c
    return int(api.rows(select(thread.id).where(thread.object_id == ticket_id, thread.object_type == "T"))[0].id)


def last_events(api: Api, ticket_id: int, count: int = 1) -> list[tuple[str, Any]]:
    """The newest events of a ticket, oldest first: name and data."""
    rows = api.rows(
        select(t.event.c.name, t.thread_event.c.data)
        .join_from(t.thread_event, t.event, t.event.c.id == t.thread_event.c.event_id)
        .where(t.thread_event.c.thread_id == thread_of(api, ticket_id))
        .order_by(t.thread_event.c.id.desc())
        .limit(count)
    )
    return [(row.name, None if row.data is None else json.loads(row.data)) for row in reversed(rows)]


def last_notes(api: Api, ticket_id: int, count: int = 1) -> list[tuple[str, str, int | None]]:
    """The newest notes of a ticket, oldest first: title, body and the agent who wrote it."""
    entry = t.thread_entry.c
    rows = api.rows(
        select(entry.title, entry.body, entry.staff_id)
        .where(entry.thread_id == thread_of(api, ticket_id), entry.type == "N")
        .order_by(entry.id.desc())
        .limit(count)
    )
    return [(row.title, row.body, row.staff_id) for row in reversed(rows)]


def referrals_of(api: Api, ticket_id: int) -> set[tuple[str, int]]:
    referral = t.thread_referral.c
    rows = api.rows(
        select(referral.object_type, referral.object_id).where(referral.thread_id == thread_of(api, ticket_id))
    )
    return {(row.object_type, row.object_id) for row in rows}


def refer(api: Api, ticket_id: int, kind: str, object_id: int) -> int:
    """Refer a ticket behind the API's back."""
    thread_id = thread_of(api, ticket_id)

    def unit(tx: Write) -> int:
        return tx.insert(t.thread_referral, thread_id=thread_id, object_id=object_id, object_type=kind, created=tx.now)

    return int(api.write(unit))


def set_ticket(api: Api, ticket_id: int, **values: Any) -> None:
    _update(api, t.ticket, t.ticket.c.ticket_id == ticket_id, values)


def set_department(api: Api, department_id: int, **values: Any) -> None:
    _update(api, t.department, t.department.c.id == department_id, values)


def set_staff(api: Api, staff_id: int, **values: Any) -> None:
    _update(api, t.staff, t.staff.c.staff_id == staff_id, values)


def set_status(api: Api, status_id: int, **values: Any) -> None:
    _update(api, t.ticket_status, t.ticket_status.c.id == status_id, values)


def set_config(api: Api, key: str, value: str) -> None:
    """A setting of the help desk, whether it has a row or not."""

    def unit(tx: Write) -> None:
        config = t.config.c
        if not tx.change(update(t.config).where(config.key == key, config.namespace == "core").values(value=value)):
            tx.insert(t.config, namespace="core", key=key, value=value)

    api.write(unit)


def make_manager(api: Api, staff_id: int, department_id: int = SUPPORT) -> None:
    set_department(api, department_id, manager_id=staff_id)


def _update(api: Api, table: Any, condition: Any, values: dict[str, Any]) -> None:
    def unit(tx: Write) -> None:
        tx.change(update(table).where(condition).values(**values))

    api.write(unit)
