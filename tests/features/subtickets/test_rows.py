"""The rows after a link and an unlink at the old endpoints, held against those of osTicket's own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from osticket_api.access.tokens import fingerprint
from osticket_api.db.caches import PLUGINS
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from tests.fixtures import mariadb as private_mariadb
from tests.parity import rows
from tests.parity.desk import on_mariadb, on_sqlite
from tests.parity.golden import Case, cases
from tests.parity.replay import Stage, staged

KEY = "a key that links"
ACTOR = {"staff_id": 1, "username": "ada", "uid": 1}
"""Who linked in the recordings. A key is nobody: SYSTEM."""


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    directory = tmp_path_factory.mktemp("rows")
    if request.param == "sqlite":
        with on_sqlite(directory) as desk, staged(desk, directory) as stage:
            yield stage
    else:
        private_mariadb.required()
        with private_mariadb.running() as server, on_mariadb(server) as desk, staged(desk, directory) as stage:
            stage.api.database.caches.make(PLUGINS, "subtickets", lambda: True)
            yield stage


def _case(number: str) -> Case:
    return next(case for case in cases() if case.name.startswith(number))


def _add_keys(tx: Write) -> None:
    tx.change(own.api_credential.delete())
    tx.insert(
        own.api_credential,
        name="k",
        key_hash=fingerprint(KEY),
        prefix="k",
        permissions='["subtickets.manage"]',
        created_at=tx.now,
    )


def _play(stage: Stage, case: Case, method: str, endpoint: str, body: dict[str, int]) -> Any:
    """What a request changed. Afterwards the help desk is as it was."""
    stage.api.write(_add_keys)
    stage.clock.now = case.clock
    stage.api.database.caches.make(PLUGINS, "subtickets", lambda: True)
    try:
        stage.desk.apply(case.setup)
        before = stage.desk.snapshot()
        answer = stage.api.key(KEY).request(method, f"//api/tickets-subtickets-{endpoint}.php", json=body)
        after = stage.desk.snapshot()
    finally:
        stage.desk.restore(stage.desk.snapshot())
    assert answer.status == 200, answer.content
    return rows.difference(before, after)


def _credited_to_ada(changes: Any) -> Any:
    for event in changes["ost_thread_event"]["inserted"]:
        assert (event["staff_id"], event["username"], event["uid"]) in ((0, "SYSTEM", None), (1, "SYSTEM", None))
        event.update(ACTOR)
    return changes


def test_a_link_is_osticket_s_own(stage: Stage) -> None:
    case = _case("192")
    changes = _play(stage, case, "POST", "create", {"parent_id": 1, "child_id": 4})
    assert case.problems(_credited_to_ada(changes)) == []


def test_an_unlink_is_osticket_s_own_and_forgets_the_last_child(stage: Stage) -> None:
    """osTicket leaves the marks of a parent on a ticket that has no child any more."""
    case = _case("194")
    changes = _credited_to_ada(_play(stage, case, "DELETE", "unlink", {"child_id": 4}))
    tickets = changes["ost_ticket"]["updated"]
    (parent,) = [each for each in tickets if each["key"] == {"ticket_id": 1}]
    assert parent["after"]["flags"] == 0, json.dumps(parent)
    tickets.remove(parent)
    assert case.problems(changes) == []
