"""Plots of what was measured, as SVG that asks nothing of the network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pygal

_PERCENTS: Final = (10, 25, 50, 75, 90, 95, 98, 99, 99.5, 99.9, 100)
# `js` would load tooltips from another site.
_STYLE: Final = {"js": (), "width": 900, "height": 420, "dots_size": 2, "legend_at_bottom": True}


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The value that so many percent of the sorted values do not exceed."""
    return ordered[int((len(ordered) - 1) * percent / 100)]


def plot_latencies(file: Path, title: str, durations: Mapping[str, Sequence[float]]) -> None:
    """Milliseconds by percentile, a line for each kind of request. `durations` are seconds."""
    chart = pygal.Line(title=title, x_title="percentile", y_title="ms (logarithmic)", logarithmic=True, **_STYLE)
    chart.x_labels = [f"{each:g}" for each in _PERCENTS]
    for kind, seconds in sorted(durations.items()):
        ordered = sorted(seconds)
        chart.add(kind, [percentile(ordered, each) * 1000 for each in _PERCENTS])
    chart.render_to_file(str(file))


def plot_course(file: Path, title: str, unit: str, courses: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """What was measured again and again, by the seconds since the beginning."""
    chart = pygal.XY(title=title, x_title="seconds", y_title=unit, include_x_axis=True, **_STYLE)
    for name, course in courses.items():
        chart.add(name, list(course))
    chart.render_to_file(str(file))
