"""Two servers that nudge each other by Redis, while it is there; and the end of streams when a server stops."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from osticket_api.db import tables as t
from osticket_api.events import feed, hub
from tests.events.streaming import open_stream
from tests.fixtures.api import Api, running_api
from tests.fixtures.process import embedded
from tests.fixtures.redis import RedisServer, redis_server
from tests.fixtures.templates import Template

ALICE, TICKET = 2, 26
NEVER = 3600.0
SECONDS = 60.0


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
def servers(demo: Template, tmp_path: Path, redis: RedisServer) -> Iterator[list[Api]]:
    """Two servers with their jobs on one help desk."""
    url = demo.copy()
    with ExitStack() as stack:
        yield [stack.enter_context(running_api(url, tmp_path, runs_jobs=True, redis_url=redis.url)) for _ in range(2)]


def wait_until(is_so: Callable[[], Any]) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def are_connected(servers: list[Api]) -> list[bool]:
    return [server.client.app.state.hub._is_told() for server in servers]  # type: ignore[attr-defined]


def has_begun(api: Api) -> bool:
    """Whether the feed has taken what was there as known: it tells of what comes after that."""
    found = api.client.portal.call(api.database.read, feed.standing)  # type: ignore[union-attr]
    return found is not None and found.positions.is_filled


def note(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{TICKET}/note", {"body": "<p>x</p>"})
    assert answer.status == 201, answer.errors


def test_a_commit_ends_what_other_machines_have_cached(servers: list[Api], redis: RedisServer) -> None:
    """The servers have no memory in common: what ends a cached value comes by Redis."""
    first, second = servers
    wait_until(lambda: all(are_connected(servers)) and has_begun(first))
    begun = time.monotonic()
    note(first)
    concerned = (t.thread_entry.name,), (f"staff:{ALICE}",)
    wait_until(lambda: all(second.database.changes.latest(names) > begun for names in concerned))
    assert second.database.changes.latest((t.sla.name,)) < begun


def test_after_a_loss_of_redis_nothing_cached_is_trusted(servers: list[Api], redis: RedisServer) -> None:
    wait_until(lambda: all(are_connected(servers)) and has_begun(servers[0]))
    redis.stop()
    wait_until(lambda: not any(are_connected(servers)))
    begun = time.monotonic()
    redis.start()
    wait_until(lambda: all(are_connected(servers)))
    assert all(server.database.changes.latest((t.sla.name,)) > begun for server in servers)


def test_stream_hears_with_redis_without_it_and_with_it_again(
    servers: list[Api], redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = servers
    path = "/stream?types=ticket.note_added"
    wait_until(lambda: all(are_connected(servers)) and has_begun(first))
    with (
        open_stream(first, path, first.staff("alice").headers) as here,
        open_stream(second, path, second.staff("alice").headers) as there,
    ):

        def heard_by_both(count: int) -> None:
            for stream in (here, there):
                stream.wait_for(count, SECONDS)

        note(first)
        heard_by_both(1)
        redis.stop()
        wait_until(lambda: not any(are_connected(servers)))
        note(first)
        heard_by_both(2)
        monkeypatch.setattr(hub, "_SECONDS_BETWEEN_LOOKS", NEVER)
        monkeypatch.setattr(hub, "_SECONDS_BETWEEN_LOOKS_WHEN_TOLD", NEVER)
        redis.start()
        wait_until(lambda: all(are_connected(servers)))
        for count, server in ((3, first), (4, second), (5, first)):
            note(server)
            heard_by_both(count)


def test_streams_and_long_polls_end_cleanly_when_the_server_stops(tmp_path: Path) -> None:
    with embedded(tmp_path, RATE_LIMIT_ENABLED="false") as process, process.client("dora", "demo-help-desk") as dora:
        with dora.stream("GET", "/stream") as stream:
            chunks = stream.iter_text()
            assert "connected" in next(chunks)
            os.kill(process.pid, signal.SIGTERM)
            rest = "".join(chunks)  # A stream that is cut off raises here.
        assert "event: " not in rest
    assert not is_alive(process.address)


def is_alive(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/livez").status_code == 200
    except httpx2.TransportError:
        return False
