"""`osticket-api serve --workers`: one parent, several workers, no request lost."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.fixtures.api import SIGNING_KEY
from tests.fixtures.process import Process, serving
from tests.fixtures.templates import demo_on_sqlite

_LONG = 120.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("workers")
    environment = {
        "PATH": os.environ["PATH"],
        "DB_DATABASE": str(demo_on_sqlite(folder).copy().database),
        "JWT_SECRET": SIGNING_KEY,
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "error",
        "RATE_LIMIT_ENABLED": "false",
        "PORT": "0",
    }
    with serving(environment, folder, "serve --workers 2", is_cold=True) as process:
        yield process


def _workers(parent: int) -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONG
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _healthy(process: Process) -> bool:
    """A request on a connection of its own, so that any worker may get it."""
    return httpx2.get(f"{process.address}/healthz", timeout=60).status_code == 200


def _counted(process: Process) -> float:
    page = httpx2.get(f"{process.address}/metrics", timeout=60).text
    found = re.search(r'^osticket_api_http_requests_total\{.*route="/healthz".*\} ([\d.]+)$', page, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_workers_count_together(served: Process) -> None:
    _until(lambda: len(_workers(served.pid)) == 2)
    before = _counted(served)
    for _ in range(20):
        assert _healthy(served)
    assert _counted(served) == before + 20


def test_a_worker_that_dies_is_replaced(served: Process) -> None:
    _until(lambda: len(_workers(served.pid)) == 2)
    victim = min(_workers(served.pid))
    os.kill(victim, signal.SIGKILL)
    _until(lambda: len(_workers(served.pid) - {victim}) == 2)
    assert _healthy(served)


def test_a_reload_replaces_all_workers_and_loses_no_request(served: Process) -> None:
    _until(lambda: len(_workers(served.pid)) == 2)
    before = _workers(served.pid)
    os.kill(served.pid, signal.SIGHUP)

    def is_replaced() -> bool:
        assert _healthy(served)
        return before.isdisjoint(_workers(served.pid)) and len(_workers(served.pid)) == 2

    _until(is_replaced)
    assert _healthy(served)
