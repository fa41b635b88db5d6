"""`osticket-api doctor` finds what is wrong, says how to mend it, and changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, update
from typer.testing import CliRunner

from osticket_api.cli.main import typer_app
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.events import feed
from tests.contract.refusals import row_counts
from tests.fixtures.api import running_api
from tests.fixtures.mariadb import program
from tests.fixtures.process import environment_of
from tests.fixtures.templates import MariadbTemplate, Template

LONG_AGO = datetime.now(UTC) - timedelta(days=3)


def examined(url: URL, folder: Path, monkeypatch: pytest.MonkeyPatch, **more: str) -> tuple[int, dict[str, Any]]:
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(typer_app, ["doctor", "--json"], env=environment_of(url, folder) | more)
    assert done.exit_code in (0, 1, 2), done.output
    return done.exit_code, json.loads(done.stdout)


def _named(told: dict[str, Any], check: str) -> list[dict[str, Any]]:
    return [each for each in told["findings"] if each["check"] == check]


def test_names_that_may_have_been_meant_for_settings_are_told(
    demo: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = examined(
        demo.copy(), tmp_path, monkeypatch, DB_USER="somebody", DB_PORT_3306_TCP="tcp://10.0.0.1:3306"
    )
    assert code == 1
    [told_of] = [
        each for each in _named(told, "settings") if each["level"] == "warning" and "called so" in each["message"]
    ]
    assert told_of["message"].endswith("called so: DB_USER")


def test_a_misspelled_setting_is_a_finding(demo: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = examined(demo.copy(), tmp_path, monkeypatch, FEATURES_TICKTES="off")
    assert code == 2
    assert "unknown setting FEATURES_TICKTES" in told["findings"][0]["message"]


def test_a_help_desk_is_looked_at_without_a_change(
    demo: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = demo.copy()
    with running_api(url, tmp_path) as api:
        before = row_counts(api)
    _, told = examined(url, tmp_path, monkeypatch)
    checks = {each["check"] for each in told["findings"]}
    assert {"settings", "disk", "server", "schema", "own tables", "time zone", "indexes", "orphaned rows"} <= checks
    assert [each for each in told["findings"] if each["level"] == "failure"] == []
    assert all(each["mend"] for each in told["findings"] if each["level"] != "ok")
    with running_api(url, tmp_path) as api:
        assert row_counts(api) == before


def test_the_server_and_what_its_user_need_not_do_are_named(
    mariadb_demo: MariadbTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MySQL lists some eighty rights, where MariaDB says `ALL PRIVILEGES`."""
    mariadb_demo.server.let_in("mighty", "SELECT, INSERT, UPDATE, DELETE, RELOAD, FILE, SUPER ON *.*")
    _, told = examined(mariadb_demo.copy().set(username="mighty"), tmp_path, monkeypatch)
    (server,), (rights,) = _named(told, "server"), _named(told, "rights")
    assert program().product in server["message"]
    assert rights["message"] == "the database user may do more than it needs: SUPER, FILE ON *.*"


def _neglect(tx: Write) -> None:
    tx.insert(t.thread, object_type="T", object_id=99_999, created=LONG_AGO)
    tx.change(update(t.ticket).where(t.ticket.c.ticket_id == 26).values(duedate=LONG_AGO, isoverdue=False))


def test_what_is_wrong_is_found_and_told(demo: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = demo.copy()
    with running_api(url, tmp_path) as api:
        api.write(_neglect)
    code, told = examined(url, tmp_path, monkeypatch)
    assert (code, told["level"]) == (1, "warning")
    (orphans,), (cron,) = _named(told, "orphaned rows"), _named(told, "cron")
    assert "1 conversations without a ticket" in orphans["message"]
    assert "1 late tickets not marked overdue" in cron["message"]


def test_a_database_without_osticket_is_a_failure_that_says_so(
    demo: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = examined(demo.copy(), tmp_path, monkeypatch, DB_PREFIX="other_")
    assert (code, told["level"]) == (2, "failure")
    (failed,) = [each for each in told["findings"] if each["level"] == "failure"]
    assert failed["check"] == "schema"
    assert "no osTicket tables with the prefix 'other_'" in failed["message"]


def test_a_check_that_breaks_is_a_failure(demo: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osticket_api.db.indexes.present", lambda tx: 1 / 0)
    code, told = examined(demo.copy(), tmp_path, monkeypatch)
    (indexes,) = _named(told, "missing indexes")
    assert (code, indexes["level"]) == (2, "failure")
    assert "ZeroDivisionError" in indexes["message"]
    assert _named(told, "file storage")


def test_settings_that_are_wrong_are_a_failure_in_the_form_that_was_asked_for(
    demo: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = examined(demo.copy(), tmp_path, monkeypatch, PORT="none")
    assert (code, told["level"]) == (2, "failure")
    (settings,) = told["findings"]
    assert (settings["check"], settings["level"]) == ("settings", "failure")
    assert settings["message"].startswith("PORT is wrong")


def test_a_user_of_the_database_who_may_read_next_to_nothing_is_a_failure(
    mariadb_demo: MariadbTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = mariadb_demo.copy()
    mariadb_demo.server.let_in("weak", f"SELECT ON `{url.database}`.ost_config")
    code, told = examined(url.set(username="weak"), tmp_path, monkeypatch)
    (failed,) = [each for each in told["findings"] if each["level"] == "failure"]
    assert (code, failed["check"]) == (2, "database")
    assert "SELECT command denied" in failed["message"]


def test_a_redis_and_a_database_that_do_not_answer_are_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = URL.create(
        "mysql", "nobody", "hunter-two", database="desk", query={"unix_socket": str(tmp_path / "none")}
    )
    code, told = examined(nowhere, tmp_path, monkeypatch, REDIS_URL=f"redis+unix://{tmp_path}/none")
    assert (code, told["level"]) == (2, "failure")
    assert {each["check"] for each in told["findings"] if each["level"] == "failure"} == {"connection", "redis"}
    assert "hunter-two" not in json.dumps(told)


def test_jobs_that_nobody_runs_are_told(demo: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = demo.copy()
    assert _named(examined(url, tmp_path, monkeypatch)[1], "jobs") == [], "a server runs them, whenever it is started"
    [told] = _named(examined(url, tmp_path, monkeypatch, JOBS="off")[1], "jobs")
    assert (told["level"], "`osticket-api worker`" in told["mend"]) == ("warning", True)

    def work(tx: Write) -> None:
        feed.start(tx, feed.Positions())
        assert feed.take_lease(tx, "a worker")

    with running_api(url, tmp_path) as api:
        api.write(work)
    [told] = _named(examined(url, tmp_path, monkeypatch, JOBS="off")[1], "jobs")
    assert told["level"] == "ok"
