"""When something fails that no caller is to blame for: the database, a commit, our own code."""

import errno
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, event, exc, text
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from osticket_api.db import prepared
from osticket_api.db.server_statements import run_prepared
from osticket_api.db.unit import Write
from tests.contract.refusals import PROBLEM, assert_envelope, refused, row_counts
from tests.fixtures import mariadb
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import demo_on_mariadb


@contextmanager
def _listening_at(link: Path, data: Path) -> Iterator[mariadb.Server]:
    """A MariaDB that can be stopped and started again behind the same socket."""
    with mariadb.running(data) as server:
        link.symlink_to(server.socket)
        try:
            yield server
        finally:
            link.unlink()


def test_the_server_outlives_its_database(tmp_path: Path) -> None:
    mariadb.required()
    link, data = tmp_path / "db.sock", tmp_path / "data"
    with _listening_at(link, data) as server:
        url = demo_on_mariadb(server).copy()
    through_link = URL.create("mysql+asyncmy", "root", database=url.database, query={"unix_socket": str(link)})
    with _listening_at(link, data):
        api = _Started(running_api(through_link, tmp_path))
        alice = api.api.staff("alice")
        assert alice.post("/tickets/26/note", {"body": "before"}).status == 201
    try:
        _assert_away(api.api)
        with _listening_at(link, data):
            assert alice.get("//readyz").status == 200
            assert alice.get("/tickets/26").status == 200
            bodies = [entry["body"] for entry in alice.get("/tickets/26/thread").data]
            assert bodies[-1] == "before"
            assert alice.post("/tickets/26/note", {"body": "after"}).status == 201
    finally:
        api.close()


