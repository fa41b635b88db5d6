"""Several server processes on one database: what one of them learns about a caller holds in all within a second."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.process import Process, answer_of, environment_on, serving
from tests.fixtures.templates import MariadbTemplate

pytestmark = pytest.mark.xdist_group("sign-ins")  # One process, and so one set of servers, for all of them.

PROCESSES = 8
ALLOWED = 5
"""Wrong passwords before the lock: one more than `staff_max_logins` of the sample help desk."""
SECONDS = 1.0


@pytest.fixture(scope="module")
def desk(mariadb_demo: MariadbTemplate) -> MariadbTemplate:
    mariadb_demo.copy()
    return mariadb_demo


@pytest.fixture(scope="module")
def servers(desk: MariadbTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Process]]:
    directories = [tmp_path_factory.mktemp(f"server{number}") for number in range(PROCESSES)]
    with ExitStack() as stack, ThreadPoolExecutor(PROCESSES) as pool:

        def start(number: int) -> Process:
            directory = directories[number]
            environment = environment_on(desk.server, desk.working_copy, directory, DB_POOL_SIZE="2")
            return stack.enter_context(serving(environment, directory))

        yield list(pool.map(start, range(PROCESSES)))


def run(desk: MariadbTemplate, statement: str) -> list[tuple[Any, ...]]:
    with desk.server.connect(desk.working_copy) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        connection.commit()
        return list(cursor.fetchall())


def at_once(servers: Sequence[Process], call: Callable[[Process], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(servers)) as pool:
        return list(pool.map(call, servers))


def signed_in(server: Process, username: str, password: str = DEMO_PASSWORD, kind: str = "staff") -> httpx2.Response:
    body = {"username": username, "password": password, "kind": kind}
    return httpx2.post(f"{server.address}/api/v2/auth/login", json=body, timeout=60)


def session(server: Process, username: str, kind: str = "staff") -> Any:
    return answer_of(signed_in(server, username, kind=kind))


def ask(server: Process, token: str, path: str = "/auth/me", method: str = "GET", json: Any = None) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.request(method, f"{server.address}/api/v2{path}", headers=headers, json=json, timeout=60)


def change(server: Process, path: str, method: str = "POST", json: Any = None) -> None:
    """As the administrator."""
    response = ask(server, session(server, "dora")["access_token"], path, method, json)
    assert response.status_code in (200, 204), response.text


def everywhere(servers: Sequence[Process], holds: Callable[[Process], bool]) -> None:
    """Whether something holds in all processes within a second, and stays so."""
    deadline = time.monotonic() + SECONDS
    while not all(at_once(servers, holds)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert all(at_once(servers, holds))


def refuses(token: str) -> Callable[[Process], bool]:
    return lambda server: ask(server, token).status_code == 401


def warm(servers: Sequence[Process], token: str) -> None:
    """Let every process look at the caller, and remember what it saw."""
    assert set(at_once(servers, lambda server: ask(server, token).status_code)) == {200}


def test_wrong_passwords_count_in_all_processes_together(servers: list[Process], desk: MariadbTemplate) -> None:
    guesses = servers * 3
    statuses = at_once(guesses, lambda server: signed_in(server, "bob", "wrong").status_code)
    assert sorted(statuses) == [401] * ALLOWED + [429] * (len(guesses) - ALLOWED)
    assert set(at_once(servers, lambda server: signed_in(server, "bob").status_code)) == {429}
    rows = run(desk, "SELECT title FROM ost_syslog WHERE title LIKE '%(bob)' ORDER BY log_id")
    assert sorted(rows) == [("Excessive login attempts (bob)",), ("Failed agent login attempt (bob)",)]


def test_who_signs_in_everywhere_at_once_is_let_in_everywhere(servers: list[Process]) -> None:
    assert set(at_once(servers * 2, lambda server: signed_in(server, "charlie").status_code)) == {200}


def test_signing_out_ends_the_token_in_all_processes(servers: list[Process]) -> None:
    token = session(servers[0], "alice")["access_token"]
    warm(servers, token)
    assert ask(servers[0], token, "/auth/logout", "POST").status_code == 204
    assert ask(servers[0], token).status_code == 401
    everywhere(servers, refuses(token))


def test_locked_user_is_out_in_all_processes_and_back_when_unlocked(servers: list[Process]) -> None:
    began = session(servers[0], "uma", kind="user")
    warm(servers, began["access_token"])
    user = ask(servers[0], began["access_token"]).json()["data"]["id"]
    change(servers[1], f"/users/{user}/lock")
    assert ask(servers[1], began["access_token"]).status_code == 401
    everywhere(servers, refuses(began["access_token"]))
    body = {"refresh_token": began["refresh_token"]}
    refreshed = at_once(servers, lambda server: httpx2.post(f"{server.address}/api/v2/auth/refresh", json=body))
    assert {response.status_code for response in refreshed} == {401}
    change(servers[2], f"/users/{user}/unlock")
    assert set(at_once(servers, lambda server: signed_in(server, "uma", kind="user").status_code)) == {200}


def test_rights_that_are_taken_away_are_gone_in_all_processes(servers: list[Process]) -> None:
    token = session(servers[0], "alice")["access_token"]
    warm(servers, token)
    alice = ask(servers[0], token).json()["data"]
    assert alice["permissions"]
    change(servers[3], f"/staff/{alice['id']}", "PATCH", {"permissions": []})
    assert ask(servers[3], token).json()["data"]["permissions"] == []
    everywhere(servers, lambda server: ask(server, token).json()["data"]["permissions"] == [])


def test_agent_locked_by_osticket_itself_is_out_in_all_processes(servers: list[Process], desk: MariadbTemplate) -> None:
    token = session(servers[0], "charlie")["access_token"]
    warm(servers, token)
    run(desk, "UPDATE ost_staff SET isactive = 0 WHERE username = 'charlie'")
    everywhere(servers, refuses(token))


def test_token_refreshed_in_all_processes_at_once_goes_on_as_one(servers: list[Process]) -> None:
    body = {"refresh_token": session(servers[0], "dora")["refresh_token"]}

    def refreshed(server: Process) -> str:
        return str(answer_of(httpx2.post(f"{server.address}/api/v2/auth/refresh", json=body))["refresh_token"])

    (token,) = set(at_once(servers, refreshed))
    answer = httpx2.post(f"{servers[0].address}/api/v2/auth/refresh", json={"refresh_token": token})
    assert answer.status_code == 200
