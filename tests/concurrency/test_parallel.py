"""Many callers at once, on MariaDB, with a real server: nothing is lost, doubled or half-written."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.process import Process, answer_of, environment_on, serving
from tests.fixtures.templates import MariadbTemplate

CREATORS, REPLIERS = 100, 20
SAMPLE_TICKET = 26
ENOUGH = 30
"""Tickets after which the server is killed while others are being created."""


@pytest.fixture(scope="module")
def template(mariadb_demo: MariadbTemplate) -> MariadbTemplate:
    return mariadb_demo


@pytest.fixture
def desk(template: MariadbTemplate) -> Iterator[Any]:
    """A connection to a fresh copy, whose ticket numbers are drawn from sequence 1."""
    template.copy()
    with template.server.connect(template.working_copy) as connection:
        run(connection, "UPDATE ost_config SET value='1' WHERE namespace='core' AND `key`='ticket_sequence_id'")
        yield connection


@pytest.fixture
def server(desk: Any, template: MariadbTemplate, tmp_path: Path) -> Iterator[Process]:
    environment = environment_on(template.server, template.working_copy, tmp_path)
    with serving(environment, tmp_path) as process:
        yield process


def run(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_parallel_creators_and_repliers_lose_nothing(server: Process, desk: Any, template: MariadbTemplate) -> None:
    """A hundred tickets are created and twenty replies are posted while PHP draws numbers from the same sequence."""
    before = run(desk, f"SELECT COUNT(*) FROM ost_thread_entry WHERE thread_id={thread_of(desk, SAMPLE_TICKET)}")
    with server.client("alice", DEMO_PASSWORD) as alice, drawing_numbers(template) as drawn:
        jobs: list[Callable[[], Any]] = [partial(create, alice, place) for place in range(CREATORS)]
        jobs += [partial(alice.post, f"/tickets/{SAMPLE_TICKET}/reply", json={"body": "<p>Yes</p>"})] * REPLIERS
        with ThreadPoolExecutor(40) as pool:
            answers = list(pool.map(lambda job: answer_of(job()), jobs))
    created = answers[:CREATORS]
    assert len({ticket["number"] for ticket in created}) == CREATORS
    assert not {ticket["number"] for ticket in created} & drawn
    after = run(desk, f"SELECT COUNT(*) FROM ost_thread_entry WHERE thread_id={thread_of(desk, SAMPLE_TICKET)}")
    assert after[0][0] - before[0][0] == REPLIERS
    assert half_written(desk) == []


def test_a_server_killed_in_the_middle_leaves_nothing_half_written(server: Process, desk: Any) -> None:
    created: list[str] = []
    with server.client("alice", DEMO_PASSWORD) as alice, ThreadPoolExecutor(10) as pool:

        def keep_creating(worker: int) -> None:
            with suppress(httpx2.TransportError):
                while True:
                    created.append(answer_of(create(alice, worker))["number"])
                    if len(created) == ENOUGH:
                        server.kill()

        list(pool.map(keep_creating, range(10)))
    assert len(created) >= ENOUGH
    stored = {row[0] for row in run(desk, "SELECT number FROM ost_ticket")}
    assert set(created) <= stored
    assert run(desk, "SELECT number FROM ost_ticket GROUP BY number HAVING COUNT(*) > 1") == []
    assert half_written(desk) == []


def test_of_two_agents_who_claim_at_once_one_gets_the_ticket(server: Process, desk: Any) -> None:
    run(desk, f"UPDATE ost_ticket SET staff_id=0 WHERE ticket_id={SAMPLE_TICKET}")
    agents = [server.client(name, DEMO_PASSWORD) for name in ("alice", "dora")]
    with ThreadPoolExecutor(2) as pool, agents[0], agents[1]:
        answers = pool.map(lambda agent: agent.post(f"/tickets/{SAMPLE_TICKET}/claim", json={}), agents)
        statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 409]


def test_of_two_administrators_who_demote_each_other_one_stays(server: Process, desk: Any) -> None:
    run(desk, "UPDATE ost_staff SET isadmin = username IN ('alice', 'dora')")
    agents = {name: server.client(name, DEMO_PASSWORD) for name in ("alice", "dora")}
    ids = dict(run(desk, "SELECT username, staff_id FROM ost_staff"))
    pairs = [(agents["alice"], ids["dora"]), (agents["dora"], ids["alice"])]
    with ThreadPoolExecutor(2) as pool, agents["alice"], agents["dora"]:
        answers = pool.map(lambda pair: pair[0].patch(f"/staff/{pair[1]}", json={"is_admin": False}), pairs)
        statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert statuses[1] in (403, 409)
    assert run(desk, "SELECT COUNT(*) FROM ost_staff WHERE isadmin=1 AND isactive=1")[0][0] == 1


def create(client: httpx2.Client, place: int) -> Any:
    return client.post(
        "/tickets", json={"subject": f"Ticket {place}", "message": "<p>x</p>", "topic_id": 1, "user_id": 1}
    )


def thread_of(connection: Any, ticket_id: int) -> int:
    return int(run(connection, f"SELECT id FROM ost_thread WHERE object_id={ticket_id} AND object_type='T'")[0][0])


class drawing_numbers:
    """What PHP does meanwhile: it locks the sequence, takes its value, and moves it on."""

    def __init__(self, template: MariadbTemplate) -> None:
        self.template = template
        self.drawn: set[str] = set()
        self.done = threading.Event()

    def __enter__(self) -> set[str]:
        self.thread = threading.Thread(target=self._draw)
        self.thread.start()
        return self.drawn

    def __exit__(self, *exception: object) -> None:
        self.done.set()
        self.thread.join()

    def _draw(self) -> None:
        with self.template.server.connect(self.template.working_copy) as connection:
            while not self.done.wait(0.02):
                run(connection, "BEGIN")
                ((value,),) = run(connection, "SELECT next FROM ost_sequence WHERE id=1 FOR UPDATE")
                run(connection, "UPDATE ost_sequence SET next=next+increment WHERE id=1")
                run(connection, "COMMIT")
                self.drawn.add(f"{value:06}")


def half_written(connection: Any) -> list[tuple[Any, ...]]:
    """Tickets that lack a thread, a first message, answers, an event, a status, or their place in the index."""
    return run(
        connection,
        """
        SELECT t.ticket_id FROM ost_ticket t
        LEFT JOIN ost_thread h ON h.object_id = t.ticket_id AND h.object_type = 'T'
        WHERE h.id IS NULL OR t.status_id = 0
           OR NOT EXISTS (SELECT 1 FROM ost_thread_entry e WHERE e.thread_id = h.id AND e.flags & 1)
           OR NOT EXISTS (SELECT 1 FROM ost_thread_event v WHERE v.thread_id = h.id)
           OR NOT EXISTS (SELECT 1 FROM ost_form_entry f WHERE f.object_id = t.ticket_id AND f.object_type = 'T')
           OR NOT EXISTS (SELECT 1 FROM ost_ticket__cdata c WHERE c.ticket_id = t.ticket_id)
           OR NOT EXISTS (SELECT 1 FROM ost__search s WHERE s.object_id = t.ticket_id AND s.object_type = 'T')
        """,
    )
