"""`python -m bench.killed`: whether anything is lost or told twice while everything dies again and again.

CHANGES=1000, SEED=1. Server, workers, receiver and MariaDB are killed (`kill -9`) at random moments, about every three
seconds; then osTicket goes on for a while in which nothing of ours runs.
"""

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from tests.fixtures import mariadb
from tests.fixtures.templates import demo_on_mariadb
from tests.killed.desk import on_mariadb
from tests.killed.processes import Victim
from tests.killed.scene import Scene, standing

_DURABLE = ("--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=1")
_BLIND_SECONDS = 45
_PAUSE = 0.4


def main() -> None:
    count, seed = int(os.environ.get("CHANGES", "1000")), int(os.environ.get("SEED", "1"))
    with TemporaryDirectory() as directory, mariadb.killable(options=_DURABLE) as daemon:
        template = demo_on_mariadb(daemon.server)
        desk = on_mariadb(daemon.server, template.name, Path(directory))
        with standing(desk, Path(directory), workers=2, seed=seed) as scene:
            killed = _changed_among_the_dying(scene, daemon, count, seed)
            _changed_while_nobody_looks(scene)
            drained = scene.drain(600)
            verdict = scene.judge()
    print(f"{count} changes, killed: {', '.join(f'{name} {times}' for name, times in sorted(killed.items()))}")
    print(", ".join(f"{name}: {number}" for name, number in verdict.counts.items()), f"; still after {drained:.0f} s")
    print(*verdict.faults, sep="\n")
    sys.exit(bool(verdict.faults))


def _changed_among_the_dying(scene: Scene, daemon: mariadb.Daemon, count: int, seed: int) -> Counter[str]:
    choose, over, killed = random.Random(seed), Event(), Counter[str]()
    victims: dict[str, Victim] = {"database": daemon, **{process.name: process for process in scene.processes}}

    def kill() -> None:
        while not over.wait(choose.uniform(0.5, 3)):
            name = choose.choice(sorted(victims))
            victims[name].kill()
            killed[name] += 1
            time.sleep(choose.uniform(0, 2))
            victims[name].start()

    killer = Thread(target=kill)
    killer.start()
    scene.change(count, writers=4, pause=_PAUSE)
    over.set()
    killer.join()
    return killed


def _changed_while_nobody_looks(scene: Scene) -> None:
    """osTicket goes on while nothing of ours runs, for longer and by more rows than one look takes."""
    scene.change(40, writers=4)
    ours = [scene.server, *scene.workers]
    for process in ours:
        process.kill()
    begun = time.monotonic()
    scene.change(800, writers=4, is_php_alone=True)
    time.sleep(max(0.0, _BLIND_SECONDS - (time.monotonic() - begun)))
    for process in ours:
        process.start()


if __name__ == "__main__":
    main()
