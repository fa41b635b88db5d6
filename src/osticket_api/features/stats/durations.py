"""Averages, medians and the like of durations that come as many sorted lists."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain

from osticket_api.features.stats.shapes import Durations

Run = Sequence[int]
"""Durations in ascending order."""

_WORTH_ASKING = 100
"""Lists of so many durations are asked where a value stands; shorter ones are sorted into one, which is quicker."""


def run_of(seconds: Iterable[int]) -> Run:
    """The durations in order. Negative ones, which clocks that went wrong may have left, stand for none."""
    ordered = sorted(seconds)
    return ordered[bisect_left(ordered, 0) :]


def durations(runs: Sequence[Run]) -> Durations:
    """What is told of all durations in these runs together."""
    runs = [run for run in runs if run]
    count = sum(map(len, runs))
    if not count:
        return Durations(0, None, None, None)
    if count < _WORTH_ASKING * len(runs):
        runs = [sorted(chain.from_iterable(runs))]
    median = (_at((count + 1) // 2, runs) + _at(count // 2 + 1, runs)) / 2
    return Durations(count, round(sum(map(sum, runs)) / count), round(median), _at(-(-count * 9 // 10), runs))


def _at(place: int, runs: Sequence[Run]) -> int:
    """The duration at this place, from one on, if all runs were one: the least that so many do not exceed."""
    if len(runs) == 1:
        return runs[0][place - 1]

    def not_above(seconds: int) -> int:
        return sum(bisect_right(run, seconds) for run in runs)

    return bisect_left(range(max(run[-1] for run in runs)), place, key=not_above)
