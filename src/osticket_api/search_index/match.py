"""Full-text questions, as osTicket asks them: FULLTEXT on MySQL and MariaDB, FTS5 on SQLite.

The database's full text is asked once for each question: that is what takes the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    FromClause,
    Select,
    and_,
    case,
    column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.sql.expression import literal, literal_column

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reads_as_agents, view_of, visible_entries
from osticket_api.db import tables as t
from osticket_api.db.caches import FOUND
from osticket_api.db.dialect import has_table
from osticket_api.db.statements import in_literals, listed_ids
from osticket_api.db.unit import Read
from osticket_api.search_index.terms import Term, for_mysql, for_sqlite, parse

_SECONDS_KEPT = 5
_MOST_IDS = 10_000
"""From 1,000 on, MariaDB makes a list of ids a table of its own, and then looks for all referrals there are."""


@dataclass(frozen=True)
class Hits:
    """Rows of the search index that hold every term and that the caller may read, each beside what it belongs to.

    `source`: the index with entries and threads. `ticket_id`, `task_id`: NULL for rows of something else.
    """

    source: FromClause
    condition: ColumnElement[bool]
    score: ColumnElement[Any]
    ticket_id: ColumnElement[Any]
    task_id: ColumnElement[Any]


def find_hits(tx: Read, principal: Principal, query: str) -> Hits | None:
    """None where the query has no words, or there is no index. What a row belongs to is not checked here."""
    terms = parse(query)
    if not terms or not has_table(tx, t.search):
        return None
    source, matches, score = _asked(tx, terms)
    search, entry, thread = t.search.c, t.thread_entry.c, t.thread.c
    joined = source.outerjoin(
        t.thread_entry, and_(search.object_type == "H", entry.id == search.object_id, visible_entries(principal))
    ).outerjoin(t.thread, thread.id == entry.thread_id)
    of_ticket = and_(search.object_type == "H", in_literals(thread.object_type, ("T", "C")))
    return Hits(
        source=joined,
        condition=and_(matches, *_visible_kinds(principal, terms)),
        score=score,
        ticket_id=case((search.object_type == "T", search.object_id), (of_ticket, thread.object_id)),
        task_id=case((and_(search.object_type == "H", thread.object_type == "A"), thread.object_id)),
    )


def _visible_kinds(principal: Principal, terms: Sequence[Term]) -> list[ColumnElement[bool]]:
    """Users find a ticket by number and subject: the index does not say which other answers are for agents only."""
    if reads_as_agents(principal):
        return []
    search = t.search.c
    words = [word for term in terms for word in term.words]
    in_title = and_(true(), *(search.title.contains(word, autoescape=True) for word in words))
    return [or_(search.object_type != "T", in_title)]


def _asked(tx: Read, terms: Sequence[Term]) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
    """The index is asked for the terms it knows; the others are looked for in the texts of what it finds."""
    known = [term for term in terms if not term.is_unspaced and (tx.is_sqlite or term.is_indexed)]
    others = and_(true(), *(_contained(term) for term in terms if term not in known))
    if not known:
        return t.search, others, literal(0.0)
    source, matches, score = _in_sqlite(known) if tx.is_sqlite else _in_mysql(known)
    return source, and_(matches, others), score


def _contained(term: Term) -> ColumnElement[bool]:
    """The term stands somewhere in the text, as part of a longer word too."""
    wanted = " ".join(term.words)
    search = t.search.c
    return or_(search.title.contains(wanted, autoescape=True), search.content.contains(wanted, autoescape=True))


def _in_mysql(terms: Sequence[Term]) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
    matches = mysql.match(t.search.c.title, t.search.c.content, against=for_mysql(terms)).in_boolean_mode()
    return t.search, matches, matches


def _in_sqlite(terms: Sequence[Term]) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
    index = t.search.name + "_fts"
    ranked = (
        text(f"SELECT rowid AS place, -bm25({index}, 4.0, 1.0) AS score FROM {index} WHERE {index} MATCH :terms")  # noqa: S608
        .bindparams(terms=for_sqlite(terms))
        .columns(column("place"), column("score", Float))
        .subquery("ranked")
    )
    rowid: ColumnElement[int] = literal_column(f"{t.search.name}.rowid")
    return t.search.join(ranked, ranked.c.place == rowid), true(), ranked.c.score


def tickets_matching(tx: Read, principal: Principal, query: str) -> Select[tuple[int]] | None:
    """The ids of the tickets that match: by their own text, by an entry, and for agents by the name of their user.

    None when there is nothing to ask. Short words and words of languages without blanks, which the index does not
    know, are looked for in its texts.
    Source: tickets.md 8.2.
    """
    hits = find_hits(tx, principal, query)
    if hits is None:
        return None
    if not reads_as_agents(principal):
        return select(hits.ticket_id).select_from(hits.source).where(hits.condition, hits.ticket_id.is_not(None))
    theirs = t.ticket.alias("theirs")
    by_user = and_(t.search.c.object_type == "U", theirs.c.user_id == t.search.c.object_id)
    found: ColumnElement[Any] = case((theirs.c.ticket_id.is_not(None), theirs.c.ticket_id), else_=hits.ticket_id)
    return select(found).select_from(hits.source.outerjoin(theirs, by_user)).where(hits.condition, found.is_not(None))


@dataclass(frozen=True, eq=False)
class Found:
    """What a question has found at one time. Asked again it is another one, even if it holds the same."""

    condition: ColumnElement[bool]


def find_tickets(tx: Read, principal: Principal, query: str) -> Found | None:
    """The tickets that match, for lists. Who turns the page or sorts anew asks the same: it is kept for seconds."""

    def find() -> Found | None:
        matching = tickets_matching(tx, principal, query)
        return None if matching is None else Found(_asked_once(tx, matching))

    found: Found | None = tx.cached(FOUND, (view_of(principal), query), find)
    return found


def _asked_once(tx: Read, matching: Select[tuple[int]]) -> ColumnElement[bool]:
    """Where they are not too many, they are found first, since statements that need them are several."""
    ids = tx.scalars(matching.distinct().limit(_MOST_IDS + 1))
    if len(ids) > _MOST_IDS:
        return t.ticket.c.ticket_id.in_(matching)
    return listed_ids(t.ticket.c.ticket_id, ids)
