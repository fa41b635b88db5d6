"""Words in error messages: what the caller wrote, and what they probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

_QUOTED = 80


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None when nothing is near."""
    matches = get_close_matches(word[:_QUOTED].lower(), list(known), n=1, cutoff=0.5)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence to put behind "unknown", naming the nearest known word, or nothing."""
    guess = nearest(word, known)
    return f" Did you mean {guess}?" if guess else ""


def shortened(text: str) -> str:
    """The text as a message may quote it: a caller's word can be as long as a body."""
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "..."
