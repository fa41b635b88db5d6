"""Cursors of changes: how far a program has followed the feed, and as whom."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from osticket_api.access.principal import Principal, Staff
from osticket_api.access.scope import scope_of
from osticket_api.errors import Expired, Invalid


class Place(msgspec.Struct, frozen=True):
    """A program's place in the feed: the last event that it has been told of.

    `step`, `reached`: how far it has been told of what the next event touches besides its own subject.
    """

    number: int
    step: int = 0
    reached: int = 0


def written(place: Place, sight: str) -> str:
    return f"{place.number}.{place.step}.{place.reached}.{sight}"


def read(cursor: str, sight: str) -> Place:
    """Raises: Invalid for what is not a cursor, Expired where the caller sees other things than they did then."""
    *numbers, seen = cursor.split(".")
    if len(numbers) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 15 for part in numbers):
        raise Invalid.because("This is not a valid cursor of changes.", field="since")
    if seen != sight:
        raise Expired.because("What you may see has changed: read everything anew.", field="since")
    return Place(*map(int, numbers))


def sight_of(principal: Principal, statuses: Sequence[Any]) -> str:
    """A hash of what decides which resources the caller sees.

    When the hash changes, no event tells of all resources that came into sight, or left it.
    """
    rights = (principal.is_admin, sorted(principal.permissions)) if isinstance(principal, Staff) else ()
    states = [(row.id, row.state) for row in statuses]
    return blake2b(repr((principal.key, scope_of(principal), rights, states)).encode(), digest_size=6).hexdigest()
