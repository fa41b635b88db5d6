"""Adding up what was counted: for all tickets, and for each group."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import Row

from osticket_api.features.stats.shapes import Durations, Flow, Numbers


class Tally:
    """Numbers of one group of tickets."""

    def __init__(self, has_responses: bool) -> None:
        self._has_responses = has_responses
        self.counts: Counter[str] = Counter()
        self.seconds: defaultdict[str, list[int]] = defaultdict(list)

    def flow(self) -> Flow:
        return Flow(**self._flow())

    def numbers(self) -> Numbers:
        present: dict[str, Any] = {name: self.counts[name] for name in ("open_now", "overdue_now", "unanswered_now")}
        return Numbers(**self._flow(), **present)

    def _flow(self) -> dict[str, Any]:
        counted = {name: self.counts[name] for name in ("created", "closed", "reopened")}
        first_response = _durations(self.seconds["created"]) if self._has_responses else None
        return {**counted, "first_response": first_response, "resolution": _durations(self.seconds["closed"])}


class Tallies:
    """The tallies of all tickets and of each group."""

    def __init__(self, groups: Sequence[str], has_responses: bool) -> None:
        new = partial(Tally, has_responses)
        self.all = new()
        self.of: dict[str, defaultdict[Any, Tally]] = {group: defaultdict(new) for group in groups}

    def add(self, rows: Sequence[Row[Any]], name: str, **columns: str) -> None:
        """Add rows, each of which is a number of tickets: the `amount` under this name, and columns under theirs."""
        if not rows:
            return
        places = {column: place for place, column in enumerate(rows[0]._fields)}
        groups = [(self.of[group], places[group]) for group in self.of if group in places]
        counted = [(name, places["amount"]), *((other, places[column]) for column, other in columns.items())]
        timed = places.get("seconds")
        for row in rows:
            seconds = _read(row[timed]) if timed is not None else []
            for tally in (self.all, *(tallies[row[place]] for tallies, place in groups)):
                for number, place in counted:
                    tally.counts[number] += int(row[place] or 0)
                tally.seconds[name] += seconds


def _read(seconds: str | None) -> list[int]:
    """Durations from a list in a text. Clocks that went wrong may have left negative ones."""
    return [int(each) for each in seconds.split(",") if each[0] != "-"] if seconds else []


def _durations(seconds: list[int]) -> Durations:
    if not seconds:
        return Durations(0, None, None, None)
    seconds.sort()
    ninety = seconds[-(-len(seconds) * 9 // 10) - 1]
    return Durations(len(seconds), round(sum(seconds) / len(seconds)), round(median(seconds)), ninety)
