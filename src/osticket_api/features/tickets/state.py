"""A ticket under change: its row, locked, with what decides about it; and the one way to save it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal

from sqlalchemy import Select, and_, bindparam, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import Scope, kept_scope, reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read, Write
from osticket_api.events.recording import Subject
from osticket_api.features.forms import api as forms
from osticket_api.features.tickets.columns import has_cdata, select_title
from osticket_api.features.tickets.reference import missing
from osticket_api.search_index import index
from osticket_api.web.reference import parse

_COLUMNS = {
    "status_id": "status_id",
    "department_id": "dept_id",
    "topic_id": "topic_id",
    "sla_id": "sla_id",
    "staff_id": "staff_id",
    "team_id": "team_id",
    "user_id": "user_id",
    "parent_id": "ticket_pid",
    "lock_id": "lock_id",
    "flags": "flags",
    "sort": "sort",
    "source": "source",
    "is_overdue": "isoverdue",
    "is_answered": "isanswered",
    "due_at": "duedate",
    "sla_due_at": "est_duedate",
    "closed_at": "closed",
    "reopened_at": "reopened",
    "last_activity_at": "lastupdate",
}


@dataclass
class TicketState:
    """A ticket as the transaction knows it. Change it through `save`."""

    id: int
    number: str
    thread_id: int
    thread_kind: str
    state: str | None
    created_at: datetime
    status_id: int | None
    department_id: int | None
    topic_id: int | None
    sla_id: int | None
    staff_id: int | None
    team_id: int | None
    user_id: int | None
    parent_id: int | None
    lock_id: int | None
    flags: int
    sort: int
    source: str
    is_overdue: bool
    is_answered: bool
    due_at: datetime | None
    sla_due_at: datetime | None
    closed_at: datetime | None
    reopened_at: datetime | None
    last_activity_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def is_closed(self) -> bool:
        return self.state == "closed"

    @property
    def subject(self) -> Subject:
        """The ticket as events describe it, now."""
        return Subject(self.thread_id, "T", self.staff_id, self.team_id, self.department_id, self.topic_id)


def get_ticket(tx: Write, principal: Principal, reference: str) -> TicketState:
    """The ticket the caller may see, its row locked until the end of the transaction.

    Raises: NotFound.
    """
    ticket_id = _find_id(tx, principal, reference)
    if ticket_id is None:
        raise missing(reference)
    return load_ticket(tx, ticket_id)


def _find_id(tx: Read, principal: Principal, reference: str) -> int | None:
    found = parse(reference)
    if found is None:
        return None
    scope, parameters = kept_scope(principal)
    ticket_id: int | None = tx.prepared_scalar(_select_id(scope, found[0]), {**parameters, "reference": found[1]})
    return ticket_id


@lru_cache(maxsize=256)
def _select_id(scope: Scope, column: Literal["id", "number"]) -> Select[tuple[int]]:
    """The id of a reachable ticket, with the parameter `reference` and those of the scope."""
    named = t.ticket.c.ticket_id if column == "id" else t.ticket.c.number
    return select(t.ticket.c.ticket_id).where(named == bindparam("reference"), reachable_ticket(scope))


def load_ticket(tx: Write, ticket_id: int) -> TicketState:
    """Any ticket, whoever asks, its row locked. Raises: NotFound."""
    row = tx.prepared_row(_select_locked(), {"ticket_id": ticket_id})
    if row is None:
        raise missing(str(ticket_id))
    beside = tx.prepared_row(_select_beside(), {"ticket_id": ticket_id})
    values = {name: getattr(row, column) for name, column in _COLUMNS.items()}
    return TicketState(
        id=row.ticket_id,
        number=row.number or "",
        thread_id=beside.thread_id or 0,
        thread_kind=beside.object_type or "T",
        state=beside.state,
        created_at=row.created,
        **values,
    )


@cache
def _select_locked() -> Select[Any]:
    return select(t.ticket).where(t.ticket.c.ticket_id == bindparam("ticket_id")).with_for_update()


@cache
def _select_beside() -> Select[Any]:
    """What is read once the ticket is locked, and not locked itself: the state of its status, and its thread.

    The ticket's own thread, else the one it had before a merge. Source: tickets.md 2.1.
    """
    ticket, thread, status = t.ticket.c, t.thread.c, t.ticket_status.c
    is_its = and_(thread.object_id == ticket.ticket_id, in_literals(thread.object_type, ("T", "C")))
    return (
        select(thread.id.label("thread_id"), thread.object_type, status.state)
        .select_from(t.ticket.outerjoin(t.thread, is_its).outerjoin(t.ticket_status, status.id == ticket.status_id))
        .where(ticket.ticket_id == bindparam("ticket_id"))
        .order_by(thread.object_type.desc())
    )


def _state_of(tx: Read, status_id: int | None) -> str | None:
    state: str | None = tx.scalar(select(t.ticket_status.c.state).where(t.ticket_status.c.id == status_id))
    return state


def save(tx: Write, ticket: TicketState, **changes: Any) -> bool:
    """Write what really changed, and `updated` with it. Returns whether anything did.

    Every change refreshes the ticket's row in the search index. Source: tickets.md 0.2, 0.3, 8.1.
    """
    changed = {name: value for name, value in changes.items() if getattr(ticket, name) != value}
    if not changed:
        return False
    tx.note_effect(
        "ticket", id=ticket.id, changed={name: [getattr(ticket, name), new] for name, new in changed.items()}
    )
    for name, value in changed.items():
        setattr(ticket, name, value)
    if "status_id" in changed:
        ticket.state = _state_of(tx, ticket.status_id)
    columns = {_COLUMNS[name]: value for name, value in changed.items()}
    tx.update(t.ticket, ticket.id, **columns, updated=tx.now)
    tx.cache.setdefault("stale", set()).add(ticket.id)
    return True


def refresh_index(tx: Write) -> None:
    """Bring the search rows of all tickets saved in this transaction up to date, once for each."""
    for ticket_id in sorted(tx.cache.pop("stale", ())):
        index_ticket(tx, ticket_id)


def index_ticket(tx: Write, ticket_id: int) -> None:
    """Write the ticket's search row: number and subject as title, all answers as content. Source: tickets.md 8.1."""
    row = tx.prepared_row(select_title(has_cdata(tx)), {"ticket_id": ticket_id})
    if row is not None:
        title = f"{row.number or ''} {row.subject or ''}".strip()
        index.put(tx, "T", ticket_id, title, forms.search_content(tx, "T", ticket_id))
