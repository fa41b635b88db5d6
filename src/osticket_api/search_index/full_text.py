"""The rows of the index that answer a question, as SQL: FULLTEXT on MySQL and MariaDB, FTS5 on SQLite.

What the database's full text does not know, short words and languages without blanks, is looked for in the texts.
Callers who are not agents learn nothing of a ticket's answers, some of which are for agents only: its row matches and
ranks by number and subject alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Float,
    FromClause,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    column,
    func,
    not_,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.sql.expression import literal, literal_column

from osticket_api.db import tables as t
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read
from osticket_api.search_index.frequencies import NONE, Frequencies, frequent_terms
from osticket_api.search_index.terms import Group, Question, Term

_MOST_READ: Final = 10_000
_NEWEST_LOOKED_THROUGH: Final = 12_000
"""Rows of each kind: 0.7 µs for each."""
_NEWEST_ENOUGH: Final = 500
_TITLE_WORTH: Final = 10.0
_BETWEEN: Final = "[^[:alnum:]_]"

_search = t.search.c


class Part(NamedTuple):
    """Rows of the index, to be read once with each of these parameters."""

    rows: Subquery
    runs: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class FullTextQuery:
    """A question to the index. `kinds`: of which rows, None for all.

    `titles_only`: of which kinds of rows nothing but the title may be asked about.
    `frequencies`: of words for which the full text takes long. It is not asked for those: they count for the order of
    what the other words find, and are looked for in the newest rows.
    """

    tx: Read
    question: Question
    kinds: tuple[str, ...] | None
    titles_only: frozenset[str]
    frequencies: Frequencies = NONE

    @cached_property
    def frequent(self) -> frozenset[Term]:
        """The terms that the full text is not asked for."""
        return frequent_terms(self.frequencies, self.question)

    @cached_property
    def sought_among_newest(self) -> Group:
        """The frequent terms for whose sake alone a row is found: older rows that hold them are not."""
        return () if self.question.demanded else tuple(filter(self.frequent.__contains__, self.question.optional))

    def rows(self) -> Subquery:
        """Kind, id and score of everything that matches, frequent terms left out."""
        parts = [each.subquery() for each in self._parts(None, newest=False)]
        if len(parts) == 1:
            return parts[0]
        return union_all(*(select(each) for each in parts)).subquery()

    def parts(self, limit: int, *, newest: bool) -> Iterator[Part]:
        """The same of the best, and of what holds a frequent term among the newest rows.

        All of it can be read at the same time. A row may be in two parts, with different scores.
        `limit`: so many of the best. MySQL gives them first, and much sooner, where nothing is sorted; equal ones then
        come in any order. `newest`: sorted nevertheless, the newest of equal ones first.
        """
        yield from (Part(each.subquery(), [{}]) for each in self._parts(limit, newest=newest))
        if self.sought_among_newest:
            kinds = self.kinds or self.frequencies.newest
            yield Part(self._among_newest().subquery(), [self._newest_of(kind) for kind in kinds])

    def _parts(self, limit: int | None, *, newest: bool) -> Iterator[Select[Any]]:
        question = self.question
        known = [group for group in question.demanded if all(map(self._knows, group))]
        others = [group for group in question.demanded if group not in known]
        optional = tuple(term for term in question.optional if self._knows(term))
        unknown = tuple(term for term in question.optional if term not in (*optional, *self.frequent))
        if known or (optional and not others):
            yield self._asked(Question(tuple(known), optional, question.excluded), others, limit, newest)
        if others and not known:
            yield self._read(others, limit)
        elif unknown and not question.demanded:
            yield self._read([unknown], limit)

    def _knows(self, term: Term) -> bool:
        if self.tx.is_sqlite:
            return not term.is_unspaced
        return term.is_indexed and term not in self.frequent

    def _asked(self, question: Question, others: Iterable[Group], limit: int | None, newest: bool) -> Select[Any]:
        """The rows that the index finds, and that hold the other groups too."""
        excluded = tuple(term for term in question.excluded if not self.titles_only and self._knows(term))
        known = Question(question.demanded, question.optional, excluded)
        source, matches, score = _in_sqlite(known) if self.tx.is_sqlite else _in_mysql(known)
        unknown = [term for term in question.excluded if term not in excluded]
        score = score + self._worth_of_frequent if self.frequent else score
        found = self._selected(source, self._score(score)).where(*matches, *self._limits(others, unknown))
        if limit is not None and (newest or self.tx.is_sqlite):
            found = found.order_by(score.desc(), _search.object_id.desc())
        return found.limit(limit)

    def _read(self, groups: Iterable[Group], limit: int | None) -> Select[Any]:
        """The rows that hold the groups in their text: read from the newest on, until there are enough."""
        return (
            self._selected(t.search, literal(0.0))
            .where(*self._limits(groups, self.question.excluded))
            .order_by(_search.object_type.desc(), _search.object_id.desc())
            .limit(limit or _MOST_READ)
        )

    def _newest_of(self, kind: str) -> dict[str, Any]:
        """The parameters for as many of the newest rows of a kind as are soon looked through."""
        return {"kind": kind, "first": max(0, self.frequencies.newest.get(kind, 0) - _NEWEST_LOOKED_THROUGH)}

    def _among_newest(self) -> Select[Any]:
        """The rows of the parameter `kind`, after the one `first`, that hold a frequent term."""
        frequent = self.sought_among_newest
        return (
            self._selected(t.search, self._score(self._worth_of_frequent))
            .where(_search.object_type == bindparam("kind"), _search.object_id > bindparam("first"))
            .where(_mentions(frequent), *self._limits([frequent], self.question.excluded))
            .order_by(_search.object_id.desc())
            .limit(_NEWEST_ENOUGH)
        )

    @property
    def _worth_of_frequent(self) -> ColumnElement[Any]:
        terms = [term for term in self.question.wanted if term in self.frequent]
        held = (case((self._contained(term), self.frequencies.worth(term)), else_=0.0) for term in terms)
        return sum(held, start=cast("ColumnElement[Any]", literal(0.0)))

    def _selected(self, source: FromClause, score: ColumnElement[Any]) -> Select[Any]:
        columns = (_search.object_type.label("kind"), _search.object_id.label("id"), score.label("score"))
        return select(*columns).select_from(source)

    def _limits(self, groups: Iterable[Group], excluded: Iterable[Term]) -> Iterator[ColumnElement[bool]]:
        if self.kinds is not None:
            yield in_literals(_search.object_type, self.kinds)
        yield from (or_(*(self._contained(term) for term in group)) for group in groups)
        yield from (not_(self._contained(term)) for term in excluded)
        if self.titles_only:
            yield or_(self._is_told, is_answered_by(self.tx, _search.title, self.question))

    def _contained(self, term: Term) -> ColumnElement[bool]:
        """The term stands in what the caller may know of the text."""
        content = _holds(self.tx, _search.content, term)
        if self.titles_only:
            content = and_(self._is_told, content)
        return or_(_holds(self.tx, _search.title, term), content)

    def _score(self, score: ColumnElement[Any]) -> ColumnElement[Any]:
        if not self.titles_only:
            return score
        by_title = count_terms(self.tx, _search.title, self.question) * _TITLE_WORTH
        return case((self._is_told, score), else_=by_title)

    @property
    def _is_told(self) -> ColumnElement[bool]:
        """Whether all text of a row may be asked about."""
        return not_(in_literals(_search.object_type, sorted(self.titles_only)))


def is_answered_by(tx: Read, text_column: ColumnElement[Any], question: Question) -> ColumnElement[bool]:
    """A text by itself answers the question."""
    groups = question.demanded or (question.optional,)
    return and_(
        *(or_(*(_holds(tx, text_column, term) for term in group)) for group in groups),
        *(not_(_holds(tx, text_column, term)) for term in question.excluded),
    )


def count_terms(tx: Read, text_column: ColumnElement[Any], question: Question) -> ColumnElement[Any]:
    """How many of the terms that are wanted a text holds."""
    held = (case((_holds(tx, text_column, term), 1.0), else_=0.0) for term in question.wanted)
    return sum(held, start=cast("ColumnElement[Any]", literal(0.0)))


def _mentions(terms: Group) -> ColumnElement[bool]:
    """Find rows that contain any of the words, also within longer words, before `_holds` compares whole words.

    One regular expression takes half the time of several `LIKE`.
    """
    any_of_them = "|".join(word for term in terms for word in term.words)
    return or_(_search.title.regexp_match(any_of_them), _search.content.regexp_match(any_of_them))


def _holds(tx: Read, text_column: ColumnElement[Any], term: Term) -> ColumnElement[bool]:
    """The term stands in the text. MySQL looks whether words end where it ends, SQLite cannot."""
    there = func.coalesce(text_column, "")
    words = [word.replace("_", "/_") for word in term.words]
    if tx.is_sqlite or term.is_unspaced:
        return there.like(f"%{'_'.join(words)}%", escape="/")
    pattern = f"{_BETWEEN}+".join(term.words)
    whole = f"(^|{_BETWEEN}){pattern}" + f"({_BETWEEN}|$)" * (not term.is_beginning)
    return and_(there.like(f"%{'%'.join(words)}%", escape="/"), there.regexp_match(whole))


def _in_mysql(question: Question) -> tuple[FromClause, list[ColumnElement[bool]], ColumnElement[Any]]:
    matches = mysql.match(_search.title, _search.content, against=for_mysql(question)).in_boolean_mode()
    return t.search, [matches], matches


def _in_sqlite(question: Question) -> tuple[FromClause, list[ColumnElement[bool]], ColumnElement[Any]]:
    """`LIMIT -1`: SQLite does not mix it into the statement around it, where `bm25` may not be asked for."""
    index = t.search.name + "_fts"
    asked = f"SELECT rowid AS place, -bm25({index}, 4.0, 1.0) AS score FROM {index} WHERE {index} MATCH :terms LIMIT -1"  # noqa: S608
    ranked = (
        text(asked)
        .bindparams(terms=for_sqlite(question))
        .columns(column("place"), column("score", Float))
        .subquery("ranked")
    )
    rowid: ColumnElement[int] = literal_column(f"{t.search.name}.rowid")
    return t.search.join(ranked, ranked.c.place == rowid), [], ranked.c.score


def for_mysql(question: Question) -> str:
    """The question for `AGAINST (... IN BOOLEAN MODE)`."""
    demanded = (f"+({' '.join(map(_in_mysql_words, group))})" for group in question.demanded)
    excluded = (f"-{_in_mysql_words(term)}" for term in question.excluded)
    return " ".join((*demanded, *map(_in_mysql_words, question.optional), *excluded))


def _in_mysql_words(term: Term) -> str:
    if len(term.words) == 1:
        return term.words[0] + "*" * term.is_beginning
    if not term.is_beginning:
        return f'"{" ".join(term.words)}"'
    parts = (Term(term.words[:-1]), Term(term.words[-1:], is_beginning=True))
    return f"({' '.join(f'+{_in_mysql_words(part)}' for part in parts if part.is_indexed)})"


def for_sqlite(question: Question) -> str:
    """The question for FTS5's `MATCH`."""
    ways = [_either(group) for group in question.demanded]
    if question.optional:
        ways.append(_either(question.wanted))
    asked = " AND ".join(ways)
    return f"({asked}) NOT {_either(question.excluded)}" if question.excluded else asked


def _either(terms: Iterable[Term]) -> str:
    return f"({' OR '.join(map(_in_sqlite_words, terms))})"


def _in_sqlite_words(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + " *" * term.is_beginning
