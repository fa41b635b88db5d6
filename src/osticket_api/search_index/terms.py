"""Parse the text of a search field: words, beginnings of words, phrases, and their signs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

_PIECE: Final = re.compile(r'([+-]?)(?:"([^"]*)"|\(([^()]*)\))|([+-]?)([^\s"()]+)')
"""A phrase or a group with its sign, else what stands between blanks."""
_WORD: Final = re.compile(r"(\w+)(\*?)")
_STARTS: Final = re.compile(r"\w")
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean."""
MIN_BYTES: Final = 3
QUESTION: Final = (
    "any of the words, best first; `+word` must occur, `-word` must not, `begin*` is the beginning of a word, "
    '`"a phrase"` stands like this, and `+(one another)` is either.'
)
"""The description of the search parameter."""
_MOST_TERMS: Final = 50
_MYSQL_MIN_LENGTH, _MYSQL_MAX_LENGTH = 3, 84
_MYSQL_IGNORES: Final = re.compile(
    "a|about|an|are|as|at|be|by|com|de|en|for|from|how|in?|is|it|la|of|on|or|that|the|this|to|was|what|when|where|who"
    "|will|with|und|www"
)
"""InnoDB's own list. It indexes none of these words, and finds nothing where one of them is demanded."""


@dataclass(frozen=True)
class Term:
    """Words that must occur one after the other. `is_beginning`: the last one may go on."""

    words: tuple[str, ...]
    is_beginning: bool = False

    @property
    def is_indexed(self) -> bool:
        """Whether InnoDB indexes the word and finds it quickly: a beginning of two letters takes a second."""
        if self.is_beginning and len(self.words) == 1:
            return not self.is_unspaced and _is_long_enough(self.words[0])
        return not self.is_unspaced and any(map(_is_indexed, self.words))

    @property
    def is_common(self) -> bool:
        """Whether every text holds it."""
        return not self.is_beginning and all(_MYSQL_IGNORES.fullmatch(word.lower()) for word in self.words)

    @property
    def is_unspaced(self) -> bool:
        """Whether these are words of a language without blanks, which stand within longer runs in the index."""
        return any(_UNSPACED.search(word) for word in self.words)

    @property
    def pattern(self) -> str:
        """A regular expression for the places where the term stands in a text."""
        words = r"\W+".join(self.words)
        if self.is_unspaced:
            return words
        return rf"\b{words}" if self.is_beginning else rf"\b{words}\b"


Group = tuple[Term, ...]
"""Terms one of which must occur."""


@dataclass(frozen=True)
class Question:
    """A search: one term of each `demanded` group must occur, none of the `excluded`; where none is demanded, one of
    the `optional`. These count for the order in any case.
    """

    demanded: tuple[Group, ...] = ()
    optional: Group = ()
    excluded: Group = ()

    @property
    def wanted(self) -> Group:
        """Every term that may be the reason for a hit."""
        return (*(term for group in self.demanded for term in group), *self.optional)


def is_too_short(query: str) -> bool:
    """Whether a search is so short that osTicket refuses it. Source: tickets.md 8.2."""
    return len(query.strip().encode()) < MIN_BYTES


def parse(query: str) -> Question | None:
    """The question that a text asks; None for one that asks for nothing: signs alone, or only what must not occur.

    Words that are too short for the index count only where nothing else is wanted, as osTicket's index has none of
    them, and those of every text only where there are not even such. Source: tickets.md 8.2.
    """
    signed: dict[str, list[Group]] = {"+": [], "-": [], "": []}
    for sign, group in islice(_groups(query), _MOST_TERMS):
        signed[sign].append(group)
    optional = _flat(signed[""])
    telling = tuple(term for term in optional if term.is_indexed or term.is_unspaced)
    rare = tuple(term for term in optional if not term.is_common)
    optional = telling if telling or signed["+"] else rare or optional
    question = Question(tuple(dict.fromkeys(signed["+"])), optional, _flat(signed["-"]))
    return question if question.wanted else None


def _flat(groups: Iterable[Group]) -> Group:
    return tuple(dict.fromkeys(term for group in groups for term in group))


def _groups(query: str) -> Iterator[tuple[str, Group]]:
    for before, phrase, group, sign, plain in _PIECE.findall(query):
        if phrase:
            found = _phrase(phrase.replace("*", " "))
        elif group:
            found = _flat(_terms(part) for part in group.split())
        elif sign and _STARTS.match(plain):
            before, found = sign, _phrase(plain)
        else:
            yield from (("", (term,)) for term in _terms(plain))
            continue
        if found:
            yield before, found


def _terms(plain: str) -> Group:
    """Split a text at blanks into terms: an address is one term, any other text has a term for each word."""
    if "@" in plain:
        return _phrase(plain)
    return tuple(Term((word,), bool(star)) for word, star in _WORD.findall(plain))


def _phrase(text: str) -> Group:
    """All words of a phrase as one term, if there are any."""
    found = _WORD.findall(text)
    return (Term(tuple(word for word, _ in found), bool(found[-1][1])),) if found else ()


def _is_indexed(word: str) -> bool:
    return _is_long_enough(word) and not _MYSQL_IGNORES.fullmatch(word.lower())


def _is_long_enough(word: str) -> bool:
    return _MYSQL_MIN_LENGTH <= len(word) <= _MYSQL_MAX_LENGTH
