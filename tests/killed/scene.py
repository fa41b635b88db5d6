"""A help desk with a server, workers, a receiver and a listener, of which any may die while it is changed."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.process import answer_of
from tests.killed.changing import Client, Php, change
from tests.killed.desk import LOST, Desk, ids
from tests.killed.judging import Beginning, Verdict, beginning, judge, last_number, waiting, wrong_origins
from tests.killed.listener import StreamListener
from tests.killed.processes import Kept, free_port, kept
from tests.killed.receiver import taken

_LONG_AGO: Final = "2020-01-01 00:00:00"
_STILL: Final = 2.5
"""Seconds without an event after which nothing comes any more: longer than a changed row waits for its event."""


@dataclass
class Scene:
    desk: Desk
    server: Kept
    receiver: Kept
    workers: list[Kept]
    listener: StreamListener
    since: Beginning
    headers: dict[str, str]
    seed: int
    clients: list[Client]
    made: int = 0

    @property
    def processes(self) -> list[Kept]:
        return [self.server, self.receiver, *self.workers]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def file(self) -> Path:
        return self.receiver.directory / "taken"

    def change(self, count: int, writers: int = 1, *, is_php_alone: bool = False, pause: float = 0) -> None:
        """Make so many changes, by several writers that share no ticket, each resting up to `pause` seconds between."""
        tickets = ids(self.desk.insist("SELECT ticket_id FROM ost_ticket WHERE status_id = 1 ORDER BY ticket_id"))
        begun, self.made = self.made, self.made + count

        def write(place: int) -> None:
            choose = random.Random(f"{self.seed} {begun} {place}")
            php = Php(self.desk, choose)
            client = None if is_php_alone else Client(self.address, self.headers, choose)
            self.clients += [client] if client is not None else []
            for number in range(begun + place, begun + count, writers):
                time.sleep(choose.uniform(0, pause))
                change(php, client, choose.choice(tickets[place::writers]), number)

        with ThreadPoolExecutor(writers) as pool:
            list(pool.map(write, range(writers)))

    def drain(self, seconds: float, *, is_hurried: bool = False) -> float:
        """Wait until nothing more comes, but no longer than this. Returns after how many seconds that was.

        `is_hurried`: the time passes in which others wait for who has died.
        """
        begun = still_since = time.monotonic()
        seen: Any = None
        while time.monotonic() - begun < seconds:
            state = self._state()
            if state is None or state[0] or state[1] > self.listener.reached or state != seen:
                seen, still_since = state, time.monotonic()
            elif time.monotonic() - still_since > _STILL:
                return still_since - begun
            if is_hurried:
                self._let_time_pass()
            time.sleep(0.1)
        return seconds

    def _let_time_pass(self) -> None:
        """Leases and claims of the dead end, and what is to be tried again is due."""
        self.desk.insist("UPDATE ost_api_feed SET held_until = ?", _LONG_AGO)
        self.desk.insist("UPDATE ost_api_delivery SET next_attempt_at = ? WHERE status = 'pending'", _LONG_AGO)
        claimed = "status = 'pending' AND claimed_until IS NOT NULL"
        self.desk.insist(f"UPDATE ost_api_delivery SET claimed_until = ? WHERE {claimed}", _LONG_AGO)

    def _state(self) -> tuple[int, int] | None:
        """How many deliveries wait, and the last number of the feed."""
        try:
            return waiting(self.desk), last_number(self.desk)
        except LOST:
            return None

    def judge(self) -> Verdict:
        verdict = judge(self.desk, self.since, taken(self.file), self.listener.heard)
        verdict.faults += wrong_origins(self.desk, self.since)
        verdict.faults += [each for client in self.clients for each in client.refused]
        verdict.counts["connections of the listener"] = self.listener.connections
        return verdict


@contextmanager
def standing(desk: Desk, directory: Path, *, workers: int = 1, seed: int = 1) -> Iterator[Scene]:
    """A scene that is complete and still."""
    serving, receiving = free_port(), free_port()
    server = Kept("server", ("osticket_api", "serve"), {**desk.environment, "PORT": str(serving)}, directory, serving)
    command = ("tests.killed.receiver", str(receiving), str(directory / "taken"))
    receiver = Kept("receiver", command, {}, directory, receiving)
    beside = [Kept(f"worker{n}", ("osticket_api", "worker"), desk.environment, directory) for n in range(workers)]
    with kept([server, receiver, *beside]):
        server.wait_until_it_listens()
        receiver.wait_until_it_listens()
        address = f"http://127.0.0.1:{serving}"
        headers = _prepared(address, receiving)
        _wait_for_the_feed(desk)
        listener = StreamListener(address, headers)
        listener.start()
        yield Scene(desk, server, receiver, beside, listener, beginning(desk), headers, seed, [])
        listener.stop()


def _prepared(address: str, receiving: int) -> dict[str, str]:
    """Who sees all, signed in, and has added the webhook."""
    login = {"username": "dora", "password": DEMO_PASSWORD, "kind": "staff"}
    token = answer_of(httpx2.post(f"{address}/api/v2/auth/login", json=login, timeout=60))["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    webhook = {"url": f"http://127.0.0.1:{receiving}/hook"}
    answer_of(httpx2.post(f"{address}/api/v2/webhooks", json=webhook, headers=headers, timeout=60))
    return headers


def _wait_for_the_feed(desk: Desk) -> None:
    """Until it has taken what was there as known."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = desk.run("SELECT positions FROM ost_api_feed")
        if found and '"is_filled":true' in found[0][0]:
            return
        time.sleep(0.05)
    raise AssertionError("the feed does not begin")
