"""Averages, medians and the like of durations that come as many sorted lists."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from osticket_api.features.stats.responses import Durations

_WORTH_ASKING = 100
"""Runs of so many durations are asked where a value stands; shorter ones are sorted into one, which is quicker."""


class Run(NamedTuple):
    """Durations in ascending order, and their sum, which many groups ask for."""

    seconds: Sequence[int]
    total: int


def run_of(seconds: Iterable[int]) -> Run:
    """The durations in order. Negative ones, which clocks that went wrong may have left, stand for none."""
    ordered = sorted(seconds)
    if ordered and ordered[0] < 0:
        ordered = ordered[bisect_left(ordered, 0) :]
    return Run(ordered, sum(ordered))


def durations(runs: Iterable[Run]) -> Durations:
    """The average, median and 90th percentile of all durations in these runs together."""
    lists = [run.seconds for run in runs if run.seconds]
    count, total = sum(map(len, lists)), sum(run.total for run in runs)
    if not count:
        return Durations(0, None, None, None)
    if count < _WORTH_ASKING * len(lists):
        lists = [sorted(chain.from_iterable(lists))]
    median = (_at((count + 1) // 2, lists) + _at(count // 2 + 1, lists)) / 2
    return Durations(count, round(total / count), round(median), _at(-(-count * 9 // 10), lists))


def _at(place: int, lists: Sequence[Sequence[int]]) -> int:
    """The duration at this place, from one on, if all lists were one: the least that so many do not exceed."""
    if len(lists) == 1:
        return lists[0][place - 1]

    def not_above(seconds: int) -> int:
        return sum(bisect_right(ordered, seconds) for ordered in lists)

    return bisect_left(range(max(ordered[-1] for ordered in lists)), place, key=not_above)
