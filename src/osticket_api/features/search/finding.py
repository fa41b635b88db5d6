"""Finding what matches a query, best first."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.access.knowledge import readable_faqs
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import listed_tasks, listed_tickets, reachable_task
from osticket_api.db import tables as t
from osticket_api.db.identity import rows_named
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read
from osticket_api.features.tasks.api import titled
from osticket_api.search_index.match import Hits, find_hits
from osticket_api.search_index.terms import parse

MOST: Final = 1000
"""How many hits are looked at: whoever needs more asks more precisely."""
_USERS_FOLLOWED, _TICKETS_FOLLOWED = 50, 200
NUMBER: Final = re.compile(r"#?([\w-]*\d[\w-]*)")
_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+")
_ORDER: Final = ("user", "organization", "ticket", "task", "faq")


@dataclass
class Candidate:
    """A thing found. `row`: the kind and id of the row of the index that matches best."""

    type: str
    id: int
    score: float | None = None
    is_exact: bool = False
    row: tuple[str, int] | None = None

    @property
    def place(self) -> tuple[bool, float, int, int]:
        """Where it stands among all: exact ones first, then the best, the newest."""
        return not self.is_exact, 0.0 if self.is_exact else -(self.score or 0.0), _ORDER.index(self.type), -self.id


@dataclass
class _Found:
    candidates: dict[tuple[str, int], Candidate] = field(default_factory=dict)

    def add(self, type: str, id: int, score: float | None, row: tuple[str, int] | None = None) -> None:
        known = self.candidates.setdefault((type, id), Candidate(type, id))
        if score is not None and (known.score is None or score > known.score):
            known.score, known.row = score, row or known.row

    def add_exact(self, type: str, ids: Iterable[int]) -> None:
        for each in ids:
            self.candidates.setdefault((type, each), Candidate(type, each)).is_exact = True

    @property
    def best_score(self) -> float:
        return max((each.score or 0.0 for each in self.candidates.values()), default=1.0)


def find(tx: Read, principal: Principal, query: str, types: frozenset[str]) -> list[Candidate]:
    """Everything among the types that matches the query and that the caller may see, best first."""
    found = _Found()
    for type, ids in _exact(tx, principal, query.strip(), types):
        found.add_exact(type, ids)
    hits = find_hits(tx, principal, query)
    if hits is not None:
        _add_hits(tx, principal, found, hits, types)
    if "tasks" in types and (words := [word for term in parse(query) for word in term.words]):
        best = found.best_score
        for task_id in tx.scalars(select(t.task.c.id).where(listed_tasks(principal), titled(tx, words)).limit(MOST)):
            found.add("task", task_id, best)
    return sorted(found.candidates.values(), key=lambda each: each.place)


def _exact(tx: Read, principal: Principal, query: str, types: frozenset[str]) -> Iterator[tuple[str, Sequence[int]]]:
    """Numbers of tickets and tasks, addresses of users: agents find by them what is the user's too."""
    ticket, task, address = t.ticket.c, t.task.c, t.user_email.c
    if number := NUMBER.fullmatch(query):
        if "tickets" in types:
            yield "ticket", tx.scalars(_tickets(principal, ticket.number == number[1]))
        if "tasks" in types:
            yield "task", tx.scalars(select(task.id).where(task.number == number[1], listed_tasks(principal)))
    if _ADDRESS.fullmatch(query) and isinstance(principal, Staff):
        owners = rows_named(tx, select(address.user_id).where(address.user_id != 0), address.address, query)
        users = [row.user_id for row in owners]
        if "users" in types:
            yield "user", users
        if "tickets" in types and users:
            yield "ticket", tx.scalars(_tickets(principal, ticket.user_id.in_(users)))


def _tickets(principal: Principal, condition: ColumnElement[bool]) -> Select[tuple[int]]:
    ticket = t.ticket.c
    newest = select(ticket.ticket_id).order_by(ticket.ticket_id.desc()).limit(_TICKETS_FOLLOWED)
    return newest.where(condition, listed_tickets(principal))


def _add_hits(tx: Read, principal: Principal, found: _Found, hits: Hits, types: frozenset[str]) -> None:
    search, score = t.search.c, hits.score.label("score")
    kinds = or_(*_kinds(tx, principal, hits, types))
    rows = tx.rows(
        select(search.object_type, search.object_id, hits.ticket_id.label("ticket"), hits.task_id.label("task"), score)
        .select_from(hits.source)
        .where(hits.condition, kinds)
        .order_by(score.desc(), search.object_id.desc())
        .limit(MOST)
    )
    for row in rows:
        for type, id in _owners(row, types):
            found.add(type, id, float(row.score), (row.object_type, row.object_id))
    if "tickets" in types:
        _follow_users(tx, principal, found, {row.object_id: row.score for row in rows if row.object_type == "U"})


def _owners(row: Any, types: frozenset[str]) -> Iterator[tuple[str, int]]:
    """What a row of the index stands for."""
    if row.ticket is not None:
        yield "ticket", row.ticket
    elif row.task is not None:
        yield "task", row.task
    elif row.object_type == "K":
        yield "faq", row.object_id
    elif row.object_type == "O":
        yield "organization", row.object_id
    elif "users" in types:
        yield "user", row.object_id


def _follow_users(tx: Read, principal: Principal, found: _Found, users: dict[int, float]) -> None:
    """The newest tickets of the users found, behind those that match by themselves. Source: tickets.md 8.2."""
    best = sorted(users, key=lambda each: -users[each])[:_USERS_FOLLOWED]
    if not best:
        return
    ticket = t.ticket.c
    visible = _tickets(principal, ticket.user_id.in_(best)).add_columns(ticket.user_id)
    for row in tx.rows(visible):
        found.add("ticket", row.ticket_id, users[row.user_id] / 2)


def _kinds(tx: Read, principal: Principal, hits: Hits, types: frozenset[str]) -> Iterator[ColumnElement[bool]]:
    """For each type, the rows of the index whose owner is there and the caller's to see."""
    kind, id = t.search.c.object_type, t.search.c.object_id
    if "tickets" in types:
        visible = _there(t.ticket, t.ticket.c.ticket_id == hits.ticket_id, listed_tickets(principal))
        yield and_(in_literals(kind, ("T", "H")), visible)
    if "tasks" in types:
        visible = _there(t.task, t.task.c.id == hits.task_id, listed_tasks(principal), reachable_task(principal))
        yield and_(kind == "H", visible)
    if "users" in types or ("tickets" in types and isinstance(principal, Staff)):
        yield and_(kind == "U", _there(t.user, t.user.c.id == id))
    if "organizations" in types:
        yield and_(kind == "O", _there(t.organization, t.organization.c.id == id))
    if "faqs" in types:
        yield and_(kind == "K", _there(t.faq, t.faq.c.faq_id == id, readable_faqs(tx, principal)))


def _there(source: FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(literal(1)).select_from(source).where(*conditions))
