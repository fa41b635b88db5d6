"""Writing events exactly as osTicket words them.

Source: tickets.md 0.9 and golden README lessons 7, 8, 22.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, select, update

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.kit import php_json

SYSTEM = "SYSTEM"
TICKET_FILTER = "Ticket Filter"
_MAX_DATA = 1024
_MAX_NAME = 128


@dataclass(frozen=True)
class Subject:
    """What an event is about, as it is at that moment."""

    thread_id: int
    kind: str
    """T for a ticket, A for a task."""
    staff_id: int | None
    team_id: int | None
    department_id: int | None
    topic_id: int | None


def record(
    tx: Write,
    name: str,
    subject: Subject,
    actor: Principal,
    *,
    data: Any = None,
    user_id: int | None = None,
    label: str | None = None,
    annuls: str | None = None,
) -> None:
    """Add an event.

    `user_id`: the user it is credited to when no agent acts. `label` replaces the actor's name (a ticket filter).
    `annuls`: earlier events of this name no longer count.
    """
    if annuls is not None:
        annul(tx, annuls, subject.thread_id)
    staff_id = subject.staff_id
    if staff_id is None and subject.kind == "T" and isinstance(actor, Staff):
        staff_id = actor.id
    uid, uid_type = _credited(actor, user_id)
    tx.insert(
        t.thread_event,
        thread_id=subject.thread_id,
        thread_type=subject.kind,
        event_id=_event_id(tx, name),
        staff_id=staff_id,
        team_id=subject.team_id,
        dept_id=subject.department_id,
        topic_id=subject.topic_id,
        data=None if data is None else php_json.encode(data)[:_MAX_DATA],
        username=(label or actor_name(actor))[:_MAX_NAME],
        uid=uid,
        uid_type=uid_type,
        timestamp=tx.now,
    )
    tx.note_effect("event", name=name, data=data)


def _credited(actor: Principal, user_id: int | None) -> tuple[int | None, str]:
    """A user's own session is credited only where osTicket passes the user on: elsewhere nobody is."""
    if isinstance(actor, Staff):
        return actor.id, "S"
    return (user_id, "U") if user_id is not None else (None, "S")


def actor_name(actor: Principal) -> str:
    if isinstance(actor, Staff):
        return actor.username
    return actor.name if isinstance(actor, User) else SYSTEM


def annul(tx: Write, name: str, thread_id: int) -> None:
    """Mark the thread's earlier events of this name as annulled."""
    event = t.thread_event.c
    tx.change(
        update(t.thread_event)
        .where(event.thread_id == thread_id, event.event_id == _event_id(tx, name))
        .values(annulled=True)
    )


def _event_id(tx: Read, name: str) -> int:
    """Ids differ between installations; names do not."""
    if "events" not in tx.cache:
        tx.cache["events"] = {row.name: row.id for row in tx.prepared(_select_events(), {})}
    return int(tx.cache["events"][name])


@cache
def _select_events() -> Select[Any]:
    return select(t.event.c.id, t.event.c.name)
