"""`python -m bench.mixed`: many connected clients, each of whom asks now and then, reads and writes mixed.

CLIENTS=1000, AGENTS=100 (who the clients are), THINK=10 (seconds between two requests of a client, on average),
WARM_UP=30 (seconds straight after the start, reported by themselves), SECONDS=60, WORKERS=2, TICKETS=500000,
PLOT=docs/images/load.svg.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop
from sqlalchemy import Row, select

from bench.desk import ALL_ACCESS, Desk, standing
from bench.load import Connection, connect, memory_bytes
from bench.measure import Process, server
from bench.plots import percentile, plot_latencies
from bench.scenarios import Caller, World, look_around
from osticket_api.db import tables as t
from osticket_api.db.unit import Write

_READS, _LISTS = 0.7, 0.2
"""The share of single reads and of lists; the rest are writes."""
_HTML = "<p>The keyboard works again. Please tell us when it sticks the next time.</p>"
_LISTED = (
    "?per_page=25", "?status=open", "?status=open&sort=-last_activity_at", "?status=open&staff_id=me",
    "?status=open&overdue=true", "?status=closed&page=3", "?q=monitor+flickers", "?status=open&priority_id=2",
)  # fmt: skip


@dataclass
class Results:
    """Seconds that each request took, by its kind, and what else than success was answered."""

    durations: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, seconds: float, status: int) -> None:
        self.durations.setdefault(kind, []).append(seconds)
        if not 200 <= status < 300:
            self.errors[f"{kind}: {status}"] += 1

    def row(self, kind: str, durations: Sequence[float]) -> str:
        ordered = sorted(durations)
        cells = (f"{percentile(ordered, each) * 1000:.0f}" for each in (50, 90, 99, 100))
        return f"| {kind} | {len(ordered)} | {' | '.join(cells)} |"


@dataclass(frozen=True)
class Mix:
    """What a client asks: a kind, and a request of that kind."""

    world: World
    callers: Sequence[Caller]

    def next(self, chance: random.Random) -> tuple[str, bytes]:
        caller, share = chance.choice(self.callers), chance.random()
        if share < _READS:
            include = chance.choice(("", "?include=thread", "/thread"))
            return "read", caller.asks("GET", f"/{chance.choice(self.world.read)}{include}")
        if share < _READS + _LISTS:
            return "list", caller.asks("GET", chance.choice(_LISTED))
        return "write", self._write(caller, chance)

    def _write(self, caller: Caller, chance: random.Random) -> bytes:
        if chance.random() < 0.3:
            user = chance.choice(self.world.users)
            new = {"subject": "Keyboard is slow", "message": _HTML, "topic_id": 1, "user_id": user}
            return caller.asks("POST", "", new)
        ticket = chance.choice(self.world.written)
        return caller.asks("POST", f"/{ticket}/{chance.choice(('reply', 'note'))}", {"body": _HTML})


def agents(tx: Write, wanted: int) -> list[Caller]:
    """So many who work in the department that is read and written, so that no request is refused."""
    staff = t.staff.c
    works = (staff.dept_id == 1, staff.role_id == ALL_ACCESS, staff.isactive == 1, staff.assigned_only == 0)
    found = tx.rows(select(t.staff).where(*works).order_by(staff.staff_id).limit(wanted))
    added = [_add_colleague(tx, found[place % len(found)], place) for place in range(len(found), wanted)]
    return [Caller("agent", f"staff:{each}") for each in (*(row.staff_id for row in found), *added)]


def _add_colleague(tx: Write, agent: Row[Any], place: int) -> int:
    """Add somebody who works where the agent works. Returns the id."""
    own = {"username": f"colleague{place}", "email": f"colleague{place}@desk.example"}
    added = tx.insert(t.staff, **{name: value for name, value in agent._mapping.items() if name != "staff_id"} | own)
    for table in (t.staff_dept_access, t.team_member):
        for row in tx.rows(select(table).where(table.c.staff_id == agent.staff_id)):
            tx.insert(table, **dict(row._mapping) | {"staff_id": added})
    return added


@dataclass(frozen=True)
class Phases:
    """When the servers are warm and when the asking ends, by `perf_counter`, and what came out of both parts."""

    warm_at: float
    end: float
    cold: Results = field(default_factory=Results)
    warm: Results = field(default_factory=Results)

    @classmethod
    def beginning(cls, warm_up: float, seconds: float) -> "Phases":
        now = perf_counter()
        return cls(now + warm_up, now + warm_up + seconds)

    def at(self, moment: float) -> Results:
        return self.cold if moment < self.warm_at else self.warm


async def _client(port: int, mix: Mix, think: float, phases: Phases, chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(0, think))
    connection: Connection | None = None
    while (sent := perf_counter()) < phases.end:
        kind, request = mix.next(chance)
        results = phases.at(sent)
        try:
            if connection is None or not connection.is_open:
                connection = await connect(port)
            answer = await asyncio.wait_for(connection.send(request), 30)
            results.note(kind, perf_counter() - sent, answer.status)
        except (OSError, TimeoutError) as error:
            results.note(kind, perf_counter() - sent, 0)
            results.errors[f"{kind}: {type(error).__name__}"] += 1
            connection = None
        await asyncio.sleep(min(chance.expovariate(1 / think), max(0, phases.end - perf_counter())))


@dataclass(frozen=True)
class Crowd:
    """Clients, and the servers that they ask by turns."""

    desk: Desk
    mix: Mix
    processes: Sequence[Process]
    clients: int
    think: float

    def ask(self, seconds: float, warm_up: float) -> Phases:
        """Let every client ask until the time is over."""
        return uvloop.run(self.asking(seconds, warm_up))

    async def asking(self, seconds: float, warm_up: float = 0) -> Phases:
        phases = Phases.beginning(warm_up, seconds)
        ports = [self.processes[place % len(self.processes)].port for place in range(self.clients)]
        await asyncio.gather(
            *(_client(port, self.mix, self.think, phases, random.Random(place)) for place, port in enumerate(ports))
        )
        return phases


@contextmanager
def crowd(*, clients: int) -> Iterator[Crowd]:
    """Servers on a help desk with many tickets, and clients that ask nothing yet."""
    with standing(int(setting("TICKETS", 500_000))) as desk, ExitStack() as stack:
        desk.set_indexes(on=True)
        mix = Mix(desk.read(look_around), desk.write(agents, int(setting("AGENTS", 100))))
        processes = [stack.enter_context(server(desk)) for _ in range(int(setting("WORKERS", 2)))]
        desk.wait_for_feed()
        yield Crowd(desk, mix, processes, int(setting("CLIENTS", clients)), setting("THINK", 10))


def setting(name: str, usual: float) -> float:
    """A number from the environment."""
    return float(os.environ.get(name, usual))


def main() -> None:
    """Ask, and print what came out."""
    with crowd(clients=1000) as asked:
        phases = asked.ask(setting("SECONDS", 60), setting("WARM_UP", 30))
        sizes = [f"{memory_bytes(each.pid) >> 20} MiB" for each in asked.processes]
        print(f"{asked.desk.version}; memory of each worker: {sizes}\n")
        for name, results in (("straight after the start", phases.cold), ("then", phases.warm)):
            print(f"\n{name}:\n")
            report(results)
        title = f"{asked.clients:,} clients, one request each {asked.think:g} s"
        plot_latencies(Path(os.environ.get("PLOT", "docs/images/load.svg")), title, phases.warm.durations)


def report(results: Results) -> None:
    """Print the times of each kind of request, and what failed."""
    print("| kind | requests | p50 ms | p90 ms | p99 ms | longest ms |\n| --- | --- | --- | --- | --- | --- |")
    for kind, durations in sorted(results.durations.items()):
        print(results.row(kind, durations))
    print(results.row("all", [each for durations in results.durations.values() for each in durations]))
    print(f"\nerrors: {dict(results.errors) or 'none'}")


if __name__ == "__main__":
    main()
