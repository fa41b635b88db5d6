"""Several callers at once who each find nothing and add the same, on MariaDB: one adds it, the others use it."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx2
import pytest

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.process import environment_on, serving
from tests.fixtures.templates import MariadbTemplate

AT_ONCE = 6
ROUNDS = 5
KEY = "A0B1C2D3E4F5A0B1C2D3E4F5A0B1C2D3"


@pytest.fixture(scope="module")
def template(mariadb_demo: MariadbTemplate) -> MariadbTemplate:
    return mariadb_demo


@pytest.fixture
def desk(template: MariadbTemplate) -> Iterator[Any]:
    template.copy()
    with template.server.connect(template.working_copy) as connection:
        run(
            connection,
            "INSERT INTO ost_api_key (isactive, ipaddr, apikey, can_create_tickets, can_exec_cron, created, updated)"
            f" VALUES (1, '127.0.0.1', '{KEY}', 1, 0, NOW(), NOW())",
        )
        yield connection


@pytest.fixture
def alice(desk: Any, template: MariadbTemplate, tmp_path: Path) -> Iterator[httpx2.Client]:
    environment = environment_on(template.server, template.working_copy, tmp_path)
    with serving(environment, tmp_path) as server, server.client("alice", DEMO_PASSWORD) as client:
        yield client


def run(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def at_once(calls: Sequence[Callable[[], httpx2.Response]]) -> list[int]:
    """The statuses of calls that start at the same moment."""
    barrier = Barrier(len(calls))

    def call(each: Callable[[], httpx2.Response]) -> int:
        barrier.wait()
        return each().status_code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def users_with(desk: Any, email: str) -> int:
    (row,) = run(
        desk,
        "SELECT COUNT(*) FROM ost_user u JOIN ost_user_email e ON e.id = u.default_email_id"
        f" WHERE e.address = '{email}'",
    )
    return int(row[0])


def tickets_of(desk: Any, email: str) -> int:
    owned = "SELECT COUNT(*) FROM ost_ticket t JOIN ost_user_email e ON e.user_id = t.user_id"
    return int(run(desk, f"{owned} WHERE e.address = '{email}'")[0][0])


@pytest.mark.parametrize("endpoint", ["v2", "json", "xml"])
def test_tickets_by_one_new_address_are_all_opened(alice: httpx2.Client, desk: Any, endpoint: str) -> None:
    for turn in range(ROUNDS):
        email = f"new{turn}@{endpoint}.example"
        calls = [opening(endpoint, alice, email, place) for place in range(AT_ONCE)]
        assert at_once(calls) == [201] * AT_ONCE
        assert (users_with(desk, email), tickets_of(desk, email)) == (1, AT_ONCE)


def opening(endpoint: str, client: httpx2.Client, email: str, place: int) -> Callable[[], httpx2.Response]:
    subject, old = f"Ticket {place}", str(client.base_url.copy_with(path="/api/tickets"))
    if endpoint == "v2":
        body = {"email": email, "name": "New", "subject": subject, "message": "x", "topic_id": 1}
        return partial(client.post, "/tickets", json=body)
    fields = {"email": email, "name": "New", "subject": subject, "message": "x", "topicId": "1"}
    content = json.dumps(fields) if endpoint == "json" else as_xml(fields)
    return partial(httpx2.post, f"{old}.{endpoint}", content=content, headers={"X-API-Key": KEY}, timeout=60)


@pytest.mark.parametrize("differ", [False, True])
def test_one_mail_that_comes_several_times_opens_one_ticket(alice: httpx2.Client, desk: Any, differ: bool) -> None:
    """Servers deliver it again, and lists send copies that differ in a header."""
    endpoint = str(alice.base_url.copy_with(path="/api/tickets.email"))
    for turn in range(ROUNDS):
        email = f"mail{turn}@{differ}.example"
        mails = [
            f"Received: by {place if differ else 0}\nFrom: {email}\nMessage-ID: <{turn}@{differ}.example>\n\nHello"
            for place in range(AT_ONCE)
        ]
        calls = [partial(httpx2.post, endpoint, content=mail, headers={"X-API-Key": KEY}, timeout=60) for mail in mails]
        assert at_once(calls) == [201] * AT_ONCE
        assert (users_with(desk, email), tickets_of(desk, email)) == (1, 1)


def test_one_creation_that_comes_several_times_opens_one_ticket(alice: httpx2.Client, desk: Any) -> None:
    for turn in range(ROUNDS):
        email = f"again{turn}@old.example"
        assert at_once([opening("json", alice, email, 0)] * AT_ONCE) == [201] * AT_ONCE
        assert tickets_of(desk, email) == 1


def as_xml(fields: dict[str, str]) -> str:
    return f"<ticket>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items())}</ticket>"


def test_an_address_that_belongs_to_nobody_is_taken_once(alice: httpx2.Client, desk: Any) -> None:
    for turn in range(ROUNDS):
        email = f"left{turn}@behind.example"
        run(desk, f"INSERT INTO ost_user_email (user_id, flags, address) VALUES (0, 0, '{email}')")
        calls = [opening("v2", alice, email, place) for place in range(AT_ONCE)]
        assert at_once(calls) == [201] * AT_ONCE
        assert (users_with(desk, email), tickets_of(desk, email)) == (1, AT_ONCE)


def test_a_new_participant_of_several_tickets_is_one_user(alice: httpx2.Client, desk: Any) -> None:
    tickets = [row[0] for row in run(desk, f"SELECT ticket_id FROM ost_ticket ORDER BY 1 LIMIT {AT_ONCE}")]
    for turn in range(ROUNDS):
        body = {"email": f"copy{turn}@new.example", "name": "Copy"}
        calls = [partial(alice.post, f"/tickets/{ticket}/collaborators", json=body) for ticket in tickets]
        assert set(at_once(calls)) <= {201, 404}
        assert users_with(desk, body["email"]) == 1


def test_of_one_address_added_twice_to_the_directory_one_is_refused(alice: httpx2.Client, desk: Any) -> None:
    for turn in range(ROUNDS):
        body = {"email": f"twice{turn}@new.example", "name": "Twice"}
        calls = [partial(alice.post, "/users", json=body)] * 2
        assert sorted(at_once(calls)) == [201, 409]
        assert users_with(desk, body["email"]) == 1


def test_preferences_written_for_the_first_time_are_all_kept(alice: httpx2.Client, desk: Any) -> None:
    for size in range(10, 10 + ROUNDS):
        run(desk, "DELETE FROM ost_config WHERE namespace LIKE 'staff.%'")
        calls = [partial(alice.patch, "/staff/me", json={"preferences": {"page_size": size}})] * 4
        assert at_once(calls) == [200] * 4
