"""`python -m bench.soak`: the mix of `bench.mixed` for ten minutes, and whether anything grows meanwhile.

CLIENTS=200, THINK=10, SECONDS=600, WORKERS=2, TICKETS=500000, PLOT=docs/images/soak.svg. Ends with 1 where a request
failed, or where the last third of the time had more memory, files or connections to the database than the second.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import uvloop

from bench.load import memory_bytes
from bench.mixed import Crowd, Results, crowd, report, setting
from bench.plots import plot_course

_SAMPLES: Final = 60
_SLACK: Final = 1.05
"""Caches fill up, and the allocator of Python keeps what it had: less than a twentieth is no growth."""

Course = list[tuple[float, float]]


@dataclass
class Watch:
    """What each process and the database held, by the seconds since the beginning."""

    crowd: Crowd
    memory: dict[str, Course] = field(default_factory=dict)
    open_files: dict[str, Course] = field(default_factory=dict)
    connections: Course = field(default_factory=list)

    async def look(self, seconds: float) -> None:
        """Look so often that a plot is smooth."""
        start = perf_counter()
        for _ in range(_SAMPLES):
            await asyncio.sleep(seconds / _SAMPLES)
            moment = round(perf_counter() - start)
            for place, process in enumerate(self.crowd.processes, 1):
                name = f"worker {place}"
                self.memory.setdefault(name, []).append((moment, memory_bytes(process.pid) / (1 << 20)))
                self.open_files.setdefault(name, []).append((moment, _open_files(process.pid)))
            connected = await asyncio.to_thread(self.crowd.desk.status, "Threads_connected")
            self.connections.append((moment, connected))

    @property
    def courses(self) -> dict[str, Course]:
        memory = {f"MiB of {name}": course for name, course in self.memory.items()}
        files = {f"open files of {name}": course for name, course in self.open_files.items()}
        return {**memory, **files, "connections to the database": self.connections}


def _open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def growth(course: Sequence[tuple[float, float]]) -> float:
    """How much more there was in the last third of the time than in the second: 1 is nothing."""
    third = len(course) // 3
    second, last = (median(value for _, value in part) for part in (course[third : 2 * third], course[2 * third :]))
    return last / second


async def _soak(asked: Crowd, watch: Watch, seconds: float) -> Results:
    phases, _ = await asyncio.gather(asked.asking(seconds), watch.look(seconds))
    return phases.warm


def main() -> int:
    """Ask, look, and print what came out."""
    seconds = setting("SECONDS", 600)
    with crowd(clients=200) as asked:
        watch = Watch(asked)
        results = uvloop.run(_soak(asked, watch, seconds))
    report(results)
    print("\n| what | least | most | last third to second |\n| --- | --- | --- | --- |")
    for name, course in watch.courses.items():
        values = [value for _, value in course]
        print(f"| {name} | {min(values):.0f} | {max(values):.0f} | {growth(course):.3f} |")
    file = Path(os.environ.get("PLOT", "docs/images/soak.svg"))
    plot_course(file, f"Memory over {seconds:g} seconds", "MiB", watch.memory)
    grown = [name for name, course in watch.courses.items() if growth(course) > _SLACK]
    if grown:
        print(f"these grew: {', '.join(grown)}", file=sys.stderr)
    return 1 if grown or results.errors else 0


if __name__ == "__main__":
    sys.exit(main())
