"""Finding what matches a query, best first."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.access.field_rules import limits_on
from osticket_api.access.knowledge import readable_faqs
from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import listed_tickets
from osticket_api.access.task_scope import listed_tasks, reachable_task
from osticket_api.db import tables as t
from osticket_api.db.identity import rows_named
from osticket_api.db.statements import in_literals, listed_ids
from osticket_api.db.unit import Read
from osticket_api.features.tasks.api import select_titles
from osticket_api.search_index.full_text import count_terms, is_answered_by
from osticket_api.search_index.match import BY_USER, Hits, find_best, find_hits
from osticket_api.search_index.terms import parse

MOST: Final = 1000
"""How many hits are looked at: whoever needs more asks more precisely."""
_ENOUGH: Final = 100
_USERS_FOLLOWED, _TICKETS_FOLLOWED = 50, 200
NUMBER: Final = re.compile(r"#?([\w-]*\d[\w-]*)")
_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+")
_LETTERS: Final = {"tickets": "HTU", "tasks": "H", "users": "U", "organizations": "O", "faqs": "K"}
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
        """The rank of the candidate: exact matches first, then the best, then the newest."""
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
    rows = _rows(tx, principal, query, types)
    for row in rows:
        type, id = _owner(row)
        if f"{type}s" in types:
            found.add(type, id, float(row.score), (row.kind, row.id))
    if "tickets" in types:
        _follow_users(tx, principal, found, {row.id: row.score for row in rows if row.kind == "U"})
    if "tasks" in types:
        _add_tasks(tx, principal, found, query)
    return sorted(found.candidates.values(), key=lambda each: each.place)


def _exact(tx: Read, principal: Principal, query: str, types: frozenset[str]) -> Iterator[tuple[str, Sequence[int]]]:
    """Numbers of tickets and tasks, addresses of users: agents find by them what is the user's too."""
    ticket, task, address = t.ticket.c, t.task.c, t.user_email.c
    if number := NUMBER.fullmatch(query):
        if "tickets" in types:
            yield "ticket", tx.scalars(_tickets(principal, ticket.number == number[1]))
        if "tasks" in types:
            yield "task", tx.scalars(select(task.id).where(task.number == number[1], listed_tasks(principal)))
    knows_addresses = isinstance(principal, Staff) and not limits_on(principal, "user").hides("email")
    if _ADDRESS.fullmatch(query) and knows_addresses:
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


def _add_tasks(tx: Read, principal: Principal, found: _Found, query: str) -> None:
    """Tasks by their title, which the index does not hold."""
    question = parse(query)
    if question is None:
        return
    best = found.best_score
    titled = select_titles(tx).where(listed_tasks(principal)).subquery()
    held, title = count_terms(tx, titled.c.title, question).label("held"), titled.c.title
    tasks = (
        select(titled.c.id, held).where(is_answered_by(tx, title, question)).order_by(held.desc(), titled.c.id.desc())
    )
    for row in tx.rows(tasks.limit(MOST)):
        found.add("task", row.id, best * float(row.held) / len(question.wanted))


def _rows(tx: Read, principal: Principal, query: str, types: frozenset[str]) -> Sequence[Any]:
    """The best rows of the index whose owner is there and the caller's to see: kind, id, score, ticket and task.

    For users, and agents who see but few of what is best on the whole help desk, the best of theirs are looked for.
    """
    kinds = tuple(sorted({letter for type in types for letter in _LETTERS[type]}))
    owners = _owners(tx, principal, types)
    if isinstance(principal, Staff):
        best = find_best(tx, principal, query, kinds)
        visible = _visible(tx, owners, [] if best is None else best.rows)
        if best is None or not best.is_cut or len(visible) >= _ENOUGH:
            return visible
    hits = find_hits(tx, principal, query, kinds=kinds)
    return [] if hits is None else _visible_hits(tx, hits, owners)


@dataclass(frozen=True)
class _Owner:
    """What rows of the index belong to, and which of those the caller sees."""

    key: "Column[int]"
    seen: tuple[ColumnElement[bool], ...] = ()

    def among(self, tx: Read, ids: set[int]) -> set[int]:
        """Which of these the caller sees."""
        if not ids:
            return ids
        return set(tx.scalars(select(self.key).where(listed_ids(self.key, sorted(ids)), *self.seen)))

    def has(self, id: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether the caller sees the one with this id."""
        return exists(select(literal(1)).select_from(self.key.table).where(self.key == id, *self.seen))


def _owners(tx: Read, principal: Principal, types: frozenset[str]) -> dict[str, _Owner]:
    found: dict[str, _Owner] = {}
    if "tickets" in types:
        found["ticket"] = _Owner(t.ticket.c.ticket_id, (listed_tickets(principal),))
    if "tasks" in types:
        found["task"] = _Owner(t.task.c.id, (listed_tasks(principal), reachable_task(principal)))
    if "users" in types or ("tickets" in types and isinstance(principal, Staff)):
        found["user"] = _Owner(t.user.c.id)
    if "organizations" in types:
        found["organization"] = _Owner(t.organization.c.id)
    if "faqs" in types:
        found["faq"] = _Owner(t.faq.c.faq_id, (readable_faqs(tx, principal),))
    return found


def _owner(row: Any) -> tuple[str, int]:
    """What a row of the index stands for."""
    if row.ticket is not None:
        return "ticket", row.ticket
    if row.task is not None:
        return "task", row.task
    return {"K": "faq", "O": "organization", "U": "user"}.get(row.kind, ""), row.id


def _visible(tx: Read, owners: dict[str, _Owner], rows: Sequence[Any]) -> list[Any]:
    owned = [(_owner(row), row) for row in rows]
    seen = {
        (type, id)
        for type, owner in owners.items()
        for id in owner.among(tx, {id for (kind, id), _ in owned if kind == type})
    }
    return [row for owner, row in owned if owner in seen]


def _visible_hits(tx: Read, hits: Hits, owners: dict[str, _Owner]) -> Sequence[Any]:
    """Find the visible hits in one statement, which looks at all rows that match."""
    ids = {"ticket": hits.ticket_id, "task": hits.task_id}
    kinds = {"ticket": ("T", "H"), "task": ("H",), "user": ("U",), "organization": ("O",), "faq": ("K",)}
    ways = [
        and_(in_literals(hits.kind, kinds[type]), owner.has(ids.get(type, hits.id))) for type, owner in owners.items()
    ]
    columns = (hits.kind, hits.id, hits.score, hits.ticket_id.label("ticket"), hits.task_id.label("task"))
    found = select(*columns).select_from(hits.source).where(or_(false(), *ways))
    return tx.rows(found.order_by(hits.score.desc(), hits.id.desc()).limit(MOST))


def _follow_users(tx: Read, principal: Principal, found: _Found, users: dict[int, float]) -> None:
    """The newest tickets of the users found, behind those that match by themselves. Source: tickets.md 8.2."""
    best = sorted(users, key=lambda each: -users[each])[:_USERS_FOLLOWED]
    if not best:
        return
    ticket = t.ticket.c
    visible = _tickets(principal, ticket.user_id.in_(best)).add_columns(ticket.user_id)
    for row in tx.rows(visible):
        found.add("ticket", row.ticket_id, users[row.user_id] * BY_USER)
