"""What an `Accept` header prefers of the types that there are. Source: RFC 9110, 12.5.1."""

from collections.abc import Sequence
from typing import Final

_MOST_RANGES: Final = 50


def preferred(header: str, offered: Sequence[str]) -> str:
    """The offered type that is preferred: by its quality, then by how closely it is named, then the first offered.

    The first, too, where none is acceptable: an answer in another type says more than none.
    """
    ranges = [_parsed(part) for part in header.split(",")[:_MOST_RANGES]]
    return max(offered, key=lambda content_type: _rank(content_type, ranges))


def _rank(content_type: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """The quality that the closest range gives a type, and how close it is."""
    closeness = {"*/*": 1, f"{content_type.partition('/')[0]}/*": 2, content_type: 3}
    close, quality = max(((closeness.get(name, 0), quality) for name, quality in ranges), default=(0, 0.0))
    return (quality, close) if close and quality > 0 else (0.0, 0)


def _parsed(part: str) -> tuple[str, float]:
    """A range and its quality: 1 where none is given, 0 for what is none."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    given = next((each.partition("=")[2] for each in parameters if each.startswith("q=")), "1")
    try:
        quality = float(given)
    except ValueError:
        return name, 0.0
    return name, quality if 0 <= quality <= 1 else 0.0
