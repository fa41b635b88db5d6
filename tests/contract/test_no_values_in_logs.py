"""Whatever goes wrong, and wherever it is told: what people wrote is not in the log."""

import json
import logging
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import exc, text

from osticket_api.db import unit as unit_of_work
from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from osticket_api.server import logging as our_logging
from osticket_api.server import middleware
from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import Template

SECRET = "jane-writes-this"


@pytest.fixture(autouse=True)
def fresh_loggers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loggers that write to what this test captures: each keeps the place it wrote to first."""
    for module in (middleware, unit_of_work):
        monkeypatch.setattr(module, "_log", structlog.get_logger())


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    said = capsys.readouterr().err
    assert SECRET not in said
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def _broken(error: Exception) -> Callable[..., Any]:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [ValueError(SECRET), KeyError(SECRET), exc.IntegrityError(f"x {SECRET}", [SECRET], ValueError(1366, SECRET))],
)
def test_a_crash_is_logged_without_values(
    demo: Template,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    with running_api(demo.copy(), tmp_path, log_level="warning") as api:
        monkeypatch.setattr(Database, "write", _broken(error))
        monkeypatch.setattr(Database, "read", _broken(error))
        answer = api.anonymous().post("/auth/login", {"username": SECRET, "password": SECRET})
    assert answer.status == 500
    assert SECRET not in answer.response.text
    crash = next(line for line in _lines(capsys) if line["event"] == "crash")
    assert crash["trace"][0].startswith(type(error).__module__)


def test_the_database_s_errors_hold_no_parameters(api: Api) -> None:
    def unit(tx: Write) -> None:
        tx.rows(text("SELECT no_such_column FROM ost_user WHERE name = :name"), {"name": SECRET})

    with pytest.raises(exc.DBAPIError) as caught:
        api.write(unit)
    assert SECRET not in str(caught.value)


def test_a_consequence_that_fails_is_logged_without_values(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    our_logging.set_up("warning")

    def unit(tx: Write) -> None:
        tx.after_commit(_broken(ValueError(SECRET)), SECRET)

    api.write(unit)
    line = next(line for line in _lines(capsys) if line["event"] == "after_commit_failed")
    assert "builtins.ValueError" in line["trace"]


def test_what_libraries_log_is_kept_without_values(capsys: pytest.CaptureFixture[str]) -> None:
    our_logging.set_up("warning")
    logger = logging.getLogger("somebody.else")
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception("It failed for %s", SECRET)
    logger.warning(f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{SECRET}')>")
    lines = _lines(capsys)
    assert [line["event"] for line in lines] == ["It failed for %s", "Task exception was never retrieved"]
    assert lines[0]["library"] == "somebody.else"


def test_a_logger_outlives_the_stream_it_was_made_with(monkeypatch: pytest.MonkeyPatch) -> None:
    first = StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    our_logging.set_up("info")
    log = structlog.get_logger("test")
    log.info("first")
    first.close()
    second = StringIO()
    monkeypatch.setattr(sys, "stderr", second)
    log.info("second")
    our_logging.set_up("error")
    assert '"second"' in second.getvalue()
