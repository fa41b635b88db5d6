"""Words that stand in so many rows of the index that asking the full text for them takes long.

How many rows hold a word is estimated from rows of the whole index: what was written last may be many copies
of one text, as of an alarm that repeats.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from sqlalchemy import func, select

from osticket_api.db import tables as t
from osticket_api.db.caches import FREQUENT_WORDS
from osticket_api.db.statements import listed_ids
from osticket_api.db.unit import Read
from osticket_api.search_index.terms import Question, Term

_SLOW: Final = 12_000
"""From so many rows on the full text takes more than 50 ms: about 3 µs for each, and as much again for sorting them."""
_SAMPLE: Final = 600
"""Rows of each kind that are read."""
_SAMPLED_LENGTH: Final = 1500
_WORD: Final = re.compile(r"\w+")

_search = t.search.c


@dataclass(frozen=True)
class Frequencies:
    """`newest`: the highest id of each kind of rows. `words`: how many rows hold each word that many hold."""

    newest: Mapping[str, int]
    words: Mapping[str, float]

    def rows_with(self, term: Term) -> float:
        """How many rows hold the term, 0 for few and for phrases, which the full text narrows by their rarest word."""
        if len(term.words) > 1:
            return 0.0
        word = _folded(term.words[0])
        if not term.is_beginning:
            return self.words.get(word, 0.0)
        return sum(rows for each, rows in self.words.items() if each.startswith(word))

    def worth(self, term: Term) -> float:
        """What the full text adds to the score of a row that holds the term once."""
        return math.log10(max(1.0, sum(self.newest.values()) / max(1.0, self.rows_with(term)))) ** 2


NONE: Final = Frequencies({}, {})


def word_frequencies(tx: Read) -> Frequencies:
    """Estimate them once an hour; none where the index is so small that every question is quick, and on SQLite."""
    return NONE if tx.is_sqlite else tx.cached(FREQUENT_WORDS, None, lambda: _estimate(tx))


def frequent_terms(frequencies: Frequencies, question: Question) -> frozenset[Term]:
    """The terms to leave out, the most frequent first, for the full text to answer the rest soon.

    Where every demanded group is frequent, they stay: only the full text knows which rows hold all of them.
    """
    rows = {term: frequencies.rows_with(term) for term in (*question.wanted, *question.excluded)}
    left, frequent = sum(rows.values()), set[Term]()
    for term in sorted(rows, key=lambda each: -rows[each]):
        if left <= _SLOW:
            break
        frequent.add(term)
        left -= rows[term]
    if not any(all(term.is_indexed and term not in frequent for term in group) for group in question.demanded):
        frequent.difference_update(*question.demanded)
    return frozenset(frequent)


def _estimate(tx: Read) -> Frequencies:
    kinds = select(_search.object_type, func.max(_search.object_id).label("last")).group_by(_search.object_type)
    newest = {row.object_type: row.last for row in tx.rows(kinds)}
    if sum(newest.values()) < _SLOW:
        return NONE
    words: Counter[str] = Counter()
    for kind, last in newest.items():
        ids = _sample(last)
        held = Counter(word for row in _texts(tx, kind, ids) for word in set(_words(row)))
        words.update({word: rows * last / len(ids) for word, rows in held.items()})
    return Frequencies(newest, {word: rows for word, rows in words.items() if rows >= _SLOW / 10})


def _sample(last: int) -> list[int]:
    """Ids from 1 to the last, drawn by chance: what repeats at even distances must not hide between them."""
    if last <= _SAMPLE:
        return list(range(1, last + 1))
    return sorted(Random(last).sample(range(1, last + 1), _SAMPLE))  # noqa: S311 (an estimate, not a secret)


def _texts(tx: Read, kind: str, ids: list[int]) -> Iterator[Any]:
    columns = (_search.title, func.left(_search.content, _SAMPLED_LENGTH).label("content"))
    yield from tx.rows(select(*columns).where(_search.object_type == kind, listed_ids(_search.object_id, ids)))


def _words(row: Any) -> list[str]:
    return _WORD.findall(_folded(f"{row.title or ''} {row.content or ''}"))


def _folded(text: str) -> str:
    """Without case and accents, as the index compares."""
    if text.isascii():
        return text.lower()
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
