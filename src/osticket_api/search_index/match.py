"""Find the rows of the index that match a search and that the caller may read, with what they belong to.

The database's full text is asked once for each question: that is what takes the time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, and_, case, func, select

from osticket_api.access.field_rules import limits_anywhere
from osticket_api.access.principal import Principal
from osticket_api.access.scope import reads_as_agents, view_of, visible_entries
from osticket_api.db import tables as t
from osticket_api.db.caches import FOUND
from osticket_api.db.dialect import has_table
from osticket_api.db.statements import in_literals, listed_ids
from osticket_api.db.unit import Read
from osticket_api.search_index.frequencies import NONE, word_frequencies
from osticket_api.search_index.full_text import FullTextQuery
from osticket_api.search_index.terms import parse

_MOST_IDS: Final = 10_000
"""The most ids in a list. From 1,000 on, MariaDB makes a table of the list, and then reads all referrals."""
_MOST_ROWS: Final = 1000
_ANSWERING: Final = {"T": "ticket", "U": "user", "O": "organization"}
"""The kinds of rows that hold answers to forms."""
_WITH_MANY_WORDS: Final = frozenset("TH")
"""The kinds of rows that hold texts: of tickets and of entries."""
BY_USER: Final = 0.5
"""The score of a ticket whose user's name matches: less than that of its own words."""


@dataclass(frozen=True)
class Hits:
    """Rows of the search index that answer a question, each beside what it belongs to, as the caller may read it.

    `source`: the rows with entries and threads. `ticket_id`, `task_id`: NULL for rows of something else.
    """

    source: FromClause
    kind: ColumnElement[str]
    id: ColumnElement[int]
    score: ColumnElement[float]
    ticket_id: ColumnElement[int | None]
    task_id: ColumnElement[int | None]


def find_hits(
    tx: Read,
    principal: Principal,
    query: str,
    *,
    kinds: tuple[str, ...] | None = None,
) -> Hits | None:
    """The hits of a query; None where the query is empty, or there is no index. Whether the caller sees the objects of
    the hits is not checked here.

    `kinds`: letters of the rows that matter.
    """
    question = parse(query)
    if question is None or not has_table(tx, t.search):
        return None
    index_query = FullTextQuery(tx, question, kinds, titles_only(principal))
    return _hits(principal, index_query.rows())


def _hits(principal: Principal, rows: Subquery) -> Hits:
    row, entry, thread = rows.c, t.thread_entry.c, t.thread.c
    joined = rows.outerjoin(
        t.thread_entry, and_(row.kind == "H", entry.id == row.id, visible_entries(principal))
    ).outerjoin(t.thread, thread.id == entry.thread_id)
    of_ticket = and_(row.kind == "H", in_literals(thread.object_type, ("T", "C")))
    return Hits(
        source=joined,
        kind=row.kind,
        id=row.id,
        score=row.score,
        ticket_id=case((row.kind == "T", row.id), (of_ticket, thread.object_id)),
        task_id=case((and_(row.kind == "H", thread.object_type == "A"), thread.object_id)),
    )


def titles_only(principal: Principal) -> frozenset[str]:
    """The kinds of rows whose answers the index does not tell this caller: it holds all of them as one text.

    Users are not told those of tickets, of which some are for agents; others where any answer is hidden from them.
    """
    hidden = {kind for kind, resource in _ANSWERING.items() if limits_anywhere(principal, resource).hides_answers}
    return frozenset(hidden if reads_as_agents(principal) else hidden | {"T"})


@dataclass(frozen=True)
class Best:
    """The rows that match best, best first, and of equal ones the newest. `is_cut`: there are more."""

    rows: Sequence[Any]
    is_cut: bool

    @cached_property
    def tickets(self) -> Mapping[int, float]:
        """The ticket that each row stands for, in the order of their ids, with the score of the best of its rows."""
        scores: dict[int, float] = {}
        for row in self.rows:
            if row.ticket is not None:
                scores.setdefault(row.ticket, row.score)
        return dict(sorted(scores.items()))

    @cached_property
    def users(self) -> Mapping[int, float]:
        """The users whose own text matches, the best first, with their scores."""
        return {row.id: row.score for row in self.rows if row.kind == "U"}


def find_best(tx: Read, principal: Principal, query: str, kinds: tuple[str, ...]) -> Best | None:
    """The best rows for an agent, of those kinds: kind, id, score, ticket and task. Whether the agent may see what
    they belong to is not checked, so that all agents of whom the same answers are hidden find the same. The rows are
    kept for seconds: who turns the page asks for them again.
    """

    def find() -> Best | None:
        question = parse(query)
        if question is None or not has_table(tx, t.search):
            return None
        # Users are found by all of their names, not only among the newest, where nothing else is looked for.
        frequencies = word_frequencies(tx) if _WITH_MANY_WORDS.intersection(kinds) else NONE
        return _find_best(tx, principal, FullTextQuery(tx, question, kinds, titles_only(principal), frequencies))

    found: Best | None = tx.cached(FOUND, (titles_only(principal), query, kinds), find)
    return found


