"""When to compare what: small tables as a whole, large ones part by part, so that no look costs more than the last."""

from typing import Final

from osticket_api.db.unit import Read
from osticket_api.events.comparing import PART, Difference, compare_part, compare_small, newest_ids, next_id
from osticket_api.events.watches import LARGE, Watch

SECONDS_BETWEEN: Final = 1.0


class Sweep:
    """How far comparing has come.

    Once a second: the small tables, new rows of the large ones, the newest part of each large table in turn, and one
    part further through all of them.
    """

    def __init__(self) -> None:
        self._due = float("-inf")
        self._turn = 0
        self._newest: dict[str, int] = {}
        self._place: tuple[int, int] = (0, 0)
        """Which large table, and from which id on."""

    def differences(self, tx: Read, now: float) -> list[Difference]:
        """The differences in the rows that are due for comparing. Empty, when it is not yet time."""
        if now < self._due:
            return []
        self._due = now + SECONDS_BETWEEN
        found = compare_small(tx)
        for watch, first in self._parts(tx):
            found += compare_part(tx, watch, first)
        return list({(each.kind, each.id): each for each in found}.values())

    def everything(self, tx: Read) -> list[Difference]:
        """The differences in all tables."""
        found = compare_small(tx)
        for watch in LARGE:
            first = next_id(tx, watch, 0)
            while first is not None:
                found += compare_part(tx, watch, first)
                first = next_id(tx, watch, first + PART)
        return found

    def _parts(self, tx: Read) -> list[tuple[Watch, int]]:
        newest = newest_ids(tx)
        parts: dict[tuple[str, int], tuple[Watch, int]] = {}
        self._turn = (self._turn + 1) % len(LARGE)
        for place, watch in enumerate(LARGE):
            top, before = newest[watch.kind], self._newest.get(watch.kind)
            has_grown = before is not None and top > before
            if place == self._turn or top <= PART:
                first = max(0, top - PART + 1)
                parts[watch.kind, first] = (watch, first)
            elif has_grown and before is not None:
                first = next_id(tx, watch, before + 1) or top
                parts[watch.kind, first] = (watch, first)
        self._newest = newest
        further = self._further(tx)
        if further is not None:
            parts[further[0].kind, further[1]] = further
        return list(parts.values())

    def _further(self, tx: Read) -> tuple[Watch, int] | None:
        """The next part of the way through all large tables. None at the end of a table."""
        place, cursor = self._place
        watch = LARGE[place]
        first = next_id(tx, watch, cursor)
        if first is None:
            self._place = ((place + 1) % len(LARGE), 0)
            return None
        self._place = (place, first + PART)
        return watch, first
