"""`python -m bench`: measure the server against the floor. TICKETS=20000 takes a smaller help desk."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.desk import Desk, standing
from bench.load import Load
from bench.measure import Busy, Process, alone, busy, check_same, floor, floor_requests, server, server_and_worker
from bench.recording import record
from bench.scenarios import Scenario, lists, singles, something_written

_TITLES = (
    "request", "caller", "queries", "requests/s", "p50 ms", "p99 ms", "first ms", "CPU ms",
    "floor requests/s", "floor CPU ms", "ratio", "p50 plain", "p99 plain", "first plain",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What was measured of one scenario. `plain`: without the optional indexes."""

    scenario: Scenario
    alone: Load
    busy: Busy
    floor: Busy
    plain: Load | None

    def cells(self) -> list[str]:
        return [
            self.scenario.name,
            self.scenario.caller,
            f"{self.busy.queries:.1f}",
            f"{self.busy.load.per_second:.0f}",
            *_latencies(self.alone),
            f"{self.busy.cpu_ms:.2f}",
            f"{self.floor.load.per_second:.0f}",
            f"{self.floor.cpu_ms:.2f}",
            f"{self.busy.cpu_ms / self.floor.cpu_ms:.2f}",
            *(_latencies(self.plain) if self.plain else ["", "", ""]),
        ]


def _latencies(load: Load) -> list[str]:
    times = (load.percentile(50), load.percentile(99), load.durations[0])
    return [f"{seconds * 1000:.1f}" for seconds in times]


def main() -> None:
    tickets = int(os.environ.get("TICKETS", "500000"))
    with standing(tickets) as desk, TemporaryDirectory() as directory:
        machine = f"{os.cpu_count()} x {platform.machine()}, Python {platform.python_version()}"
        print(f"{tickets:,} tickets, {desk.version}, {machine}\n")
        _print_row(_TITLES)
        _print_row(["---"] * len(_TITLES))
        for row in _measure(desk, Path(directory) / "script"):
            _print_row(row.cells())


def _print_row(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def _measure(desk: Desk, script: Path) -> Iterator[Row]:
    listed, write = lists(desk), something_written(desk)
    desk.set_indexes(on=False)
    with server(desk) as process:
        plain = {each: alone(process, each, write) for each in listed}
    desk.set_indexes(on=True)
    scenarios = sorted([*singles(desk), *listed], key=lambda each: each.is_write)  # The floor finds what was there.
    record(desk, scenarios, script)
    with floor(desk, script) as theirs:

        def measured(ours: Process, place: int, named: str = "") -> Row:
            scenario = scenarios[place]
            return Row(
                replace(scenario, name=scenario.name + named),
                alone(ours, scenario, write),
                busy(desk, ours, scenario.requests),
                busy(desk, theirs, floor_requests(scenario, place)),
                plain.get(scenario),
            )

        with server(desk) as ours:
            check_same(ours, theirs, scenarios)
            yield from (measured(ours, place) for place in range(len(scenarios)))
        with server_and_worker(desk) as ours:
            places = (place for place, scenario in enumerate(scenarios) if scenario.is_write)
            yield from (measured(ours, place, ", jobs in a worker") for place in places)


if __name__ == "__main__":
    main()
