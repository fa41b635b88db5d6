"""What somebody types into a search field, as terms: words, beginnings of words, phrases."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_TERM: Final = re.compile(r'"([^"]*)"|(\w+)(\*?)')
_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean."""
MIN_BYTES: Final = 3
_MYSQL_MIN_LENGTH: Final = 3
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
        """Whether InnoDB knows such a word at all."""
        if len(self.words) > 1:
            return True
        word = self.words[0].lower()
        return self.is_beginning or (len(word) >= _MYSQL_MIN_LENGTH and not _MYSQL_IGNORES.fullmatch(word))

    @property
    def is_unspaced(self) -> bool:
        """Whether these are words of a language without blanks, which stand within longer runs in the index."""
        return any(_UNSPACED.search(word) for word in self.words)

    @property
    def pattern(self) -> str:
        """A regular expression for the places where the term stands in a text."""
        words = r"\W+".join(re.escape(word) for word in self.words)
        return rf"\b{words}" if self.is_beginning else rf"\b{words}\b"


def is_too_short(query: str) -> bool:
    """Whether osTicket would not ask this. Source: tickets.md 8.2."""
    return len(query.strip().encode()) < MIN_BYTES


def parse(query: str) -> list[Term]:
    """The terms of a query. Signs alone are none."""
    found = (_term(*match.groups(default="")) for match in _TERM.finditer(query))
    return [term for term in found if term is not None]


def _term(phrase: str, word: str, star: str) -> Term | None:
    words = tuple(_WORD.findall(phrase)) if phrase else (word,)
    return Term(words, bool(star)) if any(words) else None


def for_mysql(terms: Iterable[Term]) -> str:
    """The terms for `AGAINST (... IN BOOLEAN MODE)`: all must occur that the index knows."""
    return " ".join(f"+{_in_mysql(term)}" for term in terms if term.is_indexed)


def _in_mysql(term: Term) -> str:
    if len(term.words) > 1:
        return f'"{" ".join(term.words)}"'
    return term.words[0] + "*" * term.is_beginning


def for_sqlite(terms: Iterable[Term]) -> str:
    """The terms for FTS5's `MATCH`."""
    return " ".join(f'"{" ".join(term.words)}"{" *" if term.is_beginning else ""}' for term in terms)
