"""Lists of tickets that match words, the best first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import listed_tickets, reads_as_agents
from osticket_api.db import tables as t
from osticket_api.db.statements import any_numbered, listed_ids, numbered
from osticket_api.db.unit import Read
from osticket_api.errors import Fault, Invalid
from osticket_api.features.tickets.columns import has_cdata, one_per_ticket, ticket_rows
from osticket_api.features.tickets.filters import TicketQuery, conditions
from osticket_api.kit.cursor import encode_cursor
from osticket_api.query.ordering import read_cursor
from osticket_api.search_index.match import BY_USER, Best, find_best, scored_tickets
from osticket_api.web.paging import Page

SORT: Final = "-relevance"
_MOST: Final = 1000
_ENOUGH: Final = 100
_USERS_FOLLOWED: Final = 50

Place = tuple[float, int]
"""Score and id: the best first, of equal ones the newest."""


def is_by_relevance(query: TicketQuery) -> bool:
    """Whether the best matches come first: where the query has words and no other order."""
    return query.q is not None and (query.sort in (SORT, "relevance") or "sort" not in query.model_fields_set)


@dataclass(frozen=True)
class Ranked:
    """The tickets of a list, best first. `is_cut`: more match than these."""

    places: Sequence[Place]
    is_cut: bool

    def part(self, query: TicketQuery) -> Sequence[Place]:
        """The ids on the requested page. Raises: Invalid for a cursor of another order."""
        start = self._after(query.cursor) if query.cursor else ((query.page or 1) - 1) * query.per_page
        return self.places[start : start + query.per_page]

    def _after(self, cursor: str) -> int:
        """Scores change a little with everything that is written: the ticket itself is looked for first."""
        order, place = read_cursor(cursor, tuple[str, Place])
        if order != SORT:
            raise Invalid(Fault("invalid", "This cursor belongs to another sort order.", "cursor"))
        ids = [each for _, each in self.places]
        return ids.index(place[1]) + 1 if place[1] in ids else sum(each > place for each in self.places)

    def page(self, query: TicketQuery, shown: Sequence[Place], items: Sequence[Any]) -> Page[Any]:
        has_more = bool(shown) and shown[-1] != self.places[-1]
        return Page(
            items=items,
            per_page=query.per_page,
            page=query.page_number,
            total=len(self.places) if query.total else None,
            total_is_exact=not (self.is_cut and query.total),
            next_cursor=encode_cursor([SORT, shown[-1]]) if has_more else None,
        )


def rank(tx: Read, principal: Principal, query: TicketQuery, narrowing: Sequence[ColumnElement[bool]]) -> Ranked:
    """The tickets that a list holds, at most a thousand. Raises: Invalid naming every parameter at fault.

    The best of the whole help desk are looked at first, since these are found soon. Where few of them belong to the
    list, as do those of a user, its own best are looked for among everything that matches.
    """
    wanted = [listed_tickets(principal), *conditions(tx, principal, query.model_copy(update={"q": None})), *narrowing]
    words = query.q or ""
    if reads_as_agents(principal):
        best = find_best(tx, principal, words, ("T", "H", "U"))
        if best is None:
            return Ranked([], is_cut=False)
        places = _among(tx, best, wanted)
        if not best.is_cut or len(places) >= _ENOUGH:
            return Ranked(places[:_MOST], is_cut=best.is_cut or len(places) > _MOST)
    places = _all(tx, principal, words, wanted)
    return Ranked(places[:_MOST], is_cut=len(places) > _MOST)


def rows_at(tx: Read, places: Sequence[Place]) -> list[Any]:
    """Read the rows of these tickets, in their order."""
    ids = [id for _, id in places]
    if not ids:
        return []
    parameters = numbered("id", ids)
    found = one_per_ticket(tx.prepared(_select_some(has_cdata(tx), len(parameters)), parameters))
    rows = {row.ticket_id: row for row in found}
    return [rows[id] for id in ids if id in rows]


@lru_cache(maxsize=32)
def _select_some(has_cdata: bool, count: int) -> Select[Any]:
    return ticket_rows(has_cdata).where(any_numbered(t.ticket.c.ticket_id, "id", count))


def _among(tx: Read, best: Best, wanted: Sequence[ColumnElement[bool]]) -> list[Place]:
    """The tickets of the list that the best rows stand for."""
    ticket = t.ticket.c
    scores: dict[int, float] = {}
    if best.tickets:
        listed = tx.scalars(select(ticket.ticket_id).where(listed_ids(ticket.ticket_id, list(best.tickets)), *wanted))
        scores = {id: best.tickets[id] for id in listed}
    for id, user_id in _tickets_of(tx, list(best.users)[:_USERS_FOLLOWED], wanted):
        scores[id] = max(scores.get(id, 0.0), best.users[user_id] * BY_USER)
    return sorted(((score, id) for id, score in scores.items()), reverse=True)


def _tickets_of(tx: Read, users: Sequence[int], wanted: Sequence[ColumnElement[bool]]) -> Sequence[Any]:
    ticket = t.ticket.c
    if not users:
        return []
    theirs = select(ticket.ticket_id, ticket.user_id).where(ticket.user_id.in_(users), *wanted)
    return tx.rows(theirs.order_by(ticket.ticket_id.desc()).limit(_MOST))


def _all(tx: Read, principal: Principal, words: str, wanted: Sequence[ColumnElement[bool]]) -> list[Place]:
    scored = scored_tickets(tx, principal, words)
    if scored is None:
        return []
    found = scored.subquery("found")
    score, ticket_id = func.max(found.c.score).label("score"), t.ticket.c.ticket_id
    best = select(score, ticket_id).join(found, found.c.ticket_id == ticket_id).where(*wanted).group_by(ticket_id)
    rows = tx.rows(best.order_by(score.desc(), ticket_id.desc()).limit(_MOST + 1))
    return [(float(row.score), row.ticket_id) for row in rows]