class _Started:
    """An application whose life is not that of its database."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self.api: Api = running.__enter__()

    def close(self) -> None:
        self._running.__exit__(None, None, None)


def _assert_away(api: Api) -> None:
    alice, nobody = api.staff_id(2), api.anonymous()
    for method, path, body in (
        ("GET", "/tickets", None),
        ("GET", "/tickets/26", None),
        ("GET", "/tickets/9/attachments/1", None),
        ("POST", "/tickets/26/note", {"body": "while away"}),
        ("PATCH", "/tickets/26", {"source": "Other"}),
        ("GET", "//readyz", None),
    ):
        (fault,) = refused(alice, method, path, 503, json=body)
        assert fault["code"] == "database_away"
    refused(nobody, "POST", "/auth/login", 503, json={"username": "alice", "password": "x"})
    assert nobody.get("//healthz").status == 200
    refused(nobody, "GET", "/nowhere", 404)


def test_a_commit_that_fails_leaves_nothing(api: Api) -> None:
    alice, before = api.staff("alice"), row_counts(api)

    def fail(connection: Any) -> None:
        raise RuntimeError("a secret of the database")

    event.listen(api.database._writing, "commit", fail)
    key = {"Idempotency-Key": "one"}
    for answer in (
        alice.post("/tickets/26/note", {"body": "x"}, headers=key),
        alice.post("/tickets/26/reply", {"body": "x", "attachments": [{"name": "a.txt", "content": "aGk="}]}),
        alice.patch("/tickets/26", {"source": "Other"}),
    ):
        (fault,) = assert_envelope(answer, 500)
        assert "secret" not in answer.response.text
        assert answer.headers["x-request-id"] in fault["message"]
    event.remove(api.database._writing, "commit", fail)
    assert row_counts(api) == before
    assert alice.get("/tickets/26").data["source"] != "Other"
    assert alice.post("/tickets/26/note", {"body": "x"}, headers=key).status == 201


def test_a_statement_that_fails_late_leaves_nothing(api: Api) -> None:
    """The event is the last thing an edit writes."""
    alice, before = api.staff("alice"), row_counts(api)
    subject = alice.get("/tickets/26").data["subject"]
    api.write(_forbid_events)
    answer = alice.patch("/tickets/26", {"subject": "Half", "source": "Other"})
    api.write(lambda tx: tx.connection.execute(text("DROP TRIGGER no_events")))
    assert_envelope(answer, 500)
    assert "no events" not in answer.response.text
    assert row_counts(api) == before
    assert alice.get("/tickets/26").data["subject"] == subject


def _forbid_events(tx: Write) -> None:
    refusal = (
        "BEGIN SELECT RAISE(ABORT, 'no events'); END"
        if tx.is_sqlite
        else "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no events'"
    )
    tx.connection.execute(text(f"CREATE TRIGGER no_events BEFORE INSERT ON ost_thread_event {refusal}"))


async def _crash(request: Request) -> Response:
    raise RuntimeError("a secret of the code")


async def _crash_later(request: Request) -> Response:
    async def blocks() -> Any:
        yield b"the beginning"
        raise RuntimeError("a secret of the code")

    return StreamingResponse(blocks())


@pytest.fixture
def crashing(demo_sqlite_url: URL, tmp_path: Path) -> Iterator[Api]:
    with running_api(demo_sqlite_url, tmp_path, cors_origins="https://desk.example.com") as api:
        app: Any = api.client.app
        app.router.routes[:0] = [
            Route("/api/v2/crash", _crash),
            Route("/api/v2/crash-later", _crash_later),
            Route("/api/v2/fine", lambda request: PlainTextResponse("fine")),
        ]
        yield api


def test_a_crash_is_told_without_its_text(crashing: Api) -> None:
    (fault,) = refused(crashing.anonymous(), "GET", "/crash", 500)
    assert fault["code"] == "internal_error"
    answer = crashing.anonymous().get("/crash", headers={"X-Request-ID": "mine", **PROBLEM})
    assert "secret" not in answer.response.text
    assert "mine" in answer.response.json()["detail"]


def test_a_browser_may_read_of_a_crash(crashing: Api) -> None:
    answer = crashing.anonymous().get("/crash", headers={"Origin": "https://desk.example.com"})
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (500, "https://desk.example.com")


def test_a_crash_halfway_is_no_whole_answer(crashing: Api) -> None:
    """The server gets to know, and breaks the connection."""
    with pytest.raises(RuntimeError, match="secret"):
        TestClient(crashing.client.app).get("/api/v2/crash-later")


def test_a_frozen_database_holds_nobody_for_good(tmp_path: Path) -> None:
    mariadb.required()
    with mariadb.running(tmp_path / "data") as server:
        url = demo_on_mariadb(server).copy()
        address = URL.create("mysql+asyncmy", "root", database=url.database, query={"unix_socket": str(server.socket)})
        with running_api(address, tmp_path, db_timeout=1) as api:
            alice = api.staff("alice")
            assert alice.get("/tickets/26").status == 200
            os.kill(server.pid, signal.SIGSTOP)
            try:
                for method, path, body in (
                    ("GET", "//readyz", None),
                    ("GET", "/tickets/26", None),
                    ("POST", "/tickets/26/note", {"body": "x"}),
                ):
                    started = time.monotonic()
                    answer = alice.request(method, path, json=body)
                    assert (answer.status, int(answer.headers["retry-after"]) > 0) == (503, True), path
                    assert time.monotonic() - started < 30, path
            finally:
                os.kill(server.pid, signal.SIGCONT)
            assert alice.get("//readyz").status == 200
            assert alice.post("/tickets/26/note", {"body": "after"}).status == 201


def test_a_pool_that_is_empty_is_called_busy(api: Api) -> None:
    def refuse(*_: Any) -> None:
        raise exc.TimeoutError("QueuePool limit")

    alice = api.staff("alice")
    for engine in (api.database._reading, api.database._writing):
        event.listen(engine.pool, "checkout", refuse)
    (fault,) = refused(alice, "GET", "/tickets/26", 503)
    assert fault["code"] == "database_busy"
    for engine in (api.database._reading, api.database._writing):
        event.remove(engine.pool, "checkout", refuse)


@contextmanager
def _changes_failing(api: Api, monkeypatch: pytest.MonkeyPatch, *arguments: Any) -> Iterator[None]:
    """Let every change get this error from the driver, by whichever way it goes."""
    engine = api.database._writing

    def fail(statement: str) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            raise engine.dialect.loaded_dbapi.OperationalError(*arguments)

    def by_sqlalchemy(cursor: Any, statement: str, parameters: Any, context: Any) -> None:
        fail(statement)

    def by_driver(connection: Any, sql: str, values: Any) -> Any:
        fail(sql)
        return run_prepared(connection, sql, values)

    event.listen(engine, "do_execute", by_sqlalchemy)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(prepared, "run_prepared", by_driver)
            yield
    finally:  # What one hears of is the dialect, which other tests have too.
        event.remove(engine, "do_execute", by_sqlalchemy)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ((1021, "Disk full (/tmp/#sql); waiting for someone to free some space"), "storage_full"),
        ((1026, "Error writing file './x' (errno: 28 No space left on device)"), "storage_full"),
        ((1030, "Got error 28 from storage engine"), "storage_full"),
        ((1114, "The table 'ost_thread_entry' is full"), "storage_full"),
        ((1290, "The MariaDB server is running with the --read-only option"), "storage_read_only"),
        ((1836, "Running in read-only mode"), "storage_read_only"),
        (("attempt to write a readonly database",), "storage_read_only"),
        (("database or disk is full",), "storage_full"),
    ],
)
def test_a_database_that_takes_no_writes_is_told(
    api: Api, monkeypatch: pytest.MonkeyPatch, error: tuple[Any, ...], code: str
) -> None:
    if (len(error) == 1) != api.database.is_sqlite:
        pytest.skip("an error of the other database")
    alice, before = api.staff("alice"), row_counts(api)
    with _changes_failing(api, monkeypatch, *error):
        for method, path, body in (
            ("POST", "/tickets/26/note", {"body": "x"}),
            ("PATCH", "/tickets/26", {"source": "Other"}),
            ("POST", "/tickets/26/status", {"status_id": 3}),
        ):
            (fault,) = refused(alice, method, path, 507, json=body)
            assert fault["code"] == code
            assert "ost_" not in fault["message"]
        assert alice.get("/tickets/26").status == 200
    assert row_counts(api) == before
    assert alice.post("/tickets/26/note", {"body": "x"}).status == 201


def test_a_disk_that_has_no_room_for_an_upload_is_told(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.write", full)
    (fault,) = refused(api.staff("alice"), "POST", "/files?name=a.txt", 507, content=b"x" * 3000)
    assert fault["code"] == "storage_full"


def test_a_full_disk_is_told(demo_sqlite_url: URL, tmp_path: Path) -> None:
    with running_api(demo_sqlite_url, tmp_path) as api:
        alice = api.staff("alice")
        before = row_counts(api)

        def limit(connection: Any) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

        event.listen(api.database._writing, "begin", limit)
        attachment = {"name": "a.txt", "content": "aGlp" * 200_000}
        (fault,) = refused(alice, "POST", "/tickets/26/note", 507, json={"body": "x", "attachments": [attachment]})
        assert fault["code"] == "storage_full"
        assert row_counts(api) == before
        assert alice.get("/tickets/26").status == 200
