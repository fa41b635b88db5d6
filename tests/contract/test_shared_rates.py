"""Requests that several servers count together: by the memory of the machine, or in Redis."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

import osticket_api
from osticket_api.web import shared_counts
from osticket_api.web.shared_counts import SharedCounts
from tests.fixtures.api import Api, running_api

DAY = 86_400
COUNTING = """
import asyncio, sys
from pathlib import Path
from osticket_api.web import shared_counts
from osticket_api.web.shared_counts import SharedCounts
async def count():
    counts = SharedCounts(Path(sys.argv[1]))
    for number in range(300):
        await counts.incr("somebody", 86400)
    counts.close()
asyncio.run(count())
"""


@pytest.fixture
def two_servers(demo_sqlite_url: URL, tmp_path: Path) -> Iterator[Any]:
    """Start two applications on one help desk, which count five requests a day."""
    with ExitStack() as stack:

        def start(**settings: Any) -> list[Api]:
            limits: dict[str, Any] = {"rate_limit_enabled": True, "rate_limit_requests": 5, "rate_limit_window": DAY}
            return [stack.enter_context(running_api(demo_sqlite_url, tmp_path, **limits, **settings)) for _ in range(2)]

        yield start


def _take_turns(servers: list[Api]) -> list[int]:
    callers = [api.staff("alice") for api in servers]
    return [callers[number % 2].get("/auth/me").status for number in range(8)]


def test_servers_of_one_machine_count_together(two_servers: Any, tmp_path: Path) -> None:
    servers = two_servers()
    for api in servers:
        api.client.app.state.rates.share(tmp_path / "rates")
    assert _take_turns(servers) == [200] * 5 + [429] * 3
    refused = servers[1].staff("alice").get("/auth/me")
    assert refused.headers["ratelimit-policy"] == f'"default";q=5;w={DAY}'
    assert refused.headers["ratelimit"].startswith('"default";r=0;t=')
    assert 0 < int(refused.headers["x-ratelimit-reset"]) - time.time() <= DAY
    assert servers[1].staff("bob").get("/auth/me").headers["x-ratelimit-remaining"] == "4"


def test_a_file_of_somebody_else_is_not_taken(two_servers: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    servers = two_servers()
    for api in servers:
        api.client.app.state.rates.share(tmp_path / "link")
    assert _take_turns(servers) == [200] * 8
    assert not (tmp_path / "elsewhere").exists()


def _read(path: Path) -> int:
    counts = SharedCounts(path)
    try:
        return asyncio.run(counts.get("somebody"))
    finally:
        counts.close()


def test_processes_that_count_at_once_lose_next_to_nothing(tmp_path: Path) -> None:
    """Nothing at all, unless one of them is stopped in the middle: the others do not wait for it."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(osticket_api.__file__).parents[1])}
    command = [sys.executable, "-c", COUNTING, str(tmp_path / "rates")]
    processes = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert 600 < _read(tmp_path / "rates") <= 900


def test_a_full_bucket_makes_room_for_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_counts, "_BUCKETS", 1)
    counts = SharedCounts(tmp_path / "rates")

    async def count() -> list[int]:
        everybody = [await counts.incr(f"somebody {number}", DAY + number) for number in range(20)]
        return [*everybody, await counts.incr("somebody 19", DAY + 19)]

    try:
        assert asyncio.run(count()) == [1] * 20 + [2]
    finally:
        counts.close()


def _redis(folder: Path) -> Iterator[str]:
    socket = folder / "redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            while not socket.exists():
                assert process.poll() is None
                time.sleep(0.05)
            yield f"redis+unix://{socket}"
        finally:
            process.terminate()


@pytest.fixture
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis of one's own."""
    if shutil.which("redis-server") is None:
        if os.environ.get("REQUIRE_REDIS"):
            pytest.fail("redis-server is missing, and REQUIRE_REDIS is set")
        pytest.skip("redis-server is not installed: nothing is counted in a real Redis here")
    yield from _redis(tmp_path_factory.mktemp("redis"))


def test_servers_that_use_one_redis_count_together(two_servers: Any, redis: str, tmp_path: Path) -> None:
    servers = two_servers(redis_url=redis)
    for api in servers:
        api.client.app.state.rates.share(tmp_path / "rates")
    assert _take_turns(servers) == [200] * 5 + [429] * 3
    assert servers[0].staff("alice").get("/auth/me").headers["ratelimit"].startswith('"default";r=0;t=')
    assert not (tmp_path / "rates").exists()
