"""`kill -9` in the middle of everything: each change is told once, in order, and delivered at least once.

The long form, with kills at random moments, is `python -m bench.killed`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures import mariadb
from tests.fixtures.mariadb import Daemon
from tests.fixtures.templates import demo_on_mariadb, demo_on_sqlite
from tests.killed.desk import on_mariadb, on_sqlite
from tests.killed.processes import Victim
from tests.killed.scene import Scene, standing

_DURABLE = ("--innodb-flush-log-at-trx-commit=2", "--innodb-doublewrite=1")
"""What a database has told of is there after it was killed."""


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[Scene]:
    template = demo_on_sqlite(tmp_path)
    with standing(on_sqlite(template.path, tmp_path), tmp_path) as scene:
        yield scene


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    """A server of its own: it is killed, and others have theirs for the whole run."""
    mariadb.required()
    with mariadb.killable(options=_DURABLE) as daemon:
        yield daemon


@pytest.fixture
def on_server(daemon: Daemon, tmp_path: Path) -> Iterator[Scene]:
    template = demo_on_mariadb(daemon.server)
    with standing(on_mariadb(daemon.server, template.name, tmp_path), tmp_path) as scene:
        yield scene


def change_among_the_dying(scene: Scene, *more: Victim) -> None:
    """About a hundred changes, and each process is killed while there is something for it to do."""
    scene.receiver.kill()
    scene.change(20)
    scene.receiver.start()
    for victim in more:
        victim.kill()
        victim.start()
        scene.change(20)
    scene.workers[0].kill()
    scene.change(20)
    scene.server.kill()
    scene.change(20, is_php_alone=True)
    scene.workers[0].start()
    scene.server.start()
    scene.change(20)


def verdict_of(scene: Scene) -> list[str]:
    scene.drain(120, is_hurried=True)
    verdict = scene.judge()
    assert verdict.counts["events"] > 60
    return verdict.faults


def test_nothing_is_lost_when_server_worker_and_receiver_are_killed(on_file: Scene) -> None:
    change_among_the_dying(on_file)
    assert verdict_of(on_file) == []


def test_nothing_is_lost_when_the_database_is_killed_too(on_server: Scene, daemon: Daemon) -> None:
    change_among_the_dying(on_server, daemon)
    assert verdict_of(on_server) == []
