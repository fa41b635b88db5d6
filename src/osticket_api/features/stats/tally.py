"""Adding up what was counted: for all tickets, and for each group."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import Any

from osticket_api.features.stats.durations import Run, durations, run_of
from osticket_api.features.stats.parts import Part, each
from osticket_api.features.stats.responses import Flow, Numbers


class Tally:
    """Numbers of one group of tickets."""

    def __init__(self, has_responses: bool) -> None:
        self._has_responses = has_responses
        self.counts: Counter[str] = Counter()
        self.runs: defaultdict[str, list[Run]] = defaultdict(list)

    def flow(self) -> Flow:
        return Flow(**self._flow())

    def numbers(self) -> Numbers:
        present: dict[str, Any] = {name: self.counts[name] for name in ("open_now", "overdue_now", "unanswered_now")}
        return Numbers(**self._flow(), **present)

    def _flow(self) -> dict[str, Any]:
        counted = {name: self.counts[name] for name in ("created", "closed", "reopened")}
        first_response = durations(self.runs["created"]) if self._has_responses else None
        return {**counted, "first_response": first_response, "resolution": durations(self.runs["closed"])}


class Tallies:
    """The tallies of all tickets and of each group. `organizations`: of users."""

    def __init__(self, groups: Sequence[str], has_responses: bool, organizations: Mapping[int, int]) -> None:
        new = partial(Tally, has_responses)
        self.all = new()
        self.of: dict[str, defaultdict[Any, Tally]] = {group: defaultdict(new) for group in groups}
        self._organizations = organizations

    def add(self, parts: Sequence[Part], name: str, **marks: str) -> None:
        """Add tickets under this name, and those that are marked in a list under the name that stands for the list."""
        for part in parts:
            self._add_part(part, name, marks)
        lists = parts[0].lists if parts else {}
        if "day" in lists:
            _spread(self.of["day"], list(each(parts, "day")), parts, name, marks)
        if "user" in lists:
            members = list(map(self._organizations.get, each(parts, "user")))
            _spread(self.of["organization"], members, parts, name, marks)

    def _add_part(self, part: Part, name: str, marks: Mapping[str, str]) -> None:
        amounts = {name: part.amount, **{other: sum(part.lists[mark]) for mark, other in marks.items()}}
        run = run_of(part.lists.get("seconds", ()))
        for tally in (self.all, *(self.of[group][member] for group, member in part.groups.items())):
            tally.counts.update(amounts)
            tally.runs[name].append(run)


def _spread(
    tallies: Mapping[Any, Tally], members: Sequence[Any], parts: Sequence[Part], name: str, marks: Mapping[str, str]
) -> None:
    """Add each ticket to the member of a group that stands at its place."""
    for mark, other in marks.items():
        _count(tallies, compress(members, each(parts, mark)), other)
    if "seconds" in parts[0].lists:
        for member, seconds in _by_member(members, each(parts, "seconds")).items():
            tallies[member].counts[name] += len(seconds)
            tallies[member].runs[name].append(run_of(seconds))
    else:
        _count(tallies, members, name)


def _count(tallies: Mapping[Any, Tally], members: Iterable[Any], name: str) -> None:
    for member, amount in Counter(members).items():
        tallies[member].counts[name] += amount


def _by_member(members: Iterable[Any], seconds: Iterable[int]) -> Mapping[Any, list[int]]:
    found: defaultdict[Any, list[int]] = defaultdict(list)
    for member, duration in zip(members, seconds, strict=True):
        found[member].append(duration)
    return found
