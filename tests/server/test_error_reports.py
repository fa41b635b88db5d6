"""Errors, as Sentry receives them: where they happened, and nothing that somebody wrote."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from osticket_api.audit import chain
from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from osticket_api.server import reporting
from osticket_api.settings import ConfigurationError
from tests.fixtures.api import Api, running_api, settings_for_tests
from tests.fixtures.collector import Collector, collector
from tests.fixtures.templates import demo_on_sqlite

PERSONAL = ("confidential", "Bearer", "198.51.100.7", "secretword", "/tickets/25", "127.0.0.1", "Traceback")


@pytest.fixture
def sentry() -> Iterator[Collector]:
    with collector() as kept:
        yield kept


def _asked(sentry: Collector, folder: Path, ask: Any, *, runs_jobs: bool = False) -> list[dict[str, Any]]:
    """The reports of a server once it has stopped."""
    dsn = f"http://thekey@127.0.0.1:{sentry.port}/7"
    settings: dict[str, Any] = {"sentry_dsn": dsn, "metrics_allowed_networks": ()}
    with running_api(demo_on_sqlite(folder).copy(), folder, runs_jobs=runs_jobs, **settings) as api:
        ask(api)
    return [json.loads(content.splitlines()[2]) for _, _, content in sentry.posted]


async def _fail(self: Database, *args: Any) -> None:
    confidential = "confidential value"
    try:
        int(confidential)
    except ValueError as error:
        raise RuntimeError(f"confidential text: {confidential}") from error


def test_a_crash_is_reported_by_kind_and_place(
    sentry: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(api: Api) -> None:
        alice = api.staff("alice")
        monkeypatch.setattr(Database, "read", _fail)
        given = {"X-Request-ID": "request-1", "X-Forwarded-For": "198.51.100.7"}
        assert alice.get("/tickets/25?fields=secretword", headers=given).status == 500

    (report,) = _asked(sentry, tmp_path, ask)
    assert report["transaction"] == "GET /api/v2/tickets/{ticket}"
    assert report["tags"]["request_id"] == "request-1"
    cause, error = report["exception"]["values"]
    assert (cause["type"], error["type"]) == ("ValueError", "RuntimeError")
    assert error["stacktrace"]["frames"][-1]["function"] == "_fail"
    assert [path for path, _, _ in sentry.posted] == ["/api/7/envelope/"]
    assert "thekey" in sentry.posted[0][1]["x-sentry-auth"]
    text = json.dumps({**report, "exception": _without_code(report)})
    assert {word for word in PERSONAL if word in text} == set()


def _without_code(report: dict[str, Any]) -> list[Any]:
    """The errors without the lines of code around them, which in this file name what must not leave."""
    for value in report["exception"]["values"]:
        for frame in value["stacktrace"]["frames"]:
            assert "vars" not in frame
            for name in ("pre_context", "context_line", "post_context"):
                frame.pop(name, None)
    return list(report["exception"]["values"])


def test_a_job_that_fails_is_reported(sentry: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(tx: Write) -> int:
        raise RuntimeError("confidential text")

    monkeypatch.setattr(chain, "seal", fail)
    reports = _asked(sentry, tmp_path, lambda api: time.sleep(0.5), runs_jobs=True)
    assert {report["transaction"] for report in reports} == {"audit"}
    assert (reports[0]["tags"]["job"], reports[0]["exception"]["values"][0]["type"]) == ("audit", "RuntimeError")
    assert "confidential" not in json.dumps([_without_code(report) for report in reports])


def test_refusals_are_no_errors(sentry: Collector, tmp_path: Path) -> None:
    def ask(api: Api) -> None:
        assert api.anonymous().get("/tickets").status == 401
        assert api.staff("alice").get("/tickets/999999").status == 404

    assert _asked(sentry, tmp_path, ask) == []


def test_without_its_sdk_the_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osticket_api.server.error_reports", None)
    with pytest.raises(ConfigurationError, match=r"needs Sentry's SDK: pip install 'osticket-api\[sentry\]'"):
        reporting.error_reports_of(settings_for_tests(sentry_dsn="https://thekey@sentry.example.com/1"))
    assert reporting.error_reports_of(settings_for_tests()) is None


@pytest.mark.parametrize("dsn", ["https://sentry.example.com/1", "thekey@sentry.example.com/1", "https://thekey@host/"])
def test_what_is_no_dsn_is_refused_and_not_shown(dsn: str) -> None:
    with pytest.raises(ConfigurationError, match="SENTRY_DSN is wrong") as refused:
        settings_for_tests(sentry_dsn=dsn)
    assert "thekey" not in str(refused.value)
