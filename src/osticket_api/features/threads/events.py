"""Reading what happened to a ticket or task."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select

from osticket_api.access.field_rules import limits_anywhere, limits_on
from osticket_api.access.principal import Principal
from osticket_api.access.scope import reads_as_agents
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.statements import in_literals, page_of
from osticket_api.db.unit import Read
from osticket_api.events.recording import SYSTEM, TICKET_FILTER
from osticket_api.features.threads import sentences
from osticket_api.features.threads.queries import HIDDEN_AGENT
from osticket_api.features.threads.requests import EventsQuery
from osticket_api.features.threads.responses import Event, Part
from osticket_api.features.threads.sentences import Draft, Reference
from osticket_api.kit import php_json
from osticket_api.web.responses import NamedRef

_SOMEBODY: Final = "A user"
_ABOUT: Final = {
    "assigned": {"staff", "team"},
    "closed": {"status"},
    "collab": {"collaborators"},
    "overdue": {"is_overdue", "due_at", "sla_due_at"},
    "released": {"staff", "team"},
    "reopened": {"status"},
    "transferred": {"department"},
}
"""The fields that events tell of; of others it is not known."""
_FOR_USERS: Final = ("created", "closed", "reopened", "edited", "collab", "merged")


@lru_cache
def select_events(*, for_staff: bool) -> Select[Any]:
    """The rows of what happened to the object of the thread that the parameter `thread_id` names; users hear of the
    milestones only.
    """
    event = t.thread_event.c
    return (
        select(
            event.id, t.event.c.name, event.uid, event.uid_type, event.username, event.data, event.annulled,
            event.timestamp, event.thread_type, t.staff.c.firstname, t.staff.c.lastname,
            t.user.c.name.label("user_name"),
        )
        .select_from(
            t.thread_event.join(t.event, t.event.c.id == event.event_id)
            .outerjoin(t.staff, and_(t.staff.c.staff_id == event.uid, event.uid_type == "S"))
            .outerjoin(t.user, and_(t.user.c.id == event.uid, event.uid_type == "U"))
        )
        .where(*_visible_events(for_staff))
    )  # fmt: skip


def _visible_events(for_staff: bool) -> list[ColumnElement[bool]]:
    of_thread = t.thread_event.c.thread_id == bindparam("thread_id")
    return [of_thread] if for_staff else [of_thread, in_literals(t.event.c.name, _FOR_USERS)]


@lru_cache
def _select_page(*, for_staff: bool, newest_first: bool, length: int, has_offset: bool) -> Select[Any]:
    event = t.thread_event.c
    order = (event.timestamp.desc(), event.id.desc()) if newest_first else (event.timestamp, event.id)
    statement = select_events(for_staff=for_staff).order_by(*order)
    return page_of(statement, length, has_offset=has_offset)


def read_page(tx: Read, principal: Principal, thread_id: int, query: EventsQuery) -> Sequence[Row[Any]]:
    """A page of events by its number."""
    statement = _select_page(
        for_staff=reads_as_agents(principal),
        newest_first=query.newest_first,
        length=query.per_page,
        has_offset=query.offset > 0,
    )
    return tx.prepared(statement, {"thread_id": thread_id, "offset": query.offset})


def count_events(tx: Read, principal: Principal, thread_id: int) -> int:
    """How many events the caller hears of."""
    counted = (
        select(func.count())
        .select_from(t.thread_event.join(t.event, t.event.c.id == t.thread_event.c.event_id))
        .where(*_visible_events(reads_as_agents(principal)))
    )
    return int(tx.scalar(counted, {"thread_id": thread_id}))


def to_events(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> list[Event]:
    """The events as the caller may know them.

    Users do not get the data, which may name what they may not see, nor the names that agents sign in with.
    """
    is_staff = reads_as_agents(principal)
    names = _Names(
        of_agents=is_staff or not load_config(tx).flag("hide_staff_name"),
        logins=is_staff,
        addresses=is_staff and not limits_on(principal, "user").hides("email"),
    )
    data = [_data(principal, row) for row in rows]
    told = sentences.finish(tx, [_draft(row, each, names) for row, each in zip(rows, data, strict=True)])
    return [_to_event(row, each, parts, names) for row, each, parts in zip(rows, data, told, strict=True)]


@dataclass(frozen=True)
class _Names:
    """Which names of people the caller is shown: those of agents, those they sign in with, addresses of users."""

    of_agents: bool
    logins: bool
    addresses: bool


def _data(principal: Principal, row: Row[Any]) -> Any:
    """What is told of an event to agents, from whom nothing is hidden that it may be about."""
    if not reads_as_agents(principal):
        return None
    hidden = limits_anywhere(principal, _thing(row)).hidden
    is_about_hidden = bool(hidden) and (row.name not in _ABOUT or not hidden.isdisjoint(_ABOUT[row.name]))
    return None if is_about_hidden else php_json.decode(row.data)


def _thing(row: Row[Any]) -> str:
    return "task" if row.thread_type == "A" else "ticket"


def _draft(row: Row[Any], data: Any, names: _Names) -> Draft:
    return sentences.draft(row.name, _actor(row, names), _thing(row), data)


def _actor(row: Row[Any], names: _Names) -> Reference:
    if row.username == TICKET_FILTER:
        return Reference("filter", None, "A ticket filter")
    if row.firstname is not None:
        is_hidden = not names.of_agents and row.uid_type == "S"
        return Reference("staff", None if is_hidden else row.uid, HIDDEN_AGENT if is_hidden else _agent(row))
    if row.user_name is not None:
        return Reference("user", row.uid, row.user_name)
    if row.username in (SYSTEM, ""):
        return Reference("system", None, "The system")
    return Reference("staff" if row.uid_type == "S" else "user", None, _username(row, names))


def _agent(row: Row[Any]) -> str:
    return f"{row.firstname} {row.lastname}".strip() if row.firstname is not None else HIDDEN_AGENT


def _username(row: Row[Any], names: _Names) -> str:
    if not names.of_agents and row.uid_type == "S":
        return HIDDEN_AGENT
    if not names.logins:
        if row.uid_type == "S":
            return _agent(row)
        return _name_of_user(row.user_name or row.username)
    return str(row.username) if names.addresses else _name_of_user(row.username, row.user_name)


def _name_of_user(name: str, else_name: str | None = None) -> str:
    """osTicket notes the address of somebody without an account."""
    return else_name or _SOMEBODY if "@" in name else name


def _to_event(row: Row[Any], data: Any, parts: list[Part], names: _Names) -> Event:
    is_agent = row.firstname is not None and (names.of_agents or row.uid_type != "S")
    return Event(
        id=row.id,
        name=row.name,
        staff=NamedRef(row.uid, _agent(row)) if is_agent else None,
        user=NamedRef(row.uid, row.user_name) if row.user_name is not None else None,
        username=_username(row, names),
        data=data,
        is_annulled=row.annulled,
        created_at=row.timestamp,
        sentence="".join(part.text for part in parts),
        parts=parts,
    )
