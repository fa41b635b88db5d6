"""Translate who may read an FAQ or a category from and to its columns. Source: people.md 5.7."""

from typing import Final, Literal

Visibility = Literal["private", "public", "featured"]
"""private: agents only. featured: public, and shown first."""

NUMBERS: Final[dict[str, int]] = {"private": 0, "public": 1, "featured": 2}
_NAMES: Final = {number: name for name, number in NUMBERS.items()}


def visibility_of(number: int) -> str:
    """osTicket takes whatever is not 0 for public."""
    return _NAMES.get(number, "public")