def _find_best(tx: Read, principal: Principal, index_query: FullTextQuery) -> Best:
    # Frequent words change the order of what the others find, so that the first rows are not the best.
    rows = _read_best(tx, principal, index_query, newest=bool(index_query.frequent))
    is_cut = bool(index_query.sought_among_newest) or len(rows) > _MOST_ROWS
    if is_cut and not index_query.frequent and not _is_ranked(rows):
        rows = _read_best(tx, principal, index_query, newest=True)
    ranked: dict[tuple[str, int], Any] = {}  # A row that holds a rare and a frequent word is found twice.
    for row in sorted(rows, key=lambda row: (-row.score, -row.id)):
        ranked.setdefault((row.kind, row.id), row)
    return Best(list(ranked.values())[:_MOST_ROWS], is_cut)


def _read_best(tx: Read, principal: Principal, index_query: FullTextQuery, *, newest: bool) -> Sequence[Any]:
    reads: list[Callable[[Read], Sequence[Any]]] = []
    for rows, runs in index_query.parts(_MOST_ROWS + 1, newest=newest):
        hits = _hits(principal, rows)
        columns = (hits.kind, hits.id, hits.score, hits.ticket_id.label("ticket"), hits.task_id.label("task"))
        statement = select(*columns).select_from(hits.source)
        reads += [partial(Read.rows, statement=statement, parameters=each) for each in runs]
    return list(chain.from_iterable(tx.gather(*reads)))


def _is_ranked(rows: Sequence[Any]) -> bool:
    """Whether the best hits come first and are better than the last ones: otherwise the newest hits, which matter, are
    missing.
    """
    scores = [row.score for row in rows]
    return scores[0] > scores[-1] and scores == sorted(scores, reverse=True)


def tickets_matching(tx: Read, principal: Principal, query: str) -> Select[Any] | None:
    """The ids of the tickets that match: by their own text, by an entry, and for agents by the name of their user.

    None when there is nothing to ask. Source: tickets.md 8.2.
    """
    scored = scored_tickets(tx, principal, query)
    return None if scored is None else scored.with_only_columns(scored.selected_columns.ticket_id)


def scored_tickets(tx: Read, principal: Principal, query: str) -> Select[Any] | None:
    """The tickets with the score of each row: a ticket is listed as often as it is found."""
    hits = find_hits(tx, principal, query, kinds=("T", "H", "U") if reads_as_agents(principal) else ("T", "H"))
    if hits is None:
        return None
    if not reads_as_agents(principal):
        return _scored(hits.source, hits.ticket_id, hits.score)
    theirs = t.ticket.alias("theirs")
    by_user = and_(hits.kind == "U", theirs.c.user_id == hits.id)
    ticket_id = func.coalesce(theirs.c.ticket_id, hits.ticket_id)
    score = case((hits.kind == "U", hits.score * BY_USER), else_=hits.score)
    return _scored(hits.source.outerjoin(theirs, by_user), ticket_id, score)


def _scored(source: FromClause, ticket_id: ColumnElement[Any], score: ColumnElement[Any]) -> Select[Any]:
    columns = [ticket_id.label("ticket_id"), score.label("score")]
    return select(*columns).select_from(source).where(ticket_id.is_not(None))


@dataclass(frozen=True, eq=False)
class Found:
    """The hits of a question at one time. The next search yields another object, even with equal hits."""

    condition: ColumnElement[bool]


def find_tickets(tx: Read, principal: Principal, query: str) -> Found | None:
    """The tickets that match, for lists. Who turns the page or sorts anew asks the same: it is kept for seconds."""

    def find() -> Found | None:
        matching = tickets_matching(tx, principal, query)
        return None if matching is None else Found(_asked_once(tx, matching))

    found: Found | None = tx.cached(FOUND, (view_of(principal), query), find)
    return found


def _asked_once(tx: Read, matching: Select[Any]) -> ColumnElement[bool]:
    """Look up hits first where they are not too many, since several statements need them.

    More hits are a derived table in each statement, since MariaDB would otherwise search the full text again for every
    ticket.
    """
    ids = tx.scalars(matching.distinct().limit(_MOST_IDS + 1))
    if len(ids) <= _MOST_IDS:
        return listed_ids(t.ticket.c.ticket_id, ids)
    found = matching.distinct().subquery("found")
    return t.ticket.c.ticket_id.in_(select(found.c.ticket_id))
