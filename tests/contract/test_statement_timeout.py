"""A query that takes too long is ended in the database, not only given up here."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from osticket_api.db.unit import Read
from tests.contract.refusals import refused
from tests.fixtures.api import Api, running_api
from tests.fixtures.mariadb import SLOW
from tests.fixtures.templates import Template

_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT COUNT(*) FROM n"
"""What takes SQLite a while: it has no SLEEP."""

_SLOW = {
    "sqlite": _COUNT.format(10**9),
    "mysql": SLOW,
}
"""They end by themselves too, so that a test without the limit fails, but only after minutes."""

_RUNNING = text("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'")


@pytest.fixture
def hurried(demo: Template, tmp_path: Path) -> Iterator[Api]:
    """The application, whose reads may take two seconds each, and which itself would wait for them for hours."""
    with running_api(demo.copy(), tmp_path, db_timeout=9999, db_statement_timeout=2) as api:
        yield api


@contextmanager
def _slow_where(api: Api, table: str, engine: Any) -> Iterator[None]:
    """The engine's statements about a table run a slow query first."""
    slow = _SLOW[engine.dialect.name]

    def run(cursor: Any, statement: str, parameters: Any, context: Any) -> None:
        if table in statement:
            cursor.execute(slow)
            cursor.fetchall()

    event.listen(engine, "do_execute", run)
    try:
        yield
    finally:
        event.remove(engine, "do_execute", run)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/tickets", "application/json"),
        ("/tickets", "text/csv"),
        ("/tickets", "application/jsonl"),
        ("/stats/tickets", "application/json"),
        ("/search?q=printer", "application/json"),
    ],
)
def test_a_slow_read_is_ended_in_the_database(hurried: Api, path: str, accept: str) -> None:
    alice = hurried.staff("alice")
    with _slow_where(hurried, "ost_ticket", hurried.database._reading):
        answer = alice.get(path, headers={"Accept": accept})
    assert (answer.status, answer.headers["retry-after"]) == (503, "30"), answer.response.text
    (fault,) = answer.response.json()["errors"]
    assert fault["code"] == "statement_timeout"
    assert "Ask for less" in fault["message"]
    if not hurried.database.is_sqlite:
        assert hurried.rows(_RUNNING) == [(0,)]
    assert alice.get(path, headers={"Accept": accept}).status == 200


def test_a_statement_that_sqlalchemy_does_not_run_is_ended_too(hurried: Api) -> None:
    """Those that most requests consist of are prepared, and run by the driver itself."""

    def unit(tx: Read) -> None:
        cursor = tx.connection.connection.cursor()
        cursor.execute(_SLOW[tx.connection.dialect.name])
        cursor.fetchall()

    with pytest.raises(hurried.database.driver_error):
        hurried.client.portal.call(hurried.database.read, unit)  # type: ignore[union-attr]


def test_each_statement_of_a_request_has_the_whole_time(hurried: Api) -> None:
    """Several that are slow, and none too slow, take longer together."""
    short = text(_COUNT.format(300_000) if hurried.database.is_sqlite else "SELECT SLEEP(0.3)")

    def unit(tx: Read) -> float:
        started = time.monotonic()
        while time.monotonic() - started < 3:
            tx.scalar(short)
        return time.monotonic() - started

    assert hurried.client.portal.call(hurried.database.read, unit) > 2  # type: ignore[union-attr]


def test_a_change_is_not_ended(hurried: Api) -> None:
    long = text(_COUNT.format(40_000_000) if hurried.database.is_sqlite else "SELECT SLEEP(4)")
    found = hurried.client.portal.call(hurried.database.write, lambda tx: tx.scalar(long))  # type: ignore[union-attr]
    assert found in (0, 40_000_000)


def test_the_caller_of_a_slow_read_gets_a_problem_document(hurried: Api) -> None:
    with _slow_where(hurried, "ost_ticket", hurried.database._reading):
        (fault,) = refused(hurried.staff("alice"), "GET", "/tickets", 503)
    assert fault["code"] == "statement_timeout"
    assert "statement_timeout" in hurried.anonymous().get("//problems/statement_timeout").response.text
