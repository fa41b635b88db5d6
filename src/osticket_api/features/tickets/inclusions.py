"""What `include` adds to the tickets of a list: at most one query for each word, whatever the length of the list."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Row, Select, select

from osticket_api.access.principal import Principal, User
from osticket_api.access.scope import Scope, kept_scope, reads_as_agents
from osticket_api.db import tables as t
from osticket_api.db.flags import CollaboratorFlag, TicketFlag
from osticket_api.db.statements import any_numbered, listed_ids, numbered
from osticket_api.db.unit import Read
from osticket_api.features.collaborators.api import Collaborator, shown_to
from osticket_api.features.forms import api as forms
from osticket_api.features.threads.api import read_latest
from osticket_api.features.tickets.allowed import allowed_actions
from osticket_api.features.tickets.columns import audience_of
from osticket_api.features.tickets.counts import ticket_counts
from osticket_api.features.tickets.read_marks import unread_among
from osticket_api.features.tickets.responses import ContentCounts, TicketLock, TicketSummary
from osticket_api.features.tickets.service.status import reopenable_among
from osticket_api.web.file_urls import FileUrls, plain
from osticket_api.web.responses import NamedRef, UserRef


@dataclass(frozen=True)
class _Facts:
    """The properties that permissions depend on."""

    department_id: int | None
    staff_id: int | None
    team_id: int | None
    is_open: bool


def include(
    tx: Read, principal: Principal, tickets: Sequence[TicketSummary], rows: Sequence[Row[Any]], wanted: frozenset[str]
) -> None:
    """Add to the tickets, made from these rows, what is wanted."""
    for word in sorted(wanted):
        _ADDED[word](tx, principal, tickets, rows)


def _add_last_messages(tx: Read, principal: Principal, tickets: Sequence[TicketSummary], rows: Any) -> None:
    found = read_latest(tx, principal, [each.thread_id for each in tickets if each.thread_id is not None])
    for each in tickets:
        each.last_message = found.get(each.thread_id or 0)


def _add_counts(tx: Read, principal: Principal, tickets: Sequence[TicketSummary], rows: Any) -> None:
    scope, caller = kept_scope(principal)
    ids = numbered("listed_ticket", [each.id for each in tickets])
    threads = numbered("listed_thread", [each.thread_id for each in tickets if each.thread_id is not None] or [0])
    counts = tx.prepared(_select_counts(scope, len(ids), len(threads)), {**ids, **threads, **caller})
    tells_tasks = reads_as_agents(principal)
    found = {
        row.ticket_id: ContentCounts(row.entry_count, row.attachment_count, row.task_count if tells_tasks else 0)
        for row in counts
    }
    for each in tickets:
        each.counts = found.get(each.id, ContentCounts(0, 0, 0))


@lru_cache(maxsize=64)
def _select_counts(scope: Scope, tickets: int, threads: int) -> Select[Any]:
    """The query of `_add_counts`, for so many `numbered` tickets and threads."""
    of_ticket = t.thread.c.object_id == t.ticket.c.ticket_id
    return (
        select(t.ticket.c.ticket_id, *ticket_counts(scope))
        .outerjoin_from(t.ticket, t.thread, of_ticket & any_numbered(t.thread.c.id, "listed_thread", threads))
        .where(any_numbered(t.ticket.c.ticket_id, "listed_ticket", tickets))
    )


def _add_locks(tx: Read, principal: Principal, tickets: Sequence[TicketSummary], rows: Any) -> None:
    """The locks of agents at work; users are not told. Source: tickets.md 9.1."""
    lock, staff = t.lock.c, t.staff.c
    found: Mapping[int, TicketLock] = {}
    if reads_as_agents(principal):
        locks = tx.rows(
            select(t.ticket.c.ticket_id, lock.staff_id, lock.expire, staff.firstname, staff.lastname)
            .select_from(
                t.ticket.join(t.lock, lock.lock_id == t.ticket.c.lock_id).outerjoin(
                    t.staff, staff.staff_id == lock.staff_id
                )
            )
            .where(listed_ids(t.ticket.c.ticket_id, [each.id for each in tickets]), lock.expire > tx.now)
        )
        found = {
            row.ticket_id: TicketLock(
                NamedRef(row.staff_id, f"{row.firstname or ''} {row.lastname or ''}".strip()), row.expire
            )
            for row in locks
        }
    for each in tickets:
        each.lock = found.get(each.id)


def _add_collaborators(tx: Read, principal: Principal, tickets: Sequence[TicketSummary], rows: Any) -> None:
    collaborator, user, address = t.thread_collaborator.c, t.user.c, t.user_email.c
    found = defaultdict(list)
    for row in tx.rows(
        select(
            collaborator.id, collaborator.thread_id, collaborator.flags, collaborator.created,
            user.id.label("user_id"), user.name, address.address,
        )
        .join_from(t.thread_collaborator, t.user, user.id == collaborator.user_id)
        .outerjoin(t.user_email, address.id == user.default_email_id)
        .where(listed_ids(collaborator.thread_id, [each.thread_id for each in tickets if each.thread_id is not None]))
        .order_by(collaborator.id)
    ):  # fmt: skip
        is_active = bool(row.flags & CollaboratorFlag.ACTIVE)
        person = UserRef(row.user_id, row.name, row.address)
        taking_part = Collaborator(row.id, person, is_active, row.created)
        found[row.thread_id].append(shown_to(principal, taking_part))
    for each in tickets:
        each.collaborators = found.get(each.thread_id or 0, [])


def _add_allowed(tx: Read, principal: Principal, tickets: Sequence[TicketSummary], rows: Sequence[Row[Any]]) -> None:
    reopening = _reopening(tx, principal, rows)
    for each, row in zip(tickets, rows, strict=True):
        each.allowed = _allowed(principal, row, reopening)


def allowed_of(tx: Read, principal: Principal, row: Row[Any]) -> dict[str, bool]:
    """What the caller may do to the ticket of a row of `select_tickets`."""
    return _allowed(principal, row, _reopening(tx, principal, [row]))


def _reopening(tx: Read, principal: Principal, rows: Sequence[Row[Any]]) -> frozenset[int]:
    """The tickets that their user may reopen; nobody asks for agents. Source: tickets.md 4.1.3."""
    closed = [row.ticket_id for row in rows if row.state == "closed"]
    return reopenable_among(tx, closed) if closed and isinstance(principal, User) else frozenset()


def _allowed(principal: Principal, row: Row[Any], reopening: frozenset[int]) -> dict[str, bool]:
    facts = _Facts(row.dept_id, row.staff_id, row.team_id, row.state == "open")
    is_merged = row.ticket_pid is not None and bool(row.flags & TicketFlag.MERGED)
    is_owner = isinstance(principal, User) and row.user_id == principal.id
    reopens = row.ticket_id in reopening
    return allowed_actions(principal, facts, is_merged=is_merged, is_owner=is_owner, reopens=reopens)


def _add_unread(tx: Read, principal: Principal, tickets: Sequence[TicketSummary], rows: Any) -> None:
    unread = unread_among(tx, principal, [each.id for each in tickets])
    for each in tickets:
        each.is_unread = unread.get(each.id, msgspec.UNSET)


def _add_named_fields(tx: Read, principal: Principal, tickets: Sequence[TicketSummary], rows: Any) -> None:
    found = named_fields(tx, principal, [each.id for each in tickets])
    for each in tickets:
        each.named_fields = found.get(each.id, [])


def named_fields(
    tx: Read, principal: Principal, ticket_ids: Sequence[int], urls: FileUrls = plain
) -> dict[int, list[forms.NamedField]]:
    """The custom fields that the caller sees on these tickets, with their labels: ticket id to fields."""
    return forms.read_named_answers(tx, "T", ticket_ids, audience=audience_of(principal), urls=urls)


_Adder = Callable[[Read, Principal, Sequence[TicketSummary], Sequence[Row[Any]]], None]

_ADDED: Final[Mapping[str, _Adder]] = {
    "allowed": _add_allowed,
    "collaborators": _add_collaborators,
    "counts": _add_counts,
    "custom_fields": _add_named_fields,
    "last_message": _add_last_messages,
    "lock": _add_locks,
    "unread": _add_unread,
}

INCLUDED: Final = tuple(_ADDED)
