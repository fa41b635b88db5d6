"""Tasks for tests. In the sample help desk, task 1 is alice's, open, on ticket 20, in Support; task 2 is done."""

from typing import Any

from sqlalchemy import select

from osticket_api.db import tables as t
from tests.fixtures.api import Api

SUPPORT, SALES, MAINTENANCE, BILLING = 1, 2, 3, 4
ALICE, BOB, CHARLIE, DORA = 2, 3, 4, 5
ESCALATION = 2
TICKET_OF_ALICE, TICKET_OF_CHARLIE, CLOSED_TICKET = 26, 31, 12


def create(api: Api, **given: Any) -> Any:
    """A task that dora makes, in Support if not said otherwise."""
    body = {"title": "Count the chairs", "description": "<p>All of them.</p>", "department_id": SUPPORT, **given}
    answer = api.staff("dora").post("/tasks", body)
    assert answer.status == 201, answer.errors
    return answer.data


def row(api: Api, task_id: int) -> Any:
    return api.rows(select(t.task).where(t.task.c.id == task_id))[0]


def entries(api: Api, thread_id: int) -> list[Any]:
    entry = t.thread_entry.c
    return api.rows(select(t.thread_entry).where(entry.thread_id == thread_id).order_by(entry.id))


def events(api: Api, thread_id: int) -> list[Any]:
    """Name, data and assignee of what happened to a thread's object."""
    event = t.thread_event.c
    return api.rows(
        select(t.event.c.name, event.data, event.staff_id, event.thread_type, event.annulled)
        .join_from(t.thread_event, t.event, t.event.c.id == event.event_id)
        .where(event.thread_id == thread_id)
        .order_by(event.id)
    )
