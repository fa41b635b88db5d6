"""Tables that cannot roll back: nothing is written there unless an administrator wants it, and never by a dry run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.contract.refusals import row_counts
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import MariadbTemplate


@pytest.fixture
def running(mariadb_demo: MariadbTemplate, tmp_path: Path, request: Any) -> Iterator[Api]:
    """The application, after these tables have lost their transactions. The next test gets them as they were."""
    tables, settings = request.param
    url = mariadb_demo.copy()
    with mariadb_demo.server.connect(url.database) as connection, connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"ALTER TABLE {name} ENGINE=MyISAM")
        with running_api(url, tmp_path, **settings) as api:
            yield api
        for name in tables:
            cursor.execute(f"DROP TABLE {name}")


NEW = {"email": "wanda@example.net", "name": "Wanda", "subject": "Fire", "message": "<p>Help</p>", "topic_id": 1}
STRICT: Any = (("ost_ticket", "ost_thread_entry"), {"log_level": "warning"})
ALLOWED: Any = (("ost_ticket", "ost_thread_entry"), {"allow_non_transactional": True})


@pytest.mark.parametrize("running", [STRICT], indirect=True)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tickets", NEW),
        ("POST", "/tickets/26/note", {"body": "<p>Hm</p>"}),
        ("DELETE", "/tickets/26", None),
        ("POST", "/tickets/26/status", {"status_id": 3}),
    ],
)
@pytest.mark.parametrize("dry", ["", "?dry_run=true"])
def test_writes_and_dry_runs_are_refused_and_change_nothing(
    running: Api, method: str, path: str, body: Any, dry: str
) -> None:
    before = row_counts(running)
    answer = running.staff("dora").request(method, path + dry, **({"json": body} if body else {}))
    assert answer.status == 501, answer.response.text
    assert answer.errors[0]["code"] == "no_transactions"
    assert "ost_thread_entry, ost_ticket" in answer.errors[0]["message"]
    assert "ALTER TABLE ost_ticket ENGINE=InnoDB;" in answer.errors[0]["message"]
    assert row_counts(running) == before


@pytest.mark.parametrize("running", [STRICT], indirect=True)
def test_reading_signing_in_and_other_tables_work(running: Api) -> None:
    login = {"username": "alice", "password": "demo-help-desk"}
    assert running.anonymous().post("/auth/login", login).status == 200
    assert running.staff("alice").get("/tickets").data
    assert running.staff("alice").get("/tickets/26?include=thread").status == 200
    assert running.staff("dora").post("/departments?dry_run=true", {"name": "Depot"}).status == 200
    assert running.staff("dora").post("/departments", {"name": "Depot"}).status == 201


@pytest.mark.parametrize("running", [ALLOWED], indirect=True)
def test_an_administrator_can_let_it_write_but_dry_runs_stay_refused(running: Api) -> None:
    before = row_counts(running)
    refused = running.staff("dora").post("/tickets?dry_run=true", NEW)
    assert (refused.status, refused.errors[0]["code"]) == (501, "no_transactions")
    assert row_counts(running) == before
    assert running.staff("dora").post("/tickets", NEW).status == 201


@pytest.mark.parametrize("running", [STRICT], indirect=True)
def test_the_old_way_to_open_a_ticket_is_refused_too(running: Api) -> None:
    running.write(_add_osticket_key)
    before = row_counts(running)
    body = {"name": "Wanda", "email": "wanda@example.net", "subject": "Fire", "message": "Help"}
    answer = running.client.post("/api/tickets.json", json=body, headers={"X-API-Key": "A" * 32})
    assert (answer.status_code, "no transactions" in answer.text) == (500, True)
    assert row_counts(running) == {**before, "ost_syslog": before["ost_syslog"] + 1}


def _add_osticket_key(tx: Any) -> None:
    tx.connection.execute(
        text(
            "INSERT INTO ost_api_key (isactive, ipaddr, apikey, can_create_tickets, notes, updated, created) "
            f"VALUES (1, '127.0.0.1', '{'A' * 32}', 1, '', NOW(), NOW())"
        )
    )
