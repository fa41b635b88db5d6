"""Many administrators at once, on MariaDB, with a real server: trees stay trees, and names unique."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures.process import Process, environment_on, serving
from tests.fixtures.templates import MariadbTemplate

SALES, MAINTENANCE, WORKPLACE = 2, 3, 5
FEEDBACK = 2
AT_ONCE = 16


@pytest.fixture
def server(mariadb_demo: MariadbTemplate, tmp_path: Path) -> Iterator[Process]:
    mariadb_demo.copy()
    with serving(environment_on(mariadb_demo.server, mariadb_demo.working_copy, tmp_path), tmp_path) as process:
        yield process


@pytest.mark.parametrize("path", ["/departments", "/topics"])
def test_one_of_many_gets_a_name(server: Process, path: str) -> None:
    """At the top osTicket's index does not keep names of departments apart."""
    with server.client("dora", DEMO_PASSWORD) as dora, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: dora.post(path, json={"name": "Logistics"}).status_code, range(AT_ONCE)))
    assert Counter(answers) == {201: 1, 409: AT_ONCE - 1}


@pytest.mark.parametrize(("path", "one", "other"), [("/departments", SALES, WORKPLACE), ("/topics", 1, FEEDBACK)])
def test_moves_against_each_other_make_no_circle(server: Process, path: str, one: int, other: int) -> None:
    with server.client("dora", DEMO_PASSWORD) as dora, ThreadPoolExecutor(2) as pool:
        for _ in range(10):
            for each in (one, other):
                assert dora.patch(f"{path}/{each}", json={"parent_id": None}).status_code == 200
            moves = [(one, other), (other, one)]
            answers = pool.map(lambda move: dora.patch(f"{path}/{move[0]}", json={"parent_id": move[1]}), moves)
            assert sorted(answer.status_code for answer in answers) == [200, 422]
